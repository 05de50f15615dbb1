// Has esbuild write numbers where their constants are named. By itself it does so only in files that import nothing; elsewhere a
// constant becomes a variable of the bundle, which V8 reads anew each time, as it may change for all that V8 knows. Knows
// declarations of one line at the top of a file; others stay as they are.

import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { runInNewContext } from 'node:vm';
import { transform } from 'esbuild';

const DECLARATION = /^(export )?const ([A-Z][A-Z0-9_]*) = (.+);$/gm;
const NAMESPACE = 'numbers of';

/** A plugin of esbuild for the TypeScript of src/. */
export const constantNumbers = {
  name: 'constant-numbers',
  setup({ onResolve, onLoad, initialOptions }) {
    /** Of each file, what it exports of its numbers: a module of its own, which imports nothing. */
    const exported = new Map();
    onResolve({ filter: new RegExp(`^${NAMESPACE} `) }, ({ path }) => ({
      path: path.slice(NAMESPACE.length + 1),
      namespace: NAMESPACE,
      sideEffects: false,
    }));
    onLoad({ filter: /./, namespace: NAMESPACE }, ({ path }) => ({ contents: exported.get(path) }));
    onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
      const { text, numbers, exports } = withoutNumbers(await readFile(path, 'utf8'));
      const name = relative(initialOptions.absWorkingDir, path);
      exported.set(name, exports.map((each) => `export const ${each} = ${numbers[each]};`).join(''));
      const define = Object.fromEntries(Object.entries(numbers).map(([each, value]) => [each, String(value)]));
      const { code } = await transform(text, { loader: 'ts', target: 'node20', sourcefile: path, define });
      return {
        contents: exports.length === 0 ? code : `${code}export * from ${JSON.stringify(`${NAMESPACE} ${name}`)};`,
      };
    });
  },
};

/** A file's text without the declarations of its numbers, and those. */
function withoutNumbers(source) {
  const numbers = {};
  const exports = [];
  const text = source.replace(DECLARATION, (line, isExported, name, expression) => {
    const value = numberOf(expression, numbers);
    if (value === undefined) return line;
    numbers[name] = value;
    if (isExported) exports.push(name);
    return '';
  });
  return { text, numbers, exports };
}

/** The number that an expression of numbers and of constants before it comes to; undefined where it is something else. */
function numberOf(expression, constants) {
  try {
    const value = runInNewContext(expression, { ...constants });
    return Number.isFinite(value) && !Object.is(value, -0) ? value : undefined;
  } catch {
    return undefined;
  }
}
