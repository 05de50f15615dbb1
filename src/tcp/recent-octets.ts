// Remembers the beginnings of the segments delivered last, of all connections together, so that a retransmission with
// other octets can be told. One ring of fixed size: the memory does not depend on the number of connections, and a segment
// costs the copy of a few octets.

import { smaller, viewOf } from '../link/octets.ts';

/** Octets of a segment that are remembered. */
export const OCTETS_A_SEGMENT = 32;
/** Segments remembered; a power of two. */
export const SEGMENTS = 4096;

/**
 * Words of a record: its octets, the sequence number of the first, how many they are, the number of the half's record before, and
 * its identity by `identityOf`, 0 where it is not known. Hot: sixteen, so that a record is one line of the processor's cache.
 */
const WORDS = 16;
const SEQUENCE = 8;
const LENGTH = 9;
const PREVIOUS = 10;
const IDENTITY = 11;

export class RecentOctets {
  readonly #records = new Int32Array(SEGMENTS * WORDS);
  readonly #octets = new Uint8Array(this.#records.buffer);
  /** Segments remembered so far; the next one's number. From 1, so that 0 is none. */
  #next = 1;

  /** Remembers `buffer[start, end)`, from `sequence` on; returns its number. `previous` is the half's number before. */
  remember(
    previous: number,
    sequence: number,
    buffer: Uint8Array,
    start: number,
    end: number,
    identity: number,
  ): number {
    const number = this.#next++;
    const at = (number & (SEGMENTS - 1)) * WORDS;
    const length = smaller(end - start, OCTETS_A_SEGMENT);
    const records = this.#records;
    records[at + SEQUENCE] = sequence;
    records[at + LENGTH] = length;
    records[at + PREVIOUS] = previous;
    records[at + IDENTITY] = identity;
    if (start + OCTETS_A_SEGMENT <= buffer.length) copyAll(viewOf(buffer), start, records, at);
    else this.#octets.set(buffer.subarray(start, start + length), at * 4);
    return number;
  }

  /** The identity of the segment that began with `sequence`, of a half whose last number is `last`; 0 where not known. */
  identityAt(last: number, sequence: number): number {
    const records = this.#records;
    for (let number = last; this.#isThere(number); ) {
      const at = (number & (SEGMENTS - 1)) * WORDS;
      const distance = (records[at + SEQUENCE] - sequence) | 0;
      if (distance === 0) return records[at + IDENTITY];
      if (distance < 0) return 0;
      number = records[at + PREVIOUS];
    }
    return 0;
  }

  /** Whether what is remembered of a half, whose number is `last`, differs from `buffer[start, end)`, from `sequence` on. */
  differs(last: number, sequence: number, buffer: Uint8Array, start: number, end: number): boolean {
    const records = this.#records;
    for (let number = last; this.#isThere(number); ) {
      const at = (number & (SEGMENTS - 1)) * WORDS;
      // Where the record begins in the buffer.
      const first = start + ((records[at + SEQUENCE] - sequence) | 0);
      const overlapEnd = Math.min(end, first + records[at + LENGTH]);
      for (let index = Math.max(start, first); index < overlapEnd; index++) {
        if (this.#octets[at * 4 + index - first] !== buffer[index]) return true;
      }
      if (first <= start) return false;
      number = records[at + PREVIOUS];
    }
    return false;
  }

  /** Whether a record was not yet written over. */
  #isThere(number: number): boolean {
    return number > 0 && number >= this.#next - SEGMENTS;
  }
}

/**
 * Copies as many octets as are remembered at most. Hot: of a shorter segment some come along that are none of it, as a loop of
 * changing length would cost the processor a wrong guess; and all are read before any is written, as V8 asks anew behind a write
 * how long the source is.
 */
function copyAll(source: DataView, from: number, target: Int32Array, to: number): void {
  const word0 = source.getInt32(from, true);
  const word1 = source.getInt32(from + 4, true);
  const word2 = source.getInt32(from + 8, true);
  const word3 = source.getInt32(from + 12, true);
  const word4 = source.getInt32(from + 16, true);
  const word5 = source.getInt32(from + 20, true);
  const word6 = source.getInt32(from + 24, true);
  const word7 = source.getInt32(from + 28, true);
  target[to] = word0;
  target[to + 1] = word1;
  target[to + 2] = word2;
  target[to + 3] = word3;
  target[to + 4] = word4;
  target[to + 5] = word5;
  target[to + 6] = word6;
  target[to + 7] = word7;
}
