// Has V8 collect garbage early, in all threads of the process: by default its heap takes half as much memory again, whatever a
// capture's size. Costs nothing where little is allocated, as by statistics, and 15 % where much is, as by tables (bench/README.md).
//
// Set before a script is loaded: compiled code is kept for one set of flags (code-cache.js), and threads have those of the
// process; but for its semi-space, of which V8 forgets what was set when it makes a thread.

const { setFlagsFromString } = require('node:v8');

const OURS = ['--heap-growing-percent=20', '--semi-space-growth-factor=1'];
const DEFAULTS = ['--heap-growing-percent=0', '--semi-space-growth-factor=2'];

function set(flags) {
  for (const flag of flags) setFlagsFromString(flag);
}

let areShared = false;

/** From now on there are several threads, any of which may be taking compiled code at any moment: the flags stay as they are. */
function shareFlags() {
  areShared = true;
}

/** Runs `load` with V8's own flags: modules of Node bring compiled code for these, and load in a third of the time. */
function withDefaultFlags(load) {
  if (areShared) return load();
  set(DEFAULTS);
  try {
    return load();
  } finally {
    set(OURS);
  }
}

set(OURS);

module.exports = { shareFlags, withDefaultFlags };
