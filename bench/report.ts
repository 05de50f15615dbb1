// What the figures say, as Markdown: each capture's programs, and what was reached of the goals. Knows nothing of how they
// were measured.

import { readFileSync, writeFileSync } from 'node:fs';
import { captures } from './captures.ts';
import { median, type Taken } from './measure.ts';
import type { ProgramName } from './programs.ts';

export interface Results {
  date: string;
  commit: string;
  machine: string;
  /** Programs that ran or waited, over a minute, as the run began and as it ended; its own count. */
  load: number[];
  node: string;
  tshark: string;
  command: string;
  startUp: Record<string, Taken[]>;
  captures: Record<string, Partial<Record<ProgramName, Taken[]>>>;
}

/** How many times as fast as another a program is on a capture, and shall be. */
interface Goal {
  capture: string;
  program: ProgramName;
  against: ProgramName;
  first: number | null;
  second: number | null;
}

const goals: readonly Goal[] = [
  { capture: 'small', program: 'stats', against: 'tshark-fields', first: 100, second: 150 },
  { capture: 'small', program: 'ndjson', against: 'tshark-ek', first: 120, second: 150 },
  { capture: 'short', program: 'stats', against: 'tshark-fields', first: 45, second: 60 },
  { capture: 'small-10x', program: 'stats', against: 'tshark-fields', first: null, second: null },
  { capture: 'short-10x', program: 'stats', against: 'tshark-fields', first: null, second: null },
  { capture: 'large', program: 'stats', against: 'walk', first: 0.5, second: 0.65 },
  { capture: 'other', program: 'stats', against: 'walk', first: 0.6, second: null },
  { capture: 'bulk', program: 'stats', against: 'walk', first: null, second: 0.75 },
  { capture: 'compressed', program: 'stats', against: 'zlib', first: null, second: 1 / 1.5 },
];

/** Milliseconds beyond `node -e 0`. */
const startUpGoals: Record<string, number> = { '--version': 60, 'a small capture': 150 };
const MEMORY_GOAL = 150e6;

function row(...cells: string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function seconds(values: readonly number[]): string {
  return values.length === 1
    ? `${values[0].toFixed(1)}`
    : `${median(values).toFixed(2)} (${Math.min(...values).toFixed(2)})`;
}

function megabytes(runs: readonly Taken[]): string {
  return `${(Math.max(...runs.map(({ memory }) => memory)) / 1e6).toFixed(0)} MB`;
}

function ratioText(value: number): string {
  return value < 10 ? `${Math.round(value * 100)} %` : `${value.toFixed(0)}×`;
}

function verdict(reached: boolean): string {
  return reached ? 'reached' : '**not reached**';
}

function goalRow(results: Results, { capture, program, against, first, second }: Goal): string[] {
  const ours = results.captures[capture]?.[program];
  const theirs = results.captures[capture]?.[against];
  if (ours === undefined || theirs === undefined) return [];
  const ratio = (of: (taken: Taken) => number, take: (values: number[]) => number) =>
    take(theirs.map(of)) / take(ours.map(of));
  const wall = ratio((taken) => taken.wall, median);
  const least = ratio(
    (taken) => taken.wall,
    (values) => Math.min(...values),
  );
  const processor = ratio((taken) => taken.processor, median);
  const what = `${capture}: \`${program}\` against ${against}`;
  const verdicts = [first, second].map((goal) => (goal === null ? '' : `${ratioText(goal)}: ${verdict(wall >= goal)}`));
  return [row(what, ratioText(wall), ratioText(least), ratioText(processor), ...verdicts)];
}

function captureRows(results: Results): string[] {
  return captures.flatMap(({ name, says }) =>
    Object.entries(results.captures[name] ?? {}).map(([program, runs], index) => {
      const wall = seconds(runs.map((taken) => taken.wall));
      const processor = seconds(runs.map((taken) => taken.processor));
      return row(index === 0 ? `**${name}**: ${says}` : '', program, wall, processor, megabytes(runs));
    }),
  );
}

function memoryRow(results: Results): string {
  const ours = Object.entries(results.captures).flatMap(([capture, programs]) =>
    (['stats', 'ndjson', 'table'] as const).flatMap((program) =>
      (programs[program] ?? []).map(({ memory }) => ({ what: `${capture}, ${program}`, memory })),
    ),
  );
  const most = ours.reduce((one, other) => (other.memory > one.memory ? other : one));
  const amount = `${(most.memory / 1e6).toFixed(0)} MB`;
  return `Most memory of all our runs: ${amount} (${most.what}); the goal is 150 MB: ${verdict(most.memory < MEMORY_GOAL)}.`;
}

function startUpRows(results: Results): string[] {
  const milliseconds = (runs: readonly Taken[]) => median(runs.map(({ wall }) => wall)) * 1000;
  const least = (runs: readonly Taken[]) => Math.round(Math.min(...runs.map(({ wall }) => wall)) * 1000);
  const bare = results.startUp['node -e 0'];
  return Object.entries(results.startUp).map(([name, runs]) => {
    const beyond = milliseconds(runs) - milliseconds(bare);
    const goal = startUpGoals[name];
    const goalText = goal === undefined ? '' : `${goal} ms: ${verdict(beyond <= goal)}`;
    return row(
      name,
      `${milliseconds(runs).toFixed(0)} ms`,
      `${beyond.toFixed(0)} ms`,
      `${least(runs) - least(bare)} ms`,
      goalText,
    );
  });
}

export function figures(results: Results): string[] {
  return [
    `\`${results.command}\` on ${results.date} at ${results.commit}: ${results.machine}, Node ${results.node}, ${results.tshark.replace(/ \(Git.*/, '')}.`,
    `Load of the machine, about 1 of which is the bench's own: ${results.load.map((load) => load.toFixed(1)).join(' to ')}.`,
    '',
    row('goal', 'median of wall times', 'of the least', 'of processor times', 'first goal', 'second goal'),
    row('---', '---', '---', '---', '---', '---'),
    ...goals.flatMap((goal) => goalRow(results, goal)),
    '',
    memoryRow(results),
    '',
    row('start-up', 'median', 'beyond `node -e 0`', 'least beyond the least', 'at most'),
    row('---', '---', '---', '---', '---'),
    ...startUpRows(results),
    '',
    row('capture', 'program', 'seconds: median (least)', 'of processors', 'memory'),
    row('---', '---', '---', '---', '---'),
    ...captureRows(results),
  ];
}

const readme = new URL('README.md', import.meta.url);

/** Exchanges the lines of README.md between the marks of `name`, which say who writes them. */
export function replaceFigures(name: string, writer: string, lines: readonly string[]): void {
  const text = readFileSync(readme, 'utf8');
  const mark = `<!-- ${name}: written by ${writer} -->`;
  const begin = text.indexOf(mark);
  const end = text.indexOf(`<!-- end of ${name} -->`);
  if (begin < 0 || end < begin)
    throw new Error(`README.md has no place for figures: ${mark} … <!-- end of ${name} -->`);
  writeFileSync(readme, [text.slice(0, begin + mark.length), '', ...lines, '', text.slice(end)].join('\n'));
}
