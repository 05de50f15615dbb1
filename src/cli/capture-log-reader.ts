// Reads a capture into the log that expectations and comparisons look at. Turns what can go wrong with it into words for a
// user; damage is no failure here, as the log says how far the capture went.

import { CaptureError } from '../capture/index.ts';
import { type CaptureLog, CaptureLogger, TooMuchToKeep } from '../check/capture-log.ts';
import type { PayloadCodec } from '../codec/codec.ts';
import type { CaptureClock } from '../dissect/clock.ts';
import { EventMaker } from '../dissect/event-maker.ts';
import { runDissection } from '../dissect/run.ts';
import { attend, type ProgressWish } from './attended-reading.ts';
import { captureFailure, captureName, Failure } from './failure.ts';
import { STREAM_NAME } from './input.ts';
import { type KeptOptions, keptOf } from './limit-options.ts';
import { type ReadingOptions, readingOf } from './reading-options.ts';

export interface LogOptions extends ReadingOptions, KeptOptions {
  progress: ProgressWish;
}

/** @throws {Failure} where the capture cannot be read at all, holds too much, or the reading was interrupted */
export async function readCaptureLog(
  file: string,
  codec: PayloadCodec | null,
  options: LogOptions,
): Promise<CaptureLog> {
  const { progress } = options;
  const logger = new CaptureLogger(captureName([file]), keptOf(options));
  const source = file === STREAM_NAME ? process.stdin : file;
  try {
    const makeSink = (clock: CaptureClock) =>
      new EventMaker(logger, { frames: false, payload: 'always', codec }, clock);
    await attend({ files: [file], progress, unit: 'message', isForPeople: false, isHeld: true }, async (attendance) => {
      await runDissection(source, makeSink, { name: file, ...readingOf(options), ...attendance });
      attendance.signal.throwIfAborted();
    });
  } catch (error) {
    if (error instanceof CaptureError) throw captureFailure([file], error);
    if (!(error instanceof TooMuchToKeep)) throw error;
    const option = error.limit === 'events' ? '--max-events' : '--max-kept';
    throw new Failure(`${captureName([file])}: ${error.message}; allow more with ${option}, or cut the capture`);
  }
  return logger.log();
}
