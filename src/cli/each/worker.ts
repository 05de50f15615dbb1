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
  /** Octets that both threads see, where what is sent goes round and round. */
  ring: Uint8Array;
  /** One integer that both see: octets in the ring that were not taken yet. */
  untaken: Int32Array;
  /** Whether somebody looks at the progress. */
  tellsProgress: boolean;
}

/** What the main thread asks for. */
export type Order = { kind: 'read'; file: string; index: number } | { kind: 'interrupt'; exitCode: number };

/** What a worker says. */
export type Report = { index: number } & (
  | { kind: 'output'; start: number; length: number }
  | { kind: 'errors'; text: string }
  | { kind: 'progress'; octets: number; found: number }
  | { kind: 'result'; result: TaskResult }
  | { kind: 'failure'; failure: ToldFailure }
);

/** Octets of a piece: others are sent while it is taken. */
const MOST_AT_ONCE = 256 * 1024;
/** Milliseconds between two words about progress. */
const PROGRESS_INTERVAL = 100;

class FileWorker {
  readonly #port: MessagePort;
  readonly #data: WorkerData;
  #index = 0;
  /** In the ring. */
  #position = 0;
  readonly #task: Promise<FileTask>;
  #nextProgress = 0;

  constructor(port: MessagePort, data: WorkerData) {
    this.#port = port;
    this.#data = data;
    redirectStreams({
      output: (octets) => this.#send(octets),
      errors: (text) => this.#say({ kind: 'errors', index: this.#index, text }),
    });
    this.#task = prepareTask(data.task, data.options);
    // The main thread tells what is wrong with the options.
    this.#task.catch(() => {});
    port.on('message', (order: Order) => {
      if (order.kind === 'interrupt') interrupt(order.exitCode);
      else void this.#read(order.file, order.index);
    });
  }

  async #read(file: string, index: number): Promise<void> {
    this.#index = index;
    const onProgress = this.#data.tellsProgress ? this.#tellProgress : undefined;
    try {
      const task = await this.#task;
      this.#say({ kind: 'result', index, result: await task(file, onProgress) });
    } catch (error) {
      this.#say({ kind: 'failure', index, failure: failureOf(error) });
    }
  }

  /** By the ring, as a buffer for each piece would cost more than the piece. */
  #send(octets: Uint8Array): void {
    const { ring, untaken } = this.#data;
    for (let at = 0; at < octets.length; ) {
      const start = this.#position;
      const length = Math.min(octets.length - at, ring.length - start, MOST_AT_ONCE);
      for (let count = Atomics.load(untaken, 0); count + length > ring.length; count = Atomics.load(untaken, 0)) {
        Atomics.wait(untaken, 0, count);
      }
      ring.set(octets.subarray(at, at + length), start);
      Atomics.add(untaken, 0, length);
      this.#say({ kind: 'output', index: this.#index, start, length });
      this.#position = (start + length) % ring.length;
      at += length;
    }
  }

  readonly #tellProgress = (octets: number, found: number): void => {
    const now = performance.now();
    if (now < this.#nextProgress) return;
    this.#nextProgress = now + PROGRESS_INTERVAL;
    this.#say({ kind: 'progress', index: this.#index, octets, found });
  };

  #say(report: Report): void {
    this.#port.postMessage(report);
  }
}

/** Begins to take orders. */
export function work(): void {
  if (parentPort === null) throw new Error('this is no worker thread');
  new FileWorker(parentPort, workerData as WorkerData);
}
