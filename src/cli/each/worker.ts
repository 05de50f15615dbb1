// A worker thread: does a task with one capture after another, and sends what it prints to the main thread. It waits where the
// main thread falls behind. Knows neither the other workers nor what is printed.

import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { failureOf, type ToldFailure } from '../failure.ts';
import { interrupt } from '../interruption.ts';
import { redirectStreams } from '../standard-streams.ts';
import { type FileTask, prepareTask, type TaskName, type TaskResult } from './file-tasks.ts';

/** What a worker is made with. */
export interface WorkerData {
  task: TaskName;
  options: object;
  /** One integer that both threads see: octets sent and not taken yet. */
  untaken: Int32Array;
  /** Whether somebody looks at the progress. */
  tellsProgress: boolean;
}

/** What the main thread asks for. */
export type Order = { kind: 'read'; file: string; index: number } | { kind: 'interrupt'; exitCode: number };

/** What a worker says. */
export type Report = { index: number } & (
  | { kind: 'output'; octets: Uint8Array }
  | { kind: 'errors'; text: string }
  | { kind: 'progress'; octets: number; found: number }
  | { kind: 'result'; result: TaskResult }
  | { kind: 'failure'; failure: ToldFailure }
);

/** Octets that may be sent and not taken. */
const WINDOW = 1024 * 1024;
/** Milliseconds between two words about progress. */
const PROGRESS_INTERVAL = 100;

class FileWorker {
  readonly #port: MessagePort;
  readonly #data: WorkerData;
  #index = 0;
  #task: Promise<FileTask> | null = null;
  #nextProgress = 0;

  constructor(port: MessagePort, data: WorkerData) {
    this.#port = port;
    this.#data = data;
    redirectStreams({
      output: (octets) => this.#send(octets),
      errors: (text) => this.#say({ kind: 'errors', index: this.#index, text }),
    });
    port.on('message', (order: Order) => {
      if (order.kind === 'interrupt') interrupt(order.exitCode);
      else void this.#read(order.file, order.index);
    });
  }

  async #read(file: string, index: number): Promise<void> {
    this.#index = index;
    const onProgress = this.#data.tellsProgress ? this.#tellProgress : undefined;
    try {
      this.#task ??= prepareTask(this.#data.task, this.#data.options);
      const task = await this.#task;
      this.#say({ kind: 'result', index, result: await task(file, onProgress) });
    } catch (error) {
      this.#say({ kind: 'failure', index, failure: failureOf(error) });
    }
  }

  /** A copy: the octets are in a buffer that will be used again. */
  #send(octets: Uint8Array): void {
    const { untaken } = this.#data;
    const copy = new Uint8Array(octets);
    Atomics.add(untaken, 0, copy.length);
    this.#say({ kind: 'output', index: this.#index, octets: copy }, [copy.buffer]);
    for (let count = Atomics.load(untaken, 0); count > WINDOW; count = Atomics.load(untaken, 0)) {
      Atomics.wait(untaken, 0, count);
    }
  }

  readonly #tellProgress = (octets: number, found: number): void => {
    const now = performance.now();
    if (now < this.#nextProgress) return;
    this.#nextProgress = now + PROGRESS_INTERVAL;
    this.#say({ kind: 'progress', index: this.#index, octets, found });
  };

  #say(report: Report, transferred: ArrayBuffer[] = []): void {
    this.#port.postMessage(report, transferred);
  }
}

/** Begins to take orders. */
export function work(): void {
  if (parentPort === null) throw new Error('this is no worker thread');
  new FileWorker(parentPort, workerData as WorkerData);
}
