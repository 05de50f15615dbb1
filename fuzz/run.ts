// `npm run fuzz`: shares so many cases among the layers and worker threads, and says what was run and what was found. With
// `--case` or `--input` it repeats a single one. Knows nothing of what a case is.

import { appendFileSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { tellFault } from './found.ts';
import type { Layer } from './layer.ts';
import { type FuzzOptions, numberOf, readOptions, USAGE } from './options.ts';
import { runPool } from './pool.ts';
import { Tally } from './tally.ts';
import { faultOf, inputOf } from './trial.ts';
import type { Range } from './worker.ts';

/** Cases that a worker is given at once, of a layer whose cases are cheap. */
const AT_ONCE = 2000;

function modules({ layers }: FuzzOptions): string {
  return layers === undefined ? new URL('layers.ts', import.meta.url).href : pathToFileURL(layers).href;
}

async function chosenLayers(options: FuzzOptions): Promise<readonly Layer[]> {
  const { layers }: { layers: readonly Layer[] } = await import(modules(options));
  if (options.layer === undefined) return layers;
  return options.layer.split(',').map((name) => {
    const found = layers.find((layer) => layer.name === name);
    if (found !== undefined) return found;
    throw new Error(`there is no layer ${name}; there are ${layers.map((each) => each.name).join(', ')}`);
  });
}

/** Repeats one case; false where a promise is broken. */
async function repeat(layer: Layer, options: FuzzOptions): Promise<boolean> {
  const { seed, input: path, case: number } = options;
  const input =
    path === undefined
      ? inputOf(layer, numberOf(seed, 'seed'), numberOf(number!, 'case'))
      : new Uint8Array(readFileSync(path));
  const error = await faultOf(layer, input);
  const outcome = error === null ? 'all promises are kept' : (error.stack ?? error.message);
  console.log(`${layer.name}: ${input.length} octets: ${outcome}`);
  return error === null;
}

/** Layer by layer, in ranges that are a part of it each. */
function* rangesOf(chosen: readonly Layer[], seed: number, cases: number): Generator<Range> {
  const shares = chosen.reduce((sum, { share }) => sum + share, 0);
  for (const { name: layer, share } of chosen) {
    const count = Math.max(1, Math.round((cases * share) / shares));
    const length = Math.max(1, Math.min(AT_ONCE, Math.ceil(count / 8)));
    for (let from = 0; from < count; from += length) yield { layer, seed, from, to: Math.min(count, from + length) };
  }
}

async function round(ranges: Generator<Range>, tally: Tally, options: FuzzOptions): Promise<void> {
  const jobs = Math.max(1, numberOf(options.jobs, 'jobs'));
  const patience = numberOf(options.patience, 'patience');
  await runPool(
    { jobs, patience, layers: modules(options) },
    {
      nextRange: () => ranges.next().value ?? null,
      onDone: (range, done) => {
        for (const fault of done.faults) if (tally.isNew(fault)) tellFault(fault);
        tally.add(range, done);
      },
    },
  );
}

/** Rounds of cases, a seed each; false where a promise was broken. */
async function search(chosen: readonly Layer[], options: FuzzOptions): Promise<boolean> {
  const cases = numberOf(options.cases, 'cases');
  const end = options.minutes === undefined ? 0 : Date.now() + numberOf(options.minutes, 'minutes') * 60_000;
  const all = new Tally();
  for (let seed = numberOf(options.seed, 'seed'); ; seed++) {
    const tally = new Tally(all);
    await round(rangesOf(chosen, seed, cases), tally, options);
    all.join(tally);
    if (options.log !== undefined) appendFileSync(options.log, `${JSON.stringify({ seed, ...tally.record() })}\n`);
    if (Date.now() >= end) break;
    console.log(`seed ${seed}: ${tally.summary()}`);
  }
  console.log(`\n${all.table()}\n${all.summary()}`);
  return all.faults === 0;
}

async function main(): Promise<boolean> {
  const options = readOptions();
  const chosen = await chosenLayers(options);
  if (options.help) {
    console.log(USAGE);
    for (const { name, about } of chosen) console.log(`  ${name.padEnd(14)}  ${about}`);
    return true;
  }
  if (options.case === undefined && options.input === undefined) return search(chosen, options);
  if (options.layer === undefined || chosen.length !== 1) throw new Error('--case and --input need the --layer');
  return repeat(chosen[0], options);
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  console.error(`fuzz: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 2;
}
