// One capture through the dissector into one output: what the commands have in common that show or count messages as they are read.
// Turns the ways in which a run can end into exit codes; knows no formats.

import { CaptureError } from '../capture/index.ts';
import type { PayloadCodec } from '../codec/codec.ts';
import type { CaptureClock } from '../dissect/clock.ts';
import type { DissectionLimits } from '../dissect/dissector.ts';
import type { Severity } from '../dissect/events.ts';
import { ReadingEnded } from '../dissect/reading-ended.ts';
import { type CaptureSource, runDissection } from '../dissect/run.ts';
import type { Selection } from '../dissect/selection.ts';
import type { DissectionSink } from '../dissect/sink.ts';
import { type Attendance, attend, type ProgressWish } from './attended-reading.ts';
import { DAMAGED, FINE, NOT_MET } from './exit-codes.ts';
import { captureFailure, captureName, say } from './failure.ts';
import { sourceOf } from './input.ts';
import { interruptedExitCode } from './interruption.ts';
import { selects } from './selection-options.ts';
import { type SeverityWatch, watchSeverity } from './severity-watch.ts';
import { type Where, whereOf } from './where-option.ts';

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
  progress: ProgressWish;
  /** Whether each event says which file it is of. */
  namesFile?: boolean | undefined;
  /** Whether people look at the output while the capture is read. */
  isForPeople?: boolean;
  makeOutput(clock: CaptureClock): Output;
}

/**
 * Runs to the end of the capture, to what was asked for, or to its damage; returns the exit code.
 *
 * @throws {Failure} where the capture cannot be read
 */
export async function runCapture(run: CaptureRun): Promise<number> {
  const { files, progress, isForPeople = false } = run;
  return attend({ files, progress, unit: 'message', isForPeople }, (attendance) => attendedRun(run, attendance));
}

async function attendedRun(run: CaptureRun, { signal: interrupted, onProgress }: Attendance): Promise<number> {
  const where = await whereOf(run.where, run.codec !== null);
  const stop = new AbortController();
  const signal = AbortSignal.any([interrupted, stop.signal]);
  const narrow = await narrowingOf(run, where, stop);
  let output: Output | null = null;
  let watch: SeverityWatch | null = null;
  const makeSink = (clock: CaptureClock): DissectionSink => {
    output = run.makeOutput(clock);
    watch = run.failOn === undefined ? null : watchSeverity(output.sink);
    return narrow(watch?.sink ?? output.sink, clock);
  };
  try {
    const opened = run.open?.(signal);
    const { complete, error } = await runDissection(opened ?? sourceOf(run.files), makeSink, {
      name: opened === undefined ? undefined : run.files[0],
      namesFile: run.namesFile,
      limits: run.limits,
      webSocketPorts: run.webSocketPorts,
      signal,
      pause: () => void output?.flush(),
      onProgress,
    });
    finish(output);
    where?.account();
    if (error !== null) {
      say(captureFailure(run.files, error).message);
      return DAMAGED;
    }
    if (!complete && signal.reason === interrupted.reason) {
      say(`${captureName(run.files)}: interrupted; what was read until then is shown`);
      return interruptedExitCode();
    }
    return failed(watch, run.failOn) ? NOT_MET : FINE;
  } catch (error) {
    throw error instanceof CaptureError ? captureFailure(run.files, error) : error;
  }
}

/** Puts before a sink what lets pass only what was asked for. */
type Narrowing = (sink: DissectionSink, clock: CaptureClock) => DissectionSink;

/** Loads what it takes, where anything is asked for. */
async function narrowingOf(
  { selection, codec }: CaptureRun,
  where: Where | null,
  stop: AbortController,
): Promise<Narrowing> {
  const selecting = selects(selection) ? await import('../dissect/selection.ts') : null;
  const asking = where === null ? null : await import('../dissect/asking-sink.ts');
  return (sink, clock) => {
    const selected =
      selecting === null
        ? sink
        : new selecting.SelectingSink(sink, selection, codec, () => satisfy(stop, selection.limit));
    return asking === null || where === null ? selected : asking.askingSink(selected, where.question, codec, clock);
  };
}

/** Ends the reading at the very message that was enough, so that what is told does not depend on the size of blocks. */
function satisfy(stop: AbortController, limit: number | undefined): never {
  const reason = new ReadingEnded(`ended at --limit ${limit}`);
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
