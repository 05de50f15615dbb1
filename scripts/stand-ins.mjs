// What dist/ has in the place of modules that packages load at every start, though our runs hardly need them (build.mjs).

import { join } from 'node:path';

/** @param {string} root */
export function standIns(root) {
  /** By who imports what. */
  const replacements = [
    // Commander runs programs of their own as its subcommands; ours has none. The module is loaded once one of its functions is.
    {
      importer: /node_modules\/commander\//,
      module: /^node:child_process$/,
      contents: `module.exports = new Proxy({}, { get: (_, name) => require('node:child_process')[name] });`,
    },
    // A script has a `require` already, and the module that makes one takes 1 ms.
    {
      importer: /src\/load-builtin\.ts$/,
      module: /^node:module$/,
      contents: 'module.exports = { createRequire: () => require };',
    },
    // Our measure of text knows what tables draw without the patterns of all emoji, which take 2 ms to make.
    {
      importer: /node_modules\/cli-table3\//,
      module: /^string-width$/,
      contents: `module.exports = require(${JSON.stringify(join(root, 'src/output/display-width.ts'))}).displayWidth;`,
    },
  ];
  return {
    name: 'stand-ins',
    setup(build) {
      for (const { importer, module, contents } of replacements) {
        const namespace = `stand-in for ${module.source}`;
        build.onResolve({ filter: module }, (wanted) =>
          importer.test(wanted.importer) ? { path: wanted.path, namespace } : undefined,
        );
        build.onLoad({ filter: module, namespace }, () => ({ contents, resolveDir: root }));
      }
    },
  };
}
