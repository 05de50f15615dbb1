// Does a task with each of several captures, on this thread or shared among others: what is handed on is the same. Shows one
// line of progress over all of them.

import { progressLine } from '../attended-reading.ts';
import { failureOf, isClosedPipe } from '../failure.ts';
import { STREAM_NAME } from '../input.ts';
import { interruptionSignal } from '../interruption.ts';
import type { ReadingProgress } from '../reading-progress.ts';
import { redirectStreams } from '../standard-streams.ts';
import type { EachSink } from './each-sink.ts';
import { type FileTask, prepareTask, type TaskName } from './file-tasks.ts';

export interface EachReading {
  task: TaskName;
  files: readonly string[];
  options: { progress: boolean };
  jobs: number;
  /** What is found, in the singular. */
  unit: string;
  isForPeople: boolean;
}

/** Where progress is handed on to besides. */
type ProgressTo = Pick<EachSink, 'onProgress'>;

/**
 * Ends with the last capture, with those that were being read when a signal came, or when the sink has enough.
 *
 * @throws what the sink throws, and what is wrong with the options for every file
 */
export async function readEach(reading: EachReading, sink: Omit<EachSink, 'onProgress'>): Promise<void> {
  const { files, unit, isForPeople, options } = reading;
  const line = options.progress ? await progressLine({ files, unit, isForPeople }) : null;
  const all: EachSink = {
    ...new SummedProgress(line).sink,
    onOutput: (index, octets) => sink.onOutput(index, octets),
    onErrors: (text) => sink.onErrors(text),
    onEnd: (index, outcome) => sink.onEnd(index, outcome),
  };
  // Standard input is this thread's.
  const jobs = files.includes(STREAM_NAME) ? 1 : Math.min(reading.jobs, files.length);
  // Here too: what is wrong with the options is told once, and not of each file.
  const prepared = prepareTask(reading.task, options);
  // Until it is awaited, a failure must not count as unhandled.
  prepared.catch(() => {});
  try {
    if (jobs <= 1) await readInTurn(files, await prepared, all, line !== null);
    else {
      const { shareFiles } = await import('./file-workers.ts');
      await shareFiles({ task: reading.task, files, options, jobs, tellsProgress: line !== null }, prepared, all);
    }
  } finally {
    line?.end();
  }
}

/** Adds up the progress of captures that are read at the same time. */
class SummedProgress {
  readonly #line: ReadingProgress | null;
  readonly #octets: number[] = [];
  readonly #found: number[] = [];

  constructor(line: ReadingProgress | null) {
    this.#line = line;
  }

  get sink(): ProgressTo {
    return { onProgress: (index, octets, found) => this.#add(index, octets, found) };
  }

  #add(index: number, octets: number, found: number): void {
    this.#octets[index] = octets;
    this.#found[index] = found;
    const sum = (total: number, one: number) => total + one;
    this.#line?.update(this.#octets.reduce(sum, 0), this.#found.reduce(sum, 0));
  }
}

async function readInTurn(
  files: readonly string[],
  task: FileTask,
  sink: EachSink,
  tellsProgress: boolean,
): Promise<void> {
  for (const [index, file] of files.entries()) {
    const onProgress = (octets: number, found: number) => sink.onProgress(index, octets, found);
    const before = redirectStreams({ output: (octets) => sink.onOutput(index, octets), errors: sink.onErrors });
    let isWanted: boolean;
    try {
      const result = await task(file, tellsProgress ? onProgress : undefined);
      isWanted = sink.onEnd(index, { kind: 'result', result });
    } catch (error) {
      if (isClosedPipe(error)) throw error;
      isWanted = sink.onEnd(index, { kind: 'failure', failure: failureOf(error) });
    } finally {
      redirectStreams(before);
    }
    if (!isWanted || interruptionSignal().aborted) return;
  }
}
