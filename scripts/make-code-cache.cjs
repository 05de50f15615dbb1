// Leaves beside the scripts of the command line what V8 compiles of them when captures are read, so that the program starts
// faster (bin/code-cache.js). What is not used by these runs is compiled when it is first needed, as ever.

const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { cachePath, run } = require('../bin/code-cache.js');

const root = join(__dirname, '..');
const built = join(root, 'dist', 'cli.cjs');
const capture = join(root, 'fixtures/walkthrough/walkthrough.pcap');
const registry = join(root, 'fixtures/walkthrough/walkthrough.registry.yaml');

const RUNS = [
  ['stats', capture],
  [capture, '--registry', registry],
  [capture, '--format', 'ndjson', '--registry', registry],
];

const scripts = new Map();

function load(path) {
  const { exports, script } = run(path, load);
  scripts.set(path, script);
  return exports;
}

async function makeCodeCache() {
  const { main } = load(built);
  for (const words of RUNS) await main(words);
  for (const [path, script] of scripts) writeFileSync(cachePath(path), script.createCachedData());
}

makeCodeCache();
