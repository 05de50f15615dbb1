// What one side of a surveyed connection sent: counted, hashed, and its first octets, by which a TLS client is known.

import { createHash, type Hash } from 'node:crypto';
import { TLS_HANDSHAKE } from './recognition.ts';
import { CLIENT_HELLO_LIMIT } from './server-name.ts';

/** What one side sent. */
export interface StreamSide {
  /** Octets that were captured. */
  octets: number;
  /** SHA-256 over them, gaps skipped, in hex. */
  sha256: string;
  /** Offset in the stream and length of each gap. */
  gaps: [at: number, length: number][];
}

const NOTHING = new Uint8Array(0);
const HASH_OF_NOTHING = createHash('sha256').digest('hex');

export class SurveyedSide {
  /** The stream's first octets, as far as they may be a ClientHello. */
  first = NOTHING;
  #octets = 0;
  #offset = 0;
  #begin = 0;
  readonly #gaps: [number, number][] = [];
  /** Made for the first octets: of a scan of ports, sides without any are the most. */
  #hash: Hash | null = null;

  /** Where what it says begins, behind what stands before it: told before octets of the former are taken. */
  beginBehind(offset: number): void {
    this.#begin = offset;
  }

  take(buffer: Uint8Array, start: number, end: number): void {
    const octets = buffer.subarray(start, end);
    this.#keepFirst(octets.subarray(Math.max(0, this.#begin - this.#offset)));
    this.#hash ??= createHash('sha256');
    this.#hash.update(octets);
    this.#octets += octets.length;
    this.#offset += octets.length;
  }

  #keepFirst(octets: Uint8Array): void {
    if (octets.length === 0) return;
    const at = Math.max(0, this.#offset - this.#begin);
    const isNext = at === 0 ? octets[0] === TLS_HANDSHAKE : this.first.length === at && at < CLIENT_HELLO_LIMIT;
    if (isNext) this.first = Buffer.concat([this.first, octets]);
  }

  lose(length: number): void {
    this.#gaps.push([this.#offset, length]);
    this.#offset += length;
  }

  /** Once, as the last that is asked of it. */
  result(): StreamSide {
    return { octets: this.#octets, sha256: this.#hash?.digest('hex') ?? HASH_OF_NOTHING, gaps: this.#gaps };
  }
}
