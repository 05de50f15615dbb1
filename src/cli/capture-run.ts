// One capture through the dissector into one output: what all commands that read a capture have in common. Turns the ways
// in which a run can end into exit codes; knows no formats.

import { CaptureError } from '../capture/index.ts';
import type { PayloadCodec } from '../codec/codec.ts';
import { AskingSink } from '../dissect/asking-sink.ts';
import type { CaptureClock } from '../dissect/clock.ts';
import type { DissectionLimits } from '../dissect/dissector.ts';
import type { Severity } from '../dissect/events.ts';
import { type CaptureSource, ReadingEnded, runDissection } from '../dissect/run.ts';
import { SelectingSink, type Selection } from '../dissect/selection.ts';
import type { DissectionSink } from '../dissect/sink.ts';
import { DAMAGED, FINE, INTERRUPTED, NOT_MET } from './exit-codes.ts';
import { captureFailure, captureName, say } from './failure.ts';
import { sourceOf } from './input.ts';
import { selects } from './selection-options.ts';
import { SeverityWatch } from './severity-watch.ts';
import { whereOf } from './where-option.ts';

/** Where a run's findings go. */
export interface Output {
  readonly sink: DissectionSink;
  /** Lets out what is gathered; asked between two blocks of the capture, so that a live one is seen at once. */
  flush(): void;
  /** The last event was given. */
  finish(): void;
}

export interface CaptureRun {
  /** Paths, or `-` for standard input; several are read as one capture. */
  files: readonly string[];
  /** Opens what `files` names where that is not simply to be read; the signal ends it. */
  open?: ((signal: AbortSignal) => CaptureSource) | undefined;
  selection: Selection;
  /** A condition in CEL that messages must fit. */
  where?: string | undefined;
  codec: PayloadCodec | null;
  limits: Partial<DissectionLimits>;
  webSocketPorts: readonly number[];
  /** The lightest severity that fails the run. */
  failOn?: Severity | undefined;
  makeOutput(clock: CaptureClock): Output;
}

/** Reading stopped because no more was asked for: the reason that the signal carries. */
class Satisfied extends ReadingEnded {}

/**
 * Runs to the end of the capture, to what was asked for, or to its damage; returns the exit code.
 *
 * @throws {Failure} where the capture cannot be read
 */
export async function runCapture(run: CaptureRun): Promise<number> {
  const where = await whereOf(run.where);
  const stop = new AbortController();
  const interrupt = () => stop.abort(new ReadingEnded('interrupted'));
  // Once: whoever presses Ctrl-C again means it.
  process.once('SIGINT', interrupt);
  let output: Output | null = null;
  let watch: SeverityWatch | null = null;
  const makeSink = (clock: CaptureClock): DissectionSink => {
    output = run.makeOutput(clock);
    watch = run.failOn === undefined ? null : new SeverityWatch(output.sink);
    const sink = watch ?? output.sink;
    const { selection, codec } = run;
    const selected = selects(selection)
      ? new SelectingSink(sink, selection, codec, () => satisfy(stop, selection.limit))
      : sink;
    return where === null ? selected : new AskingSink(selected, where.question, codec, clock);
  };
  try {
    const opened = run.open?.(stop.signal);
    const { complete, error } = await runDissection(opened ?? sourceOf(run.files), makeSink, {
      name: opened === undefined ? undefined : run.files[0],
      limits: run.limits,
      webSocketPorts: run.webSocketPorts,
      signal: stop.signal,
      pause: () => void output?.flush(),
    });
    finish(output);
    where?.account();
    if (error !== null) {
      say(captureFailure(run.files, error).message);
      return DAMAGED;
    }
    if (!complete && !(stop.signal.reason instanceof Satisfied)) {
      say(`${captureName(run.files)}: interrupted; what was read until then is shown`);
      return INTERRUPTED;
    }
    return failed(watch, run.failOn) ? NOT_MET : FINE;
  } catch (error) {
    throw error instanceof CaptureError ? captureFailure(run.files, error) : error;
  } finally {
    process.removeListener('SIGINT', interrupt);
  }
}

/** Ends the reading at the very message that was enough, so that what is told does not depend on the size of blocks. */
function satisfy(stop: AbortController, limit: number | undefined): never {
  const reason = new Satisfied(`ended at --limit ${limit}`);
  stop.abort(reason);
  throw reason;
}

function finish(output: Output | null): void {
  output?.finish();
  output?.flush();
}

function failed(watch: SeverityWatch | null, failOn: Severity | undefined): boolean {
  return watch !== null && failOn !== undefined && watch.reached(failOn);
}
