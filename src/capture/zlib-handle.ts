// Drives one of Node's decompressing streams synchronously, by the native handle beneath it: octets in, octets out, at
// once. Knows no format.
//
// `node:zlib` offers streams, which answer later and lose what they made of a damaged piece, and functions that want all
// octets together. The handle's `writeSync` is not public, yet the same in Node 20, 22 and 24, where it is tested.

import type { Transform } from 'node:stream';

interface NativeHandle {
  onerror: (message: string) => void;
  writeSync(
    flush: number,
    input: Uint8Array,
    inputStart: number,
    inputLength: number,
    output: Uint8Array,
    outputStart: number,
    outputLength: number,
  ): void;
  reset(): void;
}

/** Octets given at a time: what was made of them is lost where they turn out to be damaged. */
const INPUT_LENGTH = 2048;
/** Octets made at a time. */
const OUTPUT_LENGTH = 128 * 1024;

/** Takes decompressed octets; they are read over once it returns. */
export type TakeOctets = (octets: Uint8Array, start: number, end: number) => void;

export class ZlibHandle {
  /** What the native library objects to; empty where it does not. */
  fault = '';
  readonly #stream: Transform;
  readonly #handle: NativeHandle;
  /** Octets of output and of input that the last call left, in this order. */
  readonly #left: Uint32Array;
  readonly #flush: number;
  readonly #output = new Uint8Array(OUTPUT_LENGTH);

  /** @param flush the library's constant for "give all that can be given" */
  constructor(stream: Transform, flush: number) {
    const { _handle, _writeState } = stream as unknown as { _handle?: NativeHandle; _writeState?: Uint32Array };
    if (typeof _handle?.writeSync !== 'function' || _writeState === undefined) {
      throw new Error('this version of Node has no handle to decompress with');
    }
    this.#stream = stream;
    this.#handle = _handle;
    this.#left = _writeState;
    this.#flush = flush;
    // Instead of the stream's own, which would destroy the stream.
    _handle.onerror = (message) => {
      this.fault = message;
    };
  }

  /** Decompresses `input[start, end)` and returns where it stopped: before `end` where the data ended, or near a fault. */
  write(input: Uint8Array, start: number, end: number, take: TakeOctets): number {
    this.fault = '';
    for (let at = start; at < end; ) {
      const pieceEnd = Math.min(end, at + INPUT_LENGTH);
      const stop = this.#writePiece(input, at, pieceEnd, take);
      if (this.fault !== '' || stop < pieceEnd) return stop;
      at = stop;
    }
    return end;
  }

  #writePiece(input: Uint8Array, start: number, end: number, take: TakeOctets): number {
    const output = this.#output;
    for (let at = start; ; ) {
      this.#handle.writeSync(this.#flush, input, at, end - at, output, 0, output.length);
      // At a fault it does not say how far it came.
      if (this.fault !== '') return at;
      const made = output.length - this.#left[0];
      if (made > 0) take(output, 0, made);
      at = end - this.#left[1];
      if (made < output.length) return at;
    }
  }

  /** Begins anew with the next octet. */
  reset(): void {
    this.#handle.reset();
  }

  close(): void {
    this.#stream.destroy();
  }
}
