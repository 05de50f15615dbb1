// Whether cost grows linearly: processor time of `stats` and NDJSON on 1, 10 and 100 times as many messages, and as many
// connections, drawn as linear.svg. Kept in linear.json and README.md.
//
//   npm run bench:linear -- [--rounds 3] [--dry]

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { CaptureWriter } from './capture-writer.ts';
import { writeShort, writeSmall } from './captures.ts';
import { type Curve, drawCurves } from './curves.ts';
import { CAPTURES_FOLDER, capturePath } from './make-captures.ts';
import { measure, measuredAt } from './measure.ts';
import { commandOf, type ProgramName, walkthrough } from './programs.ts';
import { replaceFigures } from './report.ts';

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, dry: { type: 'boolean', default: false } },
});

const INTERVAL = 50;
const TIMES = [1, 10, 100];
const PROGRAMS: readonly ProgramName[] = ['stats', 'ndjson'];

interface Series {
  name: string;
  /** What is counted, and how many of it there are at 1×. */
  unit: string;
  least: number;
  write(out: CaptureWriter, count: number): void;
}

const series: readonly Series[] = [
  {
    name: 'messages',
    unit: 'messages in 100 connections',
    least: 200_000,
    write: (out, count) => writeSmall(out, count / 2),
  },
  {
    name: 'connections',
    unit: 'short connections, 50 at once',
    least: 10_000,
    write: (out, count) => writeShort(out, count, 50, 4),
  },
];

/** Captures that are not there yet are made. */
function captureOf({ name, write }: Series, count: number): string {
  mkdirSync(CAPTURES_FOLDER, { recursive: true });
  const path = capturePath(`linear-${name}-${count}`);
  if (!existsSync(path)) {
    const out = new CaptureWriter(path, INTERVAL);
    write(out, count);
    out.close();
  }
  return path;
}

/** Seconds of processors, the least of the rounds, in which all take turns. */
function leastTimes(commands: readonly (readonly string[])[], rounds: number): number[] {
  const least = commands.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < rounds; round++) {
    for (const [index, command] of commands.entries()) {
      least[index] = Math.min(least[index], measure(command).processor);
    }
  }
  return least;
}

const points = series.flatMap((one) =>
  PROGRAMS.flatMap((program) => TIMES.map((times) => ({ one, program, count: times * one.least }))),
);
const starts = PROGRAMS.map((program) => commandOf(program, walkthrough));
const commands = points.map(({ one, program, count }) => commandOf(program, captureOf(one, count)));
const taken = leastTimes([...starts, ...commands], Number(options.rounds));
const curves: Curve[] = series.flatMap((one) =>
  PROGRAMS.map((program, place) => ({
    name: `${program}, ${one.unit}`,
    points: points.flatMap((point, index) =>
      point.one === one && point.program === program
        ? [{ x: point.count, y: taken[starts.length + index] - taken[place] }]
        : [],
    ),
  })),
);

const microseconds = ({ x, y }: { x: number; y: number }) => ((y / x) * 1e6).toFixed(2);
const { date, commit } = measuredAt();
const lines = [
  `\`npm run bench:linear\` on ${date} at ${commit}: microseconds of processors for each, beyond those of a start.`,
  '',
  '| | 1× | 10× | 100× |',
  '| --- | --- | --- | --- |',
  ...curves.map(({ name, points }) => {
    const cells = points.map(
      (point) => `${microseconds(point)} (${point.x.toLocaleString('en-US')}: ${point.y.toFixed(2)} s)`,
    );
    return `| ${name} | ${cells.join(' | ')} |`;
  }),
  '',
  '![Processor time against messages and connections, both axes logarithmic: at most ten times as much for ten times as many](linear.svg)',
];
console.log(lines.join('\n'));
if (!options.dry) {
  writeFileSync(
    new URL('linear.json', import.meta.url),
    `${JSON.stringify({ date, commit, starts: taken.slice(0, starts.length), curves }, null, 1)}\n`,
  );
  writeFileSync(
    new URL('linear.svg', import.meta.url),
    drawCurves(curves, 'messages or connections', 'seconds of processors beyond a start'),
  );
  replaceFigures('growth', 'bench/linear.ts', lines);
}
