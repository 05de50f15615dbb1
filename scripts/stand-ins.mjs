// What dist/ has in the place of modules that are loaded at every start, though our runs hardly need them (build.mjs).

import { join } from 'node:path';

/** @param {string} root */
export function standIns(root) {
  const displayWidth = join(root, 'src/output/display-width.ts');
  const rows = [
    // Commander runs programs of their own as its subcommands; ours has none. The module is loaded once a function of it is.
    {
      module: 'node:child_process',
      in: 'node_modules/commander/',
      contents: `module.exports = new Proxy({}, { get: (_, name) => require('node:child_process')[name] });`,
    },
    // Our measure of text knows what tables draw without the patterns of all emoji, which take 2 ms to make.
    {
      module: 'string-width',
      in: 'node_modules/cli-table3/',
      contents: `module.exports = require(${JSON.stringify(displayWidth)}).displayWidth;`,
    },
    // It makes patterns of Unicode properties when it is loaded: that can wait for text that needs them.
    {
      module: 'string-width',
      in: 'src/output/display-width.ts',
      contents: `export default (text) => require('string-width').default(text);`,
    },
    // A script has a `require` already, and the module that makes one takes 1 ms.
    {
      module: 'node:module',
      in: 'src/load-builtin.ts',
      contents: 'module.exports = { createRequire: () => require };',
    },
  ];
  return {
    name: 'stand-ins',
    setup({ onLoad, onResolve }) {
      for (const { module, in: place, contents } of rows) {
        const filter = new RegExp(`^${module}$`);
        const namespace = `stand-in in ${place}`;
        onResolve({ filter }, ({ path, importer }) =>
          importer.startsWith(join(root, place)) ? { path, namespace } : undefined,
        );
        onLoad({ filter, namespace }, () => ({ contents, resolveDir: root }));
      }
    },
  };
}
