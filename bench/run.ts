// Measures all programs on the bench's captures in one run and keeps the figures: bench/results.json, and the tables of
// bench/README.md. Programs take turns, round by round, as a machine's speed drifts; those that take long begin amid the rounds, and
// run once where they take very long.
//
//   npm run bench -- [--captures small,short] [--rounds 5] [--without-tshark] [--dry]

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type BenchCapture, captures } from './captures.ts';
import { capturePath, makeCapture } from './make-captures.ts';
import { measure, measuredAt, type Taken } from './measure.ts';
import { buildReferences, commandOf, isSlow, isTshark, type ProgramName, startUps, tsharkVersion } from './programs.ts';
import { figures, type Results, replaceFigures } from './report.ts';

const START_UP_ROUNDS = 21;
/** Seconds of a program that is run once. */
const VERY_LONG = 30;

const { values: options } = parseArgs({
  options: {
    captures: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    /** tshark needs minutes. */
    'without-tshark': { type: 'boolean', default: false },
    /** Shows the figures and keeps them nowhere. */
    dry: { type: 'boolean', default: false },
  },
});

function runsOf(capture: BenchCapture, rounds: number, tshark: boolean): Results['captures'][string] {
  const path = capturePath(capture.name);
  const programs = capture.programs.filter((program) => !isSlow(program));
  const slow = capture.programs.filter((program) => isSlow(program) && (tshark || !isTshark(program)));
  const runs: Partial<Record<ProgramName, Taken[]>> = {};
  const run = (program: ProgramName) => {
    const taken = measure(commandOf(program, path));
    runs[program] ??= [];
    runs[program].push(taken);
    process.stderr.write(`${capture.name} ${program} ${taken.wall.toFixed(2)} s\n`);
  };
  // The file is read once before, so that nobody pays for the disk.
  measure(commandOf('walk', path));
  const middle = rounds >> 1;
  for (let round = 0; round < rounds; round++) {
    for (const program of slow) {
      const first = runs[program]?.[0];
      if (first === undefined ? round === middle : first.wall < VERY_LONG) run(program);
    }
    for (const program of programs) run(program);
  }
  return runs;
}

function startUpRuns(): Results['startUp'] {
  const runs: Results['startUp'] = {};
  for (let round = 0; round < START_UP_ROUNDS; round++) {
    for (const [name, command] of Object.entries(startUps)) {
      runs[name] ??= [];
      runs[name].push(measure(command));
    }
  }
  return runs;
}

const named = options.captures?.split(',');
const chosen = captures.filter(({ name, onRequest }) => named?.includes(name) ?? onRequest !== true);
const tshark = options['without-tshark'] ? null : tsharkVersion();
if (tshark === null) console.error('tshark is left out: its figures stay as they were, and ratios to it span two runs');
buildReferences();
for (const capture of chosen) if (!existsSync(capturePath(capture.name))) makeCapture(capture);

const resultsPath = fileURLToPath(new URL('results.json', import.meta.url));
const before: Results | null = existsSync(resultsPath) ? JSON.parse(readFileSync(resultsPath, 'utf8')) : null;
const results: Results = {
  ...measuredAt(),
  machine: `${cpus().length} × ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
  load: [loadavg()[0]],
  node: process.version,
  tshark: tshark ?? before?.tshark ?? 'none',
  command: `npm run bench -- ${process.argv.slice(2).join(' ')}`.trimEnd(),
  startUp: startUpRuns(),
  captures: { ...before?.captures },
};
for (const capture of chosen) {
  results.captures[capture.name] = {
    ...(tshark === null ? before?.captures[capture.name] : {}),
    ...runsOf(capture, Number(options.rounds), tshark !== null),
  };
}
results.load.push(loadavg()[0]);
console.log(figures(results).join('\n'));
if (!options.dry) {
  writeFileSync(resultsPath, `${JSON.stringify(results, null, 1)}\n`);
  replaceFigures('figures', 'bench/run.ts', figures(results));
}
