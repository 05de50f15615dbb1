// Builds dist/: the command line as one script with its compiled code beside it, the library as ES modules with shared chunks,
// and the library's types. Plain JavaScript, because `npm ci` runs it before anything else can. Knows nothing of what the code does.

import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

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

// One CommonJS file, because compiled code can be kept for a script and not for an ES module (bin/code-cache.js). What an
// `import()` names is run when it is asked for, as with files of its own.
await build({
  ...common,
  entryPoints: [cliEntry],
  outfile: 'dist/cli.cjs',
  format: 'cjs',
  supported: { 'dynamic-import': false },
  define: { 'import.meta.url': 'bundleUrl' },
  banner: { js: "const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
});
execFileSync(process.execPath, [join(root, 'scripts/make-code-cache.cjs')], {
  cwd: root,
  stdio: ['ignore', 'ignore', 'inherit'],
});

const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'));
execFileSync(process.execPath, [join(typescript, 'bin', 'tsc'), '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
});
