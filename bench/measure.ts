// Runs a program once and says what it took: time on the wall, time of the processors, memory; and of what, and when. Does not know
// what is measured.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One run. */
export interface Taken {
  /** Seconds on the wall. */
  wall: number;
  /** Seconds of all processors, user and system. */
  processor: number;
  /** Largest resident set, in octets. */
  memory: number;
}

/** GNU time (Debian's package `time`): Node has no word about its children's resources. */
export const TIME = '/usr/bin/time';
/** What it is to report, which `takenOf` reads. */
export const TIME_FORMAT = '%e %U %S %M';

/** Without what has Node read certificates before any script: where it is set, an empty one takes thrice its time. */
const { NODE_EXTRA_CA_CERTS, ...environment } = process.env;

/** @throws Error where the program cannot be run, or fails */
export function measure(command: readonly string[]): Taken {
  const folder = mkdtempSync(join(tmpdir(), 'wsdissect-bench-'));
  const report = join(folder, 'time');
  try {
    const start = performance.now();
    const run = spawnSync(TIME, ['-o', report, '-f', TIME_FORMAT, ...command], {
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
      env: environment,
    });
    const wall = (performance.now() - start) / 1000;
    if (run.error !== undefined) throw new Error(`${TIME} cannot be run (apt-get install time): ${run.error.message}`);
    if (run.status !== 0) throw new Error(`${command.join(' ')}: exit ${run.status}\n${run.stderr}`);
    // GNU time has hundredths of a second, and a start takes a few.
    return { ...takenOf(report), wall };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What GNU time reported to a file. */
export function takenOf(report: string): Taken {
  const [wall, user, system, kilobytes] = readFileSync(report, 'utf8').trim().split(' ').map(Number);
  return { wall, processor: user + system, memory: kilobytes * 1024 };
}

/** The day, and the commit of what is measured, as figures have them. */
export function measuredAt(): { date: string; commit: string } {
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim(),
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
