// `npm run fuzz:guided -- LAYER [options of libFuzzer]`: Jazzer.js on a layer, which keeps what reaches code that nothing reached
// before. Brought by npx when it is asked for, as its native part needs glibc 2.38, which Debian 12 does not have.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { ROOT } from './corpus.ts';
import { layers } from './layers.ts';

const JAZZER = '@jazzer.js/core@4.0.0';
const NEEDED_GLIBC = 2.38;
/** Where the bundle, the inputs and what is found lie: below the repository, so that the bundle finds its packages. */
const FOLDER = fileURLToPath(new URL('found/guided/', import.meta.url));
const SECONDS = 60;

/** Files that look for others beside them still find them from within the bundle. */
const ownUrls: Plugin = {
  name: 'own-urls',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
      loader: 'ts',
    }));
  },
};

function glibc(): number {
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return Number(header.glibcVersionRuntime ?? 0);
}

async function main([name, ...words]: readonly string[]): Promise<number> {
  const layer = layers.find((each) => each.name === name);
  if (layer === undefined)
    throw new Error(`name a layer: ${layers.map((each) => each.name).join(', ')}; behind it options of libFuzzer`);
  if (process.platform === 'linux' && glibc() < NEEDED_GLIBC)
    throw new Error(`Jazzer.js needs glibc ${NEEDED_GLIBC}, and here is ${glibc()}; npm run fuzz needs none of that`);
  const corpus = join(FOLDER, layer.name);
  mkdirSync(corpus, { recursive: true });
  for (const [at, octets] of layer.corpus.entries()) writeFileSync(join(corpus, `seed-${at}`), octets);
  const target = join(FOLDER, 'target.mjs');
  await build({
    entryPoints: [join(ROOT, 'fuzz/guided-target.ts')],
    outfile: target,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    plugins: [ownUrls],
  });
  const limits = words.length > 0 ? words : [`-max_total_time=${SECONDS}`];
  const jazzer = ['--yes', '-p', JAZZER, 'jazzer', target, corpus, '-i', 'target.mjs', '--', ...limits];
  const { status, error } = spawnSync('npx', jazzer, {
    cwd: FOLDER,
    stdio: 'inherit',
    env: { ...process.env, FUZZ_LAYER: layer.name },
  });
  if (error !== undefined) throw error;
  return status ?? 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(`fuzz: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 2;
}
