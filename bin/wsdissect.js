#!/usr/bin/env node
// Starts the built command line. Knows nothing of captures; it only says what to do where nothing is built.

const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { setFlagsFromString } = require('node:v8');
const { loadCached } = require('./code-cache.js');

/**
 * V8 is to collect garbage early: by default its heap takes half as much memory again, whatever a capture's size. Costs nothing
 * where little is allocated, as by statistics, and 15 % where much is, as by tables (bench/README.md).
 */
const MEMORY_FLAGS = ['--heap-growing-percent=20', '--semi-space-growth-factor=1'];

const built = join(__dirname, '..', 'dist', 'cli.cjs');

if (existsSync(built)) {
  const { main } = loadCached(built);
  // Not before: compiled code is kept for one set of flags.
  for (const flag of MEMORY_FLAGS) setFlagsFromString(flag);
  main(process.argv.slice(2));
} else {
  process.stderr.write('wsdissect: not built yet; run `npm run build` in the repository\n');
  process.exitCode = 2;
}
