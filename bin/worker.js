// A worker thread of the built command line, which shares captures among such (--jobs). Knows nothing of captures.

const { join } = require('node:path');
const { loadCached } = require('./code-cache.js');
const { shareFlags } = require('./memory-flags.js');

shareFlags();
loadCached(join(__dirname, '..', 'dist', 'cli.cjs')).work();
