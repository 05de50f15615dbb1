// Leaves beside dist/cli.cjs what V8 compiles of it when captures are read, so that the program starts faster (bin/code-cache.js).
// What is not used by these runs is compiled when it is first needed, as ever.

require('../bin/memory-flags.js');
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

async function makeCodeCache() {
  const { exports, script } = run(built);
  for (const words of RUNS) await exports.main(words);
  writeFileSync(cachePath(built), script.createCachedData());
}

makeCodeCache();
