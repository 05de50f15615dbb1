// What the reading of captures has in every command but replay: a signal ends it, and a line on the terminal tells how far it is.
// Knows nothing of what is read for.

import type { OnProgress } from '../dissect/run.ts';
import { interruptionSignal } from './interruption.ts';
import type { ProgressFacts, ReadingProgress } from './reading-progress.ts';
import { isTerminal, STANDARD_ERROR } from './standard-streams.ts';

export interface Attendance {
  /** Aborted by the first SIGINT or SIGTERM. */
  signal: AbortSignal;
  /** Undefined where nobody looks. */
  onProgress: OnProgress | undefined;
}

export interface AttendedReading extends ProgressFacts {
  progress: ProgressWish;
  /** Whether all that is found is held until the end. */
  isHeld?: boolean;
}

/** Whether progress is wanted, where there is a terminal for it; or who looks at it instead. */
export type ProgressWish = boolean | OnProgress;

/** Runs `read` under attendance, and passes on what it gives or throws. */
export async function attend<T>(reading: AttendedReading, read: (attendance: Attendance) => Promise<T>): Promise<T> {
  const { progress, isHeld } = reading;
  const signal = interruptionSignal();
  const run = async (onProgress: OnProgress | undefined): Promise<T> => {
    if (!isHeld) return read({ signal, onProgress });
    const { growingWith } = await import('./heap-growth.ts');
    return read({ signal, onProgress: growingWith(onProgress) });
  };
  if (typeof progress === 'function') return run(progress);
  const line = progress ? await progressLine(reading) : null;
  try {
    return await run(line === null ? undefined : (octets, found) => line.update(octets, found));
  } finally {
    line?.end();
  }
}

/** Null where there is no terminal for it. */
export async function progressLine(facts: ProgressFacts): Promise<ReadingProgress | null> {
  if (!isTerminal(STANDARD_ERROR) || process.env.TERM === 'dumb') return null;
  const { ReadingProgress } = await import('./reading-progress.ts');
  return new ReadingProgress(facts);
}
