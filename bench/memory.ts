// How much memory captures take, whatever their size and whatever they hold: peaks of `stats` on captures of everything from
// 0.1 GB to 10 GB, and what a connection costs that is open. Keeps the figures in memory.json and README.md.
//
//   npm run bench:memory -- [--gigabytes 10] [--file] [--dry]

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { captures } from './captures.ts';
import { capturePath, makeCapture } from './make-captures.ts';
import { measure, measuredAt, type Taken, TIME, TIME_FORMAT, takenOf } from './measure.ts';
import { walkthrough } from './programs.ts';
import { replaceFigures } from './report.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const wsdissect = [process.execPath, `${root}bin/wsdissect.js`];

const { values: options } = parseArgs({
  options: {
    gigabytes: { type: 'string', default: '10' },
    /** The largest capture is read from a file too, which needs as much room in the folder for temporary files. */
    file: { type: 'boolean', default: false },
    dry: { type: 'boolean', default: false },
  },
});

interface MemoryResults {
  date: string;
  commit: string;
  /** By what was read. */
  mixed: { gigabytes: number; from: 'stdin' | 'file'; taken: Taken; said: string }[];
  open: { what: string; connections: number; options: string[]; taken: Taken }[];
  /** A capture of 18 packets. */
  nothing: Taken;
}

/** The whole of what GNU time says, and the last line of the output. */
function timed(script: string, folder: string): { taken: Taken; said: string } {
  const report = join(folder, 'time');
  const said = join(folder, 'said');
  const time = `${TIME} -o ${report} -f '${TIME_FORMAT}'`;
  const run = spawnSync('bash', ['-c', `set -o pipefail; ${script.replace('TIMED', time)} >${said}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (run.status !== 0) throw new Error(`${script}: exit ${run.status}`);
  const taken = takenOf(report);
  process.stderr.write(`${script} ${(taken.memory / 1e6).toFixed(0)} MB ${taken.wall} s\n`);
  return { taken, said: readFileSync(said, 'utf8').trim().split('\n').at(-1) ?? '' };
}

function mixedRuns(most: number, withFile: boolean): MemoryResults['mixed'] {
  const folder = mkdtempSync(join(tmpdir(), 'wsdissect-memory-'));
  const generate = (gigabytes: number) => `${process.execPath} --import tsx ${root}bench/mixed-capture.ts ${gigabytes}`;
  const stats = `TIMED ${wsdissect.join(' ')} stats`;
  try {
    const runs: MemoryResults['mixed'] = [most / 100, most / 10, most].map((gigabytes) => ({
      gigabytes,
      from: 'stdin',
      ...timed(`${generate(gigabytes)} | ${stats} -`, folder),
    }));
    if (!withFile) return runs;
    const path = join(folder, 'mixed.pcap');
    const made = spawnSync('bash', ['-c', `${generate(most)} >${path}`], { stdio: 'inherit' });
    if (made.status !== 0) throw new Error(`${path} could not be made`);
    const gigabytes = Math.round(statSync(path).size / 1e8) / 10;
    return [...runs, { gigabytes, from: 'file', ...timed(`${stats} ${path}`, folder) }];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function openRuns(): MemoryResults['open'] {
  const rows: [name: string, what: string, connections: number, options: string[]][] = [
    ['half-open', 'begun, silent', 8192, []],
    ['half-open', 'begun, silent', 1_000_000, ['--max-connections', '1000000']],
    ['open', 'WebSocket', 8192, []],
    ['open', 'WebSocket', 100_000, ['--max-connections', '100000']],
  ];
  return rows.map(([name, what, connections, options]) => {
    const capture = captures.find((capture) => capture.name === name);
    if (capture !== undefined && !existsSync(capturePath(name))) makeCapture(capture);
    const taken = measure([...wsdissect, 'stats', capturePath(name), ...options]);
    process.stderr.write(`${name} ${options.join(' ')} ${(taken.memory / 1e6).toFixed(0)} MB\n`);
    return { what, connections, options, taken };
  });
}

const megabytes = ({ memory }: Taken) => `${(memory / 1e6).toFixed(0)} MB`;

function lines({ date, commit, mixed, open, nothing }: MemoryResults): string[] {
  // Of a few thousand, V8's room for what is young weighs more than they do.
  const each = ({ taken, connections, options }: MemoryResults['open'][number]) =>
    options.length === 0 ? '' : Math.round((taken.memory - nothing.memory) / connections).toLocaleString('en-US');
  return [
    `\`npm run bench:memory\` on ${date} at ${commit}; a capture of 18 packets takes ${megabytes(nothing)}.`,
    '',
    '| a capture of everything | peak memory | seconds | of processors |',
    '| --- | --- | --- | --- |',
    ...mixed.map(
      ({ gigabytes, from, taken }) =>
        `| ${gigabytes} GB from ${from} | ${megabytes(taken)} | ${taken.wall.toFixed(1)} | ${taken.processor.toFixed(1)} |`,
    ),
    '',
    `The last says: ${mixed.at(-1)?.said ?? ''}`,
    '',
    "| connections open at once | each is | peak memory | octets each, all of Node's growth counted |",
    '| --- | --- | --- | --- |',
    ...open.map(
      (row) =>
        `| ${row.connections.toLocaleString('en-US')}${row.options.length > 0 ? ` (\`${row.options.join(' ')}\`)` : ''} | ${row.what} | ${megabytes(row.taken)} | ${each(row)} |`,
    ),
  ];
}

const results: MemoryResults = {
  ...measuredAt(),
  nothing: measure([...wsdissect, 'stats', walkthrough]),
  open: openRuns(),
  mixed: mixedRuns(Number(options.gigabytes), options.file),
};
console.log(lines(results).join('\n'));
if (!options.dry) {
  writeFileSync(new URL('memory.json', import.meta.url), `${JSON.stringify(results, null, 1)}\n`);
  replaceFigures('memory', 'bench/memory.ts', lines(results));
}
