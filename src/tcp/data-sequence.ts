// What one end of a multipath connection sends, in the numbers of its first subflow: a data sequence number (RFC 8684 §3.3) is
// counted from that subflow's initial sequence number, so that all that is asked of TCP's numbers may be asked of it too.
// Knows no segments.

import { createHash } from 'node:crypto';
import { word32 } from '../link/octets.ts';

/** What is told of a key by hashing it. */
interface KeyFacts {
  /** By which a subflow that joins names the connection. */
  readonly token: number;
  /** The lower 4 octets of the initial data sequence number. */
  readonly initial: number;
}

/** RFC 8684 §3.2 and §3.1: the first 32 bits of the hash, and the last 64. Version 0 hashes by SHA-1 (RFC 6824). */
function factsOf(key: Uint8Array, version: number): KeyFacts {
  const hash = createHash(version === 0 ? 'sha1' : 'sha256')
    .update(key)
    .digest();
  return { token: word32(hash, 0), initial: word32(hash, hash.length - 4) };
}

export class DataSequence {
  /** Of this end's SYN in the first subflow; null where it is not known. */
  initialSequence: number | null = null;
  /** Of this end's key, where that was captured. */
  key: KeyFacts | null = null;
  /** Where all that was mapped so far ends, and whether its DATA_FIN, or what stands for it, was seen. */
  end: number | null = null;
  isFinished = false;
  /** What a data sequence number is less than its number in the first subflow; null until it is known. */
  #ahead: number | null = null;

  noteKey(key: Uint8Array, version: number): void {
    this.key ??= factsOf(key, version);
  }

  /** Whether any data sequence number can be placed. */
  get isMapped(): boolean {
    return this.#ahead !== null;
  }

  /** Where no key tells: the octet with this data sequence number is the one of this number in the first subflow. */
  begin(dataSequence: number, sequence: number): void {
    this.#ahead ??= (sequence - dataSequence) | 0;
  }

  /** The number in the first subflow; null where it is not known. */
  sequenceOf(dataSequence: number): number | null {
    const { key, initialSequence } = this;
    if (this.#ahead === null && key !== null && initialSequence !== null) {
      this.#ahead = (initialSequence - key.initial) | 0;
    }
    return this.#ahead === null ? null : (dataSequence + this.#ahead) | 0;
  }

  /** The number of its first octet; null where it is not known. */
  get start(): number | null {
    return this.initialSequence === null ? null : (this.initialSequence + 1) | 0;
  }

  /** Octets up to `end` were mapped. */
  reach(end: number): void {
    if (this.end === null || ((end - this.end) | 0) > 0) this.end = end;
  }
}
