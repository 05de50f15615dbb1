// Worker threads that share the cases of a run, and the watchdog over them: a case that never ends, or takes all memory, costs
// its worker, is told as a fault, and the cases behind it go on in another.

import { Worker } from 'node:worker_threads';
import type { FoundFault, Range, RangeDone } from './worker.ts';

const LOOK = 500;
/** MiB of JavaScript's heap in a worker; octets outside of it are looked after by `trial.ts`. */
const HEAP = 768;

export interface PoolOptions {
  jobs: number;
  /** URL of the module that exports the `layers`. */
  layers: string;
  /** Seconds of work, of all threads, after which a case counts as never ending. */
  patience: number;
}

export interface PoolSink {
  /** Null when there is nothing left. */
  nextRange(): Range | null;
  onDone(range: Range, done: RangeDone): void;
}

class Lane {
  readonly #options: PoolOptions;
  readonly #sink: PoolSink;
  readonly #progress = new Int32Array(new SharedArrayBuffer(4));
  readonly #finished: () => void;
  #worker: Worker | null = null;
  #range: Range | null = null;
  #looked = -1;
  #workAtLook = 0;

  constructor(options: PoolOptions, sink: PoolSink, finished: () => void) {
    this.#options = options;
    this.#sink = sink;
    this.#finished = finished;
    this.#start();
  }

  #start(): void {
    const worker = new Worker(new URL('./worker-start.mjs', import.meta.url), {
      execArgv: [],
      workerData: { progress: this.#progress.buffer, layers: this.#options.layers },
      resourceLimits: { maxOldGenerationSizeMb: HEAP },
    });
    this.#worker = worker;
    worker.on('message', (done: RangeDone | null) => {
      if (done !== null && this.#range !== null) this.#sink.onDone(this.#range, done);
      if (this.#range !== null && done === null) worker.postMessage(this.#range);
      else this.#next();
    });
    worker.on('error', (error) => this.#replace(String(error)));
  }

  #next(): void {
    this.#range = this.#sink.nextRange();
    this.#looked = -1;
    if (this.#range !== null) {
      this.#progress[0] = this.#range.from;
      this.#worker?.postMessage(this.#range);
      return;
    }
    void this.#worker?.terminate();
    this.#finished();
  }

  /** Called once in a while. */
  look(): void {
    if (this.#range === null) return;
    const work = process.cpuUsage();
    const seconds = (work.user + work.system) / 1e6;
    const number = this.#progress[0];
    if (number !== this.#looked) {
      this.#looked = number;
      this.#workAtLook = seconds;
    } else if (seconds - this.#workAtLook > this.#options.patience) {
      this.#replace(`it has not ended after ${this.#options.patience} s of work`);
    }
  }

  /** The worker is lost to the case under way: the next begins behind it. */
  #replace(message: string): void {
    const range = this.#range;
    this.#worker?.removeAllListeners();
    this.#worker?.on('error', () => {});
    void this.#worker?.terminate();
    if (range === null) throw new Error(`a worker ended before its first case: ${message}`);
    const number = this.#progress[0];
    const { layer, seed } = range;
    const fault: FoundFault = {
      layer,
      seed,
      case: number,
      kind: message,
      message,
      stack: '',
      input: new Uint8Array(0),
      drawn: 0,
    };
    this.#sink.onDone({ ...range, to: number + 1 }, { octets: 0, milliseconds: 0, faults: [fault], more: 0 });
    this.#range = number + 1 < range.to ? { ...range, from: number + 1 } : null;
    this.#looked = -1;
    this.#progress[0] = number + 1;
    this.#start();
  }
}

/** Runs until `sink` has no more ranges. */
export async function runPool(options: PoolOptions, sink: PoolSink): Promise<void> {
  const lanes: Lane[] = [];
  const finished = Array.from(
    { length: options.jobs },
    () => new Promise<void>((resolve) => lanes.push(new Lane(options, sink, resolve))),
  );
  const watchdog = setInterval(() => {
    for (const lane of lanes) lane.look();
  }, LOOK);
  await Promise.all(finished);
  clearInterval(watchdog);
}
