// Shares captures among worker threads, one capture at a time to each, and hands on what comes of them in the order of the
// captures, as one thread would. Knows nothing of what the task is.

import { Worker } from 'node:worker_threads';
import { interruptedExitCode, interruptionSignal } from '../interruption.ts';
import type { EachSink } from './each-sink.ts';
import { OrderedPieces, type Piece } from './ordered-pieces.ts';
import type { Order, Report, WorkerData } from './worker.ts';

/** Beside the built command line, which this is part of. */
const WORKER_SCRIPT = new URL('../bin/worker.js', import.meta.url);

export interface Share extends Pick<WorkerData, 'task' | 'options' | 'tellsProgress'> {
  files: readonly string[];
  /** Threads, at most one a file. */
  jobs: number;
}

class FileShare {
  readonly #share: Share;
  readonly #sink: EachSink;
  readonly #workers: Worker[] = [];
  readonly #pieces = new OrderedPieces();
  #begun = 0;
  #ended = 0;
  #isOver = false;
  #finish: () => void = () => {};
  #fail: (reason: unknown) => void = () => {};

  constructor(share: Share, sink: EachSink) {
    this.#share = share;
    this.#sink = sink;
  }

  async run(): Promise<void> {
    const interrupted = interruptionSignal();
    const interrupt = () => {
      for (const worker of this.#workers) order(worker, interruption());
    };
    interrupted.addEventListener('abort', interrupt);
    try {
      await new Promise<void>((resolve, reject) => {
        this.#finish = resolve;
        this.#fail = reject;
        for (let i = 0; i < this.#share.jobs; i++) this.#start();
      });
    } finally {
      interrupted.removeEventListener('abort', interrupt);
      await Promise.all(this.#workers.map((worker) => worker.terminate()));
    }
  }

  #start(): void {
    const { task, options, tellsProgress } = this.#share;
    const untaken = new Int32Array(new SharedArrayBuffer(4));
    const data: WorkerData = { task, options, untaken, tellsProgress };
    const worker = new Worker(WORKER_SCRIPT, { workerData: data });
    worker.on('error', this.#fail);
    worker.on('message', (report: Report) => {
      try {
        this.#take(report, untaken);
        if (report.kind === 'result' || report.kind === 'failure') this.#assign(worker);
      } catch (error) {
        this.#fail(error);
      }
    });
    this.#workers.push(worker);
    this.#assign(worker);
  }

  #assign(worker: Worker): void {
    const { files } = this.#share;
    if (this.#begun === files.length || interruptionSignal().aborted) return;
    order(worker, { kind: 'read', file: files[this.#begun], index: this.#begun });
    this.#begun++;
  }

  #take(report: Report, untaken: Int32Array): void {
    if (report.kind === 'progress') {
      this.#sink.onProgress(report.index, report.octets, report.found);
      return;
    }
    const length = report.kind === 'output' ? report.octets.length : 0;
    const piece: Piece = {
      length,
      isLast: report.kind === 'result' || report.kind === 'failure',
      handOn: () => this.#handOn(report),
      release: () => {
        Atomics.sub(untaken, 0, length);
        Atomics.notify(untaken, 0);
      },
    };
    this.#pieces.take(report.index, piece);
  }

  #handOn(report: Exclude<Report, { kind: 'progress' }>): void {
    if (this.#isOver) return;
    if (report.kind === 'output') this.#sink.onOutput(report.index, report.octets);
    else if (report.kind === 'errors') this.#sink.onErrors(report.text);
    else if (!this.#sink.onEnd(report.index, report) || ++this.#ended === this.#share.files.length) {
      this.#isOver = true;
      this.#finish();
    }
  }
}

function interruption(): Order {
  return { kind: 'interrupt', exitCode: interruptedExitCode() };
}

function order(worker: Worker, message: Order): void {
  worker.postMessage(message);
}

/** Resolved when all are done, or the sink has enough. @throws what the sink throws, and what ends a worker */
export function shareFiles(share: Share, sink: EachSink): Promise<void> {
  return new FileShare(share, sink).run();
}
