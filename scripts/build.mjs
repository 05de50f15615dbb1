// Builds dist/: the command line and the library as ES modules with shared chunks, and the library's types. Plain
// JavaScript, because `npm ci` runs it before anything else can. Knows nothing of what the code does.

import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const entryPoints = {
  cli: 'src/cli/main.ts',
  index: 'src/index.ts',
  endpoint: 'src/endpoint/index.ts',
  testing: 'src/testing.ts',
};

const missing = Object.values(entryPoints).filter((path) => !existsSync(join(root, path)));
if (missing.length > 0) {
  console.error(`build: ${missing.join(' and ')} not there, nothing built`);
  process.exit(1);
}

rmSync(join(root, 'dist'), { recursive: true, force: true });

await build({
  absWorkingDir: root,
  entryPoints,
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // An `import()` of a CommonJS package gives `default` alone once esbuild has split the bundle; of yaml there are ES
  // modules as well, under its name for browsers.
  alias: { yaml: join(root, 'node_modules/yaml/browser/index.js') },
  inject: ['scripts/lazy-segmenter.mjs'],
  // It uses `new Buffer`: Node is silent about that only inside node_modules.
  external: ['pcap-parser'],
  // CommonJS packages in the bundle ask for Node's modules by `require`.
  banner: {
    js: "import { createRequire as createBundleRequire } from 'node:module'; const require = createBundleRequire(import.meta.url);",
  },
  // Names and lines stay, so that a stack trace can be read; blanks and comments would only be parsed.
  minifySyntax: true,
  legalComments: 'none',
  logLevel: 'warning',
});

const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'));
execFileSync(process.execPath, [join(typescript, 'bin', 'tsc'), '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
});
