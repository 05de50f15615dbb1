// Builds dist/: the command line as one script with its compiled code beside it, the library as ES modules with shared chunks,
// and the library's types. Plain JavaScript, because `npm ci` runs it before anything else can. Knows nothing of what the code does.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { constantNumbers } from './constant-numbers.mjs';
import { standIns } from './stand-ins.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const cliEntry = 'src/cli/main.ts';
const libraryEntries = {
  index: 'src/index.ts',
  endpoint: 'src/endpoint/index.ts',
  testing: 'src/testing.ts',
};

const missing = [cliEntry, ...Object.values(libraryEntries)].filter((path) => !existsSync(join(root, path)));
if (missing.length > 0) {
  console.error(`build: ${missing.join(' and ')} not there, nothing built`);
  process.exit(1);
}

/**
 * A built script is a function of what modules of CommonJS have; required as one, it calls that itself. Wrapped when it is loaded,
 * as Node does, all of its text would be copied.
 */
const SCRIPT_HEAD =
  "(typeof module === 'undefined' ? (run) => run : (run) => run(exports, require, module, __filename, __dirname))" +
  '((exports, require, module, __filename, __dirname) => {';

/** Packages that many runs do without: a script each, which an `import()` loads. Half of the main script were they. */
const RARE_PACKAGES = ['@bufbuild/cel', 'ajv', 'diff', 'protobufjs', 'tinyglobby', 'yaml'];

/** Where the script of a package is, from dist/ and without extension. */
function packageScript(name) {
  return `packages/${name.replace('/', '+')}`;
}

function packagesApart(names) {
  return {
    name: 'packages-apart',
    setup({ onResolve }) {
      onResolve({ filter: new RegExp(`^(${names.join('|')})$`) }, ({ path }) => ({
        path: `./${packageScript(path)}.cjs`,
        external: true,
      }));
    },
  };
}

async function buildScripts(entryPoints, plugins) {
  const { outputFiles } = await build({ ...scripts, entryPoints, plugins, write: false });
  for (const { path, text } of outputFiles) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, inAscii(text));
  }
}

/**
 * Scripts are read without decoding. esbuild has escaped what is not ASCII, but for comments and tagged templates, as a tag may
 * ask for the text as it was written; none that gets other characters does.
 */
function inAscii(text) {
  return text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

rmSync(join(root, 'dist'), { recursive: true, force: true });

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  // An `import()` of a CommonJS package gives `default` alone once esbuild has split the bundle; of yaml there are ES
  // modules as well, under its name for browsers.
  alias: { yaml: join(root, 'node_modules/yaml/browser/index.js') },
  inject: ['scripts/lazy-segmenter.mjs'],
  plugins: [standIns(root), constantNumbers],
  // It uses `new Buffer`: Node is silent about that only inside node_modules.
  external: ['pcap-parser'],
  // Names and lines stay, so that a stack trace can be read; blanks and comments would only be parsed.
  minifySyntax: true,
  legalComments: 'none',
  logLevel: 'warning',
};

await build({
  ...common,
  entryPoints: libraryEntries,
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  splitting: true,
  format: 'esm',
  // CommonJS packages in the bundle ask for Node's modules by `require`.
  banner: {
    js: "import { createRequire as createBundleRequire } from 'node:module'; const require = createBundleRequire(import.meta.url);",
  },
});

// CommonJS, because compiled code can be kept for a script and not for an ES module (bin/code-cache.js). What an `import()`
// names is run when it is asked for, as with files of its own.
const scripts = {
  ...common,
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  supported: { 'dynamic-import': false },
  define: { 'import.meta.url': 'bundleUrl' },
  banner: { js: `${SCRIPT_HEAD}const bundleUrl = require('node:url').pathToFileURL(__filename).href;` },
  footer: { js: '});' },
};
await buildScripts({ cli: cliEntry }, [...common.plugins, packagesApart(RARE_PACKAGES)]);
await buildScripts(Object.fromEntries(RARE_PACKAGES.map((name) => [packageScript(name), name])), common.plugins);
execFileSync(process.execPath, [join(root, 'scripts/make-code-cache.cjs')], {
  cwd: root,
  stdio: ['ignore', 'ignore', 'inherit'],
});

const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'));
execFileSync(process.execPath, [join(typescript, 'bin', 'tsc'), '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
});
