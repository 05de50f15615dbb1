// A worker thread of the built command line, which shares captures among such (--jobs). Knows nothing of captures.

// V8 forgets of the flags what it makes a thread: its semi-space would grow, and refuse what was compiled for them.
require('./memory-flags.js');
const { join } = require('node:path');
const { loadCached } = require('./code-cache.js');

loadCached(join(__dirname, '..', 'dist', 'cli.cjs')).work();
