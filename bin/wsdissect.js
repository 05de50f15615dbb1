#!/usr/bin/env node
// Starts the built command line. Knows nothing of captures; it only says what to do where nothing is built.

const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { loadCached } = require('./code-cache.js');

const built = join(__dirname, '..', 'dist', 'cli.cjs');

if (existsSync(built)) {
  const { main } = loadCached(built);
  // All is written when `main` is done. V8 would take its heap apart piece by piece first: 1 to 4 ms.
  main(process.argv.slice(2)).then(() => process.exit());
} else {
  process.stderr.write('wsdissect: not built yet; run `npm run build` in the repository\n');
  process.exitCode = 2;
}
