// Loads a script together with what V8 compiled of it before, which halves the time until a capture is read. The build leaves
// that beside the script, for the V8 that it ran on (scripts/make-code-cache.cjs); any other V8 compiles anew.

const { readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { Script } = require('node:vm');
const { shareFlags, withDefaultFlags } = require('./memory-flags.js');

/** Where the compiled code of a script is, for this V8. */
function cachePath(path) {
  return `${path}.${process.versions.v8}-${process.arch}.cache`;
}

function readCache(path) {
  try {
    return readFileSync(cachePath(path));
  } catch {
    return undefined;
  }
}

/** Runs a built script, which has `load` load those beside it: its exports, and the script, whose compiled code can be kept. */
function run(path, load, cachedData) {
  const script = new Script(readFileSync(path, 'latin1'), { filename: path, cachedData });
  const module = { exports: {} };
  const folder = dirname(path);
  script.runInThisContext()(module.exports, requireIn(folder, load), module, path, folder);
  return { exports: module.exports, script };
}

/** Packages and modules of Node are found from here as from there. */
function requireIn(folder, load) {
  const loaded = new Map();
  return (name) => {
    if (!loaded.has(name)) {
      if (name === 'node:worker_threads') shareFlags();
      const isBeside = name.startsWith('./');
      loaded.set(name, isBeside ? load(join(folder, name)) : withDefaultFlags(() => require(name)));
    }
    return loaded.get(name);
  };
}

/** The exports of a built script, which is of ASCII characters. */
function loadCached(path) {
  const cachedData = readCache(path);
  if (cachedData !== undefined) return run(path, loadCached, cachedData).exports;
  // Node 22.8 and later keep compiled code between runs by themselves.
  require('node:module').enableCompileCache?.();
  return require(path);
}

module.exports = { cachePath, loadCached, run };
