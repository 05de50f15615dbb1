// Shares captures among worker threads, one capture at a time to each, and hands on what comes of them in the order of the
// captures, as one thread would. Knows nothing of what the task is.

import { Worker } from 'node:worker_threads';
import { isOfTooManyFiles, readingReason } from '../../system-reason.ts';
import { Failure } from '../failure.ts';
import { letHeapGrow } from '../heap-growth.ts';
import { interruptedExitCode, interruptionSignal } from '../interruption.ts';
import { AsideFile, type AsidePlace } from './aside-file.ts';
import type { EachSink } from './each-sink.ts';
import { OrderedPieces, type Piece } from './ordered-pieces.ts';
import type { Order, Report, WorkerData } from './worker.ts';

/** Beside the built command line, which this is part of. */
const WORKER_SCRIPT = new URL('../bin/worker.js', import.meta.url);

/** Octets that a worker may send before they are taken. */
const RING_LENGTH = 1024 * 1024;

export interface Share extends Pick<WorkerData, 'task' | 'options' | 'tellsProgress'> {
  files: readonly string[];
  /** Threads, at most one a file. */
  jobs: number;
}

/** What comes in its turn and takes no room to speak of. */
type Word = Exclude<Report, { kind: 'progress' | 'output' }>;

class FileShare {
  readonly #share: Share;
  readonly #sink: EachSink;
  readonly #workers: Worker[] = [];
  readonly #pieces = new OrderedPieces();
  readonly #aside = new AsideFile();
  #begun = 0;
  #ended = 0;
  #isOver = false;
  #finish: () => void = () => {};
  #fail: (reason: unknown) => void = () => {};

  constructor(share: Share, sink: EachSink) {
    this.#share = share;
    this.#sink = sink;
  }

  /** @param ready fulfilled when captures may be read; threads are made meanwhile */
  async run(ready: Promise<unknown>): Promise<void> {
    const interrupted = interruptionSignal();
    const interrupt = () => {
      for (const worker of this.#workers) order(worker, interruptOrder());
    };
    interrupted.addEventListener('abort', interrupt);
    try {
      await new Promise<void>((resolve, reject) => {
        this.#finish = resolve;
        this.#fail = reject;
        // Node brings compiled code for V8's own flags alone, which halves the 40 ms until a thread runs. That then sets ours again.
        letHeapGrow();
        for (let i = 0; i < this.#share.jobs; i++) this.#start();
        ready.then(() => {
          for (const worker of this.#workers) this.#assign(worker);
          if (this.#isLast) this.#finish();
        }, reject);
      });
    } finally {
      interrupted.removeEventListener('abort', interrupt);
      await Promise.all(this.#workers.map((worker) => worker.terminate()));
      this.#aside.close();
    }
  }

  #start(): void {
    const { task, options, tellsProgress } = this.#share;
    const ring = new Uint8Array(new SharedArrayBuffer(RING_LENGTH));
    const untaken = new Int32Array(new SharedArrayBuffer(4));
    const data: WorkerData = { task, options, ring, untaken, tellsProgress };
    const worker = new Worker(WORKER_SCRIPT, { workerData: data });
    worker.on('error', this.#fail);
    worker.on('message', (report: Report) => {
      try {
        this.#take(report, data);
        if (report.kind === 'result' || report.kind === 'failure') this.#assign(worker);
      } catch (error) {
        this.#fail(error);
      }
    });
    this.#workers.push(worker);
  }

  #assign(worker: Worker): void {
    const { files } = this.#share;
    if (this.#begun === files.length || interruptionSignal().aborted) return;
    order(worker, { kind: 'read', file: files[this.#begun], index: this.#begun });
    this.#begun++;
  }

  #take(report: Report, data: WorkerData): void {
    if (report.kind === 'progress') {
      this.#sink.onProgress(report.index, report.octets, report.found);
      return;
    }
    if (report.kind === 'output') this.#pieces.take(report.index, this.#outputPiece(report, data));
    else this.#pieces.take(report.index, this.#wordPiece(report));
  }

  #outputPiece({ index, start, length }: Extract<Report, { kind: 'output' }>, { ring, untaken }: WorkerData): Piece {
    let place: AsidePlace | null = null;
    let octets = ring.subarray(start, start + length);
    return {
      length,
      isLast: false,
      handOn: () => {
        const all = place === null ? octets : this.#aside.take(place);
        if (!this.#isOver) this.#sink.onOutput(index, all);
      },
      keep: () => {
        octets = new Uint8Array(octets);
      },
      setAside: () => {
        place = this.#aside.put(octets);
        return place !== null;
      },
      release: () => {
        Atomics.sub(untaken, 0, length);
        Atomics.notify(untaken, 0);
      },
    };
  }

  #wordPiece(report: Word): Piece {
    return {
      length: 0,
      isLast: report.kind !== 'errors',
      handOn: () => this.#handOn(report),
      keep: () => {},
      setAside: () => false,
      release: () => {},
    };
  }

  #handOn(report: Word): void {
    if (this.#isOver) return;
    if (report.kind === 'errors') this.#sink.onErrors(report.text);
    else {
      const isWanted = this.#sink.onEnd(report.index, report);
      this.#ended++;
      if (isWanted && !this.#isLast) return;
      this.#isOver = true;
      this.#finish();
    }
  }

  /** Whether none is left: of all, or of those that were begun before a signal. */
  get #isLast(): boolean {
    const isAllBegun = this.#begun === this.#share.files.length || interruptionSignal().aborted;
    return isAllBegun && this.#ended === this.#begun;
  }
}

function interruptOrder(): Order {
  return { kind: 'interrupt', exitCode: interruptedExitCode() };
}

function order(worker: Worker, message: Order): void {
  worker.postMessage(message);
}

/**
 * Resolved when all are done, or after a signal those that were begun, or the sink has enough.
 *
 * @param ready fulfilled when captures may be read
 * @throws what the sink throws, what ends a worker, and why it is not ready
 */
export async function shareFiles(share: Share, ready: Promise<unknown>, sink: EachSink): Promise<void> {
  try {
    await new FileShare(share, sink).run(ready);
  } catch (error) {
    throw threadFailure(error);
  }
}

/** The failure for a user where the system has no room for so many threads; else the error itself. */
function threadFailure(error: unknown): unknown {
  const { code = '', message = '' } = Object(error) as NodeJS.ErrnoException;
  // Before it begins, or while it reads its script.
  const cause = { code: code === 'ERR_WORKER_INIT_FAILED' ? /: (E[A-Z]+)$/.exec(message)?.[1] : code };
  if (!isOfTooManyFiles(cause)) return error;
  const what = `a thread cannot be started: ${readingReason(cause)}`;
  return new Failure(`${what}; give fewer --jobs, or allow more with ulimit -n`, undefined, { cause: error });
}
