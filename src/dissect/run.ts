// Runs a capture through a dissector into a sink. What is damaged ends the run in order: all that came before is handed
// on, then the summary says why it is not complete.

import { CaptureError, type CaptureSource, readCapture, readCaptureSync, sourceName } from '../capture/index.ts';
import { CaptureClock } from './clock.ts';
import { type DissectionLimits, Dissector, defaultLimits } from './dissector.ts';
import type { DissectionSink } from './sink.ts';

export type { CaptureSource } from '../capture/index.ts';

export interface RunOptions {
  /** What a source that is no set is called in the `capture` event; by default its path, or `-`. */
  name?: string | undefined;
  limits?: Partial<DissectionLimits> | undefined;
  /** Ports of servers that speak WebSocket: their connections are taken for it also where no handshake is in the capture. */
  webSocketPorts?: readonly number[] | undefined;
  /** Ends the reading early; what was read is told, and the summary is not complete. */
  signal?: AbortSignal | undefined;
  /** Asked between two blocks of the file; reading goes on when its promise is fulfilled. */
  pause?: (() => Promise<void> | undefined) | undefined;
}

/** The reason of a signal that ends the reading early, in words that the summary repeats. */
export class ReadingEnded extends Error {
  override readonly name = 'ReadingEnded';
}

/** How a run ended. */
export interface RunResult {
  complete: boolean;
  /** Why it is not complete; null also where the caller ended it. */
  error: CaptureError | null;
}

/** Makes the sink once the capture's clock is there: views carry origins, and only the clock knows what to call them. */
export type SinkFactory = (clock: CaptureClock) => DissectionSink;

/** @throws CaptureError of kind `unreadable`: there is no capture to speak of. */
export async function runDissection(
  source: CaptureSource,
  makeSink: SinkFactory,
  options: RunOptions = {},
): Promise<RunResult> {
  const dissector = makeDissector(source, makeSink, options);
  try {
    await readCapture(source, dissector, { signal: options.signal, pause: options.pause });
  } catch (error) {
    return finishIncomplete(dissector, error, options.signal);
  }
  dissector.finish();
  return { complete: true, error: null };
}

/** The same without waiting. */
export function runDissectionSync(
  source: string | Uint8Array,
  makeSink: SinkFactory,
  options: RunOptions = {},
): RunResult {
  const dissector = makeDissector(source, makeSink, options);
  try {
    readCaptureSync(source, dissector, { signal: options.signal });
  } catch (error) {
    return finishIncomplete(dissector, error, options.signal);
  }
  dissector.finish();
  return { complete: true, error: null };
}

function makeDissector(source: CaptureSource, makeSink: SinkFactory, options: RunOptions): Dissector {
  const clock = new CaptureClock();
  const name = options.name ?? null;
  const names = name === null ? [source].flat().map((each) => sourceName(each)) : [name];
  return new Dissector(makeSink(clock), clock, names, { ...defaultLimits, ...options.limits }, options.webSocketPorts);
}

function finishIncomplete(dissector: Dissector, error: unknown, signal: AbortSignal | undefined): RunResult {
  if (signal?.aborted && error === signal.reason) {
    dissector.finish(error instanceof ReadingEnded ? error.message : 'the reading was ended early');
    return { complete: false, error: null };
  }
  if (!(error instanceof CaptureError) || error.kind === 'unreadable') throw error;
  dissector.finish(error.message);
  return { complete: false, error };
}
