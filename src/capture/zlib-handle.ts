// The native handle beneath one of Node's compressing or decompressing streams, driven synchronously: octets in, octets out, at
// once. Knows neither the format nor whose octets they are.
//
// `node:zlib` offers streams, which answer later and lose what they made of a damaged piece, and functions that make and destroy
// a native object each time (30 µs) and want all octets together. The handle's `writeSync` is not public, yet the same in Node
// 20, 22 and 24, where it is tested.

import type { Transform } from 'node:stream';
import { loadBuiltin } from '../load-builtin.ts';

/** Loaded for the first compressed octets, so that captures without any need not pay for it. */
export function loadZlib(): typeof import('node:zlib') {
  return loadBuiltin('node:zlib');
}

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

export class ZlibHandle {
  /** What the native library objected to in the last call; empty where it did not. How far it came is unknown then. */
  fault = '';
  readonly #stream: Transform;
  readonly #handle: NativeHandle;
  /** Octets of output and of input that the last call left, in this order. */
  readonly #left: Uint32Array;

  constructor(stream: Transform) {
    const { _handle, _writeState } = stream as unknown as { _handle?: NativeHandle; _writeState?: Uint32Array };
    if (typeof _handle?.writeSync !== 'function' || _writeState === undefined) {
      throw new Error('this version of Node has no handle to drive');
    }
    this.#stream = stream;
    this.#handle = _handle;
    this.#left = _writeState;
    // Instead of the stream's own, which would destroy the stream.
    _handle.onerror = (message) => {
      this.fault = message;
    };
  }

  get outputLeft(): number {
    return this.#left[0];
  }

  get inputLeft(): number {
    return this.#left[1];
  }

  /**
   * Turns `input[start, end)` into octets of `output`, from `outputStart` on.
   *
   * @param flush the library's own constant
   */
  write(flush: number, input: Uint8Array, start: number, end: number, output: Uint8Array, outputStart: number): void {
    this.fault = '';
    this.#handle.writeSync(flush, input, start, end - start, output, outputStart, output.length - outputStart);
  }

  /** Begins anew with the next octet. */
  reset(): void {
    this.#handle.reset();
  }

  close(): void {
    this.#stream.destroy();
  }
}
