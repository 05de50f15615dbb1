// Decompresses octets of any length by a native handle and hands on what comes. Knows no format.

import type { Transform } from 'node:stream';
import type { TakeOctets } from './decompressor.ts';
import { ZlibHandle } from './zlib-handle.ts';

/** Octets given at a time: what was made of them is lost where they turn out to be damaged. */
export const INPUT_LENGTH = 2048;
/** Octets made at a time. */
const OUTPUT_LENGTH = 128 * 1024;

export class NativeDecompressor {
  readonly #handle: ZlibHandle;
  readonly #flush: number;
  readonly #output = new Uint8Array(OUTPUT_LENGTH);

  /** @param flush the library's constant for "give all that can be given" */
  constructor(stream: Transform, flush: number) {
    this.#handle = new ZlibHandle(stream);
    this.#flush = flush;
  }

  /** What the native library objects to; empty where it does not. */
  get fault(): string {
    return this.#handle.fault;
  }

  /** Decompresses `input[start, end)` and returns where it stopped: before `end` where the data ended, or near a fault. */
  write(input: Uint8Array, start: number, end: number, take: TakeOctets): number {
    for (let at = start; at < end; ) {
      const pieceEnd = Math.min(end, at + INPUT_LENGTH);
      const stop = this.#writePiece(input, at, pieceEnd, take);
      if (this.fault !== '' || stop < pieceEnd) return stop;
      at = stop;
    }
    return end;
  }

  /** Begins anew with the next octet. */
  reset(): void {
    this.#handle.reset();
  }

  close(): void {
    this.#handle.close();
  }

  #writePiece(input: Uint8Array, start: number, end: number, take: TakeOctets): number {
    const output = this.#output;
    for (let at = start; ; ) {
      this.#handle.write(this.#flush, input, at, end, output, 0);
      if (this.fault !== '') return at;
      const made = output.length - this.#handle.outputLeft;
      if (made > 0) take(output, 0, made);
      at = end - this.#handle.inputLeft;
      if (made < output.length) return at;
    }
  }
}
