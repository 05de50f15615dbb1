// SIGINT and SIGTERM, for commands that must end what they have begun: the first is a request, the second ends the process.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { ReadingEnded } from '../dissect/reading-ended.ts';
import { INTERRUPTED, TERMINATED } from './exit-codes.ts';
import { clearProgressLine } from './standard-streams.ts';

const stop = new AbortController();
let askedExitCode = INTERRUPTED;
let isWatching = false;

const onInterrupt = () => interrupt(INTERRUPTED);
const onTerminate = () => interrupt(TERMINATED);

function watch(): AbortSignal {
  if (!isWatching) process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate);
  isWatching = true;
  return stop.signal;
}

/**
 * Does what leaves nothing half done, and in which the event loop has no turn, so that signals would wait for its end: meanwhile
 * one ends the process at once, as it does where none is listened to.
 *
 * @throws the reason of the signal that came before
 */
export async function endableWork<T>(work: () => Promise<T>): Promise<T> {
  // What came while other work went on is told between two turns.
  await nextTurn();
  await nextTurn();
  stop.signal.throwIfAborted();
  process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate);
  isWatching = false;
  try {
    return await work();
  } finally {
    watch();
  }
}

/** Asks for the end, as a signal does; where that was asked for already, the process ends with the exit code. */
export function interrupt(exitCode: number): void {
  askedExitCode = exitCode;
  if (stop.signal.aborted) {
    clearProgressLine();
    process.exit(exitCode);
  }
  stop.abort(new ReadingEnded('interrupted'));
}

/** Settled by the first signal, with the exit code that it asks for. */
export function interruption(): Promise<number> {
  const signal = watch();
  return new Promise((resolve) => {
    if (signal.aborted) resolve(askedExitCode);
    else signal.addEventListener('abort', () => resolve(askedExitCode));
  });
}

/** Aborted by the first signal, with a ReadingEnded for its reason. */
export function interruptionSignal(): AbortSignal {
  return watch();
}

/** What a command exits with that was interrupted. */
export function interruptedExitCode(): number {
  return askedExitCode;
}
