// What the reading of captures has in every command: a signal ends it, and a line on the terminal tells how far it is. Knows
// nothing of what is read for.

import { isatty } from 'node:tty';
import type { OnProgress } from '../dissect/run.ts';
import { interruptionSignal } from './interruption.ts';
import type { ProgressFacts } from './reading-progress.ts';

const STANDARD_ERROR = 2;

export interface Attendance {
  /** Aborted by the first SIGINT or SIGTERM. */
  signal: AbortSignal;
  /** Undefined where nobody looks. */
  onProgress: OnProgress | undefined;
}

export interface AttendedReading extends ProgressFacts {
  /** Whether progress is wanted, where there is a terminal for it. */
  progress: boolean;
}

/** Runs `read` under attendance, and passes on what it gives or throws. */
export async function attend<T>(reading: AttendedReading, read: (attendance: Attendance) => Promise<T>): Promise<T> {
  const line = reading.progress && isTerminal() ? await progressLine(reading) : null;
  try {
    return await read({
      signal: interruptionSignal(),
      onProgress: line === null ? undefined : (octets, found) => line.update(octets, found),
    });
  } finally {
    line?.end();
  }
}

function isTerminal(): boolean {
  return isatty(STANDARD_ERROR) && process.env.TERM !== 'dumb';
}

async function progressLine(facts: ProgressFacts) {
  const { ReadingProgress } = await import('./reading-progress.ts');
  return new ReadingProgress(facts);
}
