// What a compression of captures looks like to `compressed-parser.ts`, and how its damage is told.

import { CaptureError, READ_SO_FAR } from './capture-error.ts';

/** Takes decompressed octets, which are read over once it returns; true where that is enough for now. */
export type TakeOctets = (octets: Uint8Array, start: number, end: number) => boolean;

/** Sans-IO: pieces of any length in, decompressed octets out. */
export interface Decompressor {
  /**
   * Decompresses `octets[start, end)`, what is known of it goes to `take`, and returns where it stopped: before `end`
   * where `take` has enough.
   *
   * @throws {CaptureError} `damaged` or `format`, after all octets before the fault were given
   */
  push(octets: Uint8Array, start: number, end: number, take: TakeOctets): number;
  /** @throws {CaptureError} `cut` where the data ends early */
  finish(): void;
}

/** `what` is a sentence about the compressed data, without subject and full stop; `offset` counts compressed octets. */
export function compressionDamaged(name: string, what: string, offset: number): CaptureError {
  const message = `the ${name} data ${what} at octet ${offset} of the file; it is damaged from here; ${READ_SO_FAR}`;
  return new CaptureError('damaged', message, { offset });
}

export function compressionCut(name: string, offset: number): CaptureError {
  const message = `the ${name} data ends early, at octet ${offset} of the file; ${READ_SO_FAR}`;
  return new CaptureError('cut', message, { offset });
}
