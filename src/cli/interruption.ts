// SIGINT and SIGTERM, for commands that must end what they have begun: the first is a request, the second ends the process.

import { ReadingEnded } from '../dissect/reading-ended.ts';
import { INTERRUPTED, TERMINATED } from './exit-codes.ts';
import { clearProgressLine } from './standard-streams.ts';

interface Interruption {
  readonly signal: AbortSignal;
  readonly came: Promise<number>;
}

let watched: Interruption | null = null;
let askedExitCode = INTERRUPTED;

function watch(): Interruption {
  const stop = new AbortController();
  const came = new Promise<number>((resolve) => {
    const onSignal = (signal: NodeJS.Signals) => {
      askedExitCode = signal === 'SIGINT' ? INTERRUPTED : TERMINATED;
      if (stop.signal.aborted) {
        clearProgressLine();
        process.exit(askedExitCode);
      }
      stop.abort(new ReadingEnded('interrupted'));
      resolve(askedExitCode);
    };
    process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  });
  return { signal: stop.signal, came };
}

/** Settled by the first signal, with the exit code that it asks for. */
export function interruption(): Promise<number> {
  watched ??= watch();
  return watched.came;
}

/** Aborted by the first signal, with a ReadingEnded for its reason. */
export function interruptionSignal(): AbortSignal {
  watched ??= watch();
  return watched.signal;
}

/** What a command exits with that was interrupted. */
export function interruptedExitCode(): number {
  return askedExitCode;
}
