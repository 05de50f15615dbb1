#!/usr/bin/env node
// Starts the built command line. Knows nothing of captures; it only says what to do where nothing is built.

const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { loadCached } = require('./code-cache.js');

const built = join(__dirname, '..', 'dist', 'cli.cjs');

if (existsSync(built)) {
  loadCached(built).main(process.argv.slice(2));
} else {
  process.stderr.write('wsdissect: not built yet; run `npm run build` in the repository\n');
  process.exitCode = 2;
}
