// Runs a capture through a dissector into a sink. What is damaged ends the run in order: all that came before is handed
// on, then the summary says why it is not complete.

import {
  CaptureError,
  type CaptureSource,
  type ReadOptions,
  readCapture,
  readCaptureSync,
  sourceName,
} from '../capture/index.ts';
import { CaptureClock } from './clock.ts';
import { type DissectionLimits, Dissector, defaultLimits } from './dissector.ts';
import { ReadingEnded } from './reading-ended.ts';
import type { DissectionSink } from './sink.ts';

export type { CaptureSource } from '../capture/index.ts';

export interface RunOptions {
  /** What a source that is no set is called in the `capture` event; by default its path, or `-`. */
  name?: string | undefined;
  /** Whether each event says which file it is of, as those of a set do. */
  namesFile?: boolean | undefined;
  limits?: Partial<DissectionLimits> | undefined;
  /** Ports of servers that speak WebSocket: their connections are taken for it also where no handshake is in the capture. */
  webSocketPorts?: readonly number[] | undefined;
  /** Ends the reading early; what was read is told, and the summary is not complete. */
  signal?: AbortSignal | undefined;
  /** Asked between two blocks of the file; reading goes on when its promise is fulfilled. */
  pause?: (() => Promise<void> | undefined) | undefined;
  /** Told between two blocks how far the reading is. */
  onProgress?: OnProgress | undefined;
}

/**
 * @param octets of the source read so far; of a compressed one, those that it has
 * @param found messages so far; of a survey, TCP connections
 */
export type OnProgress = (octets: number, found: number) => void;

/** Adds up what readers tell. */
export function countingReads(onProgress: OnProgress | undefined, found: () => number): ReadOptions['onRead'] {
  if (onProgress === undefined) return undefined;
  let octets = 0;
  return (read) => {
    octets += read;
    onProgress(octets, found());
  };
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
    const { signal, pause, onProgress } = options;
    await readCapture(source, dissector, {
      signal,
      pause,
      onRead: countingReads(onProgress, () => dissector.messages),
    });
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
    const { signal, onProgress } = options;
    readCaptureSync(source, dissector, { signal, onRead: countingReads(onProgress, () => dissector.messages) });
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
  if (options.namesFile) clock.file = names[0];
  return new Dissector(makeSink(clock), clock, names, limitsOf(options.limits), options.webSocketPorts);
}

/** What is given as undefined is as not given. */
function limitsOf(given: Partial<DissectionLimits> = {}): DissectionLimits {
  const limits = Object.entries(given).filter(([, limit]) => limit !== undefined);
  return { ...defaultLimits, ...Object.fromEntries(limits) };
}

function finishIncomplete(dissector: Dissector, error: unknown, signal: AbortSignal | undefined): RunResult {
  const damage = damageOf(error, signal);
  if (damage === null) dissector.finish(error instanceof ReadingEnded ? error.message : 'the reading was ended early');
  else dissector.finish(damage.file === null ? damage.message : `${damage.file}: ${damage.message}`);
  return { complete: false, error: damage };
}

/**
 * What a reading stopped at: damage of the capture, before which all still counts; null where the caller ended it.
 *
 * @throws whatever it is otherwise
 */
export function damageOf(error: unknown, signal: AbortSignal | undefined): CaptureError | null {
  if (signal?.aborted && error === signal.reason) return null;
  if (error instanceof CaptureError && error.kind !== 'unreadable') return error;
  throw error;
}
