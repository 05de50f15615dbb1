// Loads a script together with what V8 compiled of it before, which halves the time until a capture is read. The build leaves
// that beside the script, for the V8 that it ran on (scripts/make-code-cache.cjs); any other V8 compiles anew.

const { readFileSync } = require('node:fs');
const Module = require('node:module');
const { dirname } = require('node:path');
const { Script } = require('node:vm');

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

/** Runs a CommonJS script: its exports, and the script, whose compiled code can be kept. */
function run(path, cachedData) {
  const script = new Script(Module.wrap(readFileSync(path, 'latin1')), { filename: path, cachedData });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, Module.createRequire(path), module, path, dirname(path));
  return { exports: module.exports, script };
}

/** The exports of a CommonJS script of ASCII characters. */
function loadCached(path) {
  const cachedData = readCache(path);
  if (cachedData !== undefined) return run(path, cachedData).exports;
  // Node 22.8 and later keep compiled code between runs by themselves.
  Module.enableCompileCache?.();
  return require(path);
}

module.exports = { cachePath, loadCached, run };
