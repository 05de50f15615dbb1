// Has V8 collect garbage early, in all threads of the process: by default its heap takes half as much memory again, whatever a
// capture's size. Costs nothing where little is allocated, as by statistics, and 15 % where much is, as by tables (bench/README.md).
//
// Set before anything is loaded: compiled code is kept for one set of flags (code-cache.js), and threads have those of the process.

const { setFlagsFromString } = require('node:v8');

for (const flag of ['--heap-growing-percent=20', '--semi-space-growth-factor=1']) setFlagsFromString(flag);
