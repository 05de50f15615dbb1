// Finds line feeds in octets, four octets at a time: one by one, finding the lines of a head would take longer than all else
// of it (bench/http.ts). Knows nothing of lines.

import { LF } from './octet-names.ts';

const FOUR_LINE_FEEDS = 0x0a0a0a0a;
const FOUR_ONES = 0x01010101;
const FOUR_TOP_BITS = 0x80808080 | 0;
const LITTLE_ENDIAN = new Uint8Array(Int32Array.of(1).buffer)[0] === 1;

export class LineFeeds {
  #octets: Uint8Array = new Uint8Array(0);
  /** The memory in which the octets lie; blocks are large, so that this is seldom made anew. */
  #words: Int32Array = new Int32Array(0);
  /** Offset in the octets up to which the words reach; 0 where words are not to be used. */
  #wordsEnd = 0;

  /** Offset of the first one in `octets[start, end)`; `end` where there is none. */
  find(octets: Uint8Array, start: number, end: number): number {
    if (octets !== this.#octets) this.#begin(octets);
    if (end > this.#wordsEnd) {
      const at = octets.subarray(start, end).indexOf(LF);
      return at < 0 ? end : start + at;
    }
    const words = this.#words;
    const base = octets.byteOffset;
    const last = (base + end - 1) >> 2;
    let word = (base + start) >> 2;
    // Octets of the first word that lie before `start` are made others than line feeds.
    const before = (1 << (((base + start) & 3) << 3)) - 1;
    let differences = (words[word] ^ FOUR_LINE_FEEDS) | before;
    for (; word <= last; differences = words[++word] ^ FOUR_LINE_FEEDS) {
      // The lowest bit is of the first octet that is 0, so that it was a line feed; no bit where none is.
      const zeros = (differences - FOUR_ONES) & ~differences & FOUR_TOP_BITS;
      if (zeros === 0) continue;
      const at = (word << 2) - base + ((31 - Math.clz32(zeros & -zeros)) >> 3);
      return Math.min(at, end);
    }
    return end;
  }

  #begin(octets: Uint8Array): void {
    const { buffer, byteOffset } = octets;
    this.#octets = octets;
    this.#words = new Int32Array(buffer, 0, buffer.byteLength >> 2);
    // Places in larger memory are no 32-bit integers.
    const usable = LITTLE_ENDIAN && buffer.byteLength < 2 ** 31;
    this.#wordsEnd = usable ? this.#words.byteLength - byteOffset : 0;
  }
}
