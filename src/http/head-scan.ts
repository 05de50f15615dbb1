// Goes over the octets of a head once, where they lie: where its start line and the head end, how many lines it has, which
// fields it may have. Makes no string, as most heads are asked for nothing more (bench/http.ts). Knows not what a line says.

import { fieldBitsAt } from './field-bits.ts';
import { CR, LF } from './octet-names.ts';

const FOUR_LINE_FEEDS = 0x0a0a0a0a;
const FOUR_ONES = 0x01010101;
const FOUR_TOP_BITS = 0x80808080 | 0;

/** Reused from head to head: `read` sets every field. */
export class HeadScan {
  /** Offset behind the start line, without its line end. */
  startLineEnd = 0;
  /** Offset of the empty line. */
  linesEnd = 0;
  /** Offset behind the empty line; -1 where it was not found. */
  end = -1;
  /** The start line counted, the empty line not. */
  lines = 0;
  /** Which fields there may be (field-bits.ts). */
  fieldBits = 0;

  #octets: Uint8Array = new Uint8Array(0);
  /** The memory in which the octets lie. Blocks are large, so that this is seldom made anew. */
  #words: Int32Array = new Int32Array(0);

  /** Of `octets[start, end)`, which begin with a head's start line; false where the head's empty line is not in them. */
  read(octets: Uint8Array, start: number, end: number): boolean {
    this.end = -1;
    this.lines = 0;
    this.fieldBits = 0;
    if (octets !== this.#octets) {
      this.#octets = octets;
      this.#words = new Int32Array(octets.buffer, 0, octets.buffer.byteLength >> 2);
    }
    const words = this.#words;
    const base = octets.byteOffset;
    const firstWord = Math.min(end, start + (-(base + start) & 3));
    if (this.#readLineEnds(octets, start, start, firstWord, end)) return this.end >= 0;
    // Four octets at a time: most have no line feed among them, and one by one takes four times as long.
    let at = firstWord;
    for (; at + 4 <= end; at += 4) {
      const differences = words[(base + at) >> 2] ^ FOUR_LINE_FEEDS;
      // 0 where none of the four octets is 0.
      if (((differences - FOUR_ONES) & ~differences & FOUR_TOP_BITS) === 0) continue;
      if (this.#readLineEnds(octets, start, at, at + 4, end)) return this.end >= 0;
    }
    return this.#readLineEnds(octets, start, at, end, end) && this.end >= 0;
  }

  /** Of the line ends in `octets[from, to)`; true where there is nothing more to be read. */
  #readLineEnds(octets: Uint8Array, start: number, from: number, to: number, end: number): boolean {
    for (let at = from; at < to; at++) {
      if (octets[at] !== LF) continue;
      if (this.lines++ === 0) this.startLineEnd = at > start && octets[at - 1] === CR ? at - 1 : at;
      const next = at + 1;
      if (next === end) return true;
      const first = octets[next];
      if (first === LF || (first === CR && next + 1 < end && octets[next + 1] === LF)) {
        this.linesEnd = next;
        this.end = first === LF ? next + 1 : next + 2;
        return true;
      }
      this.fieldBits |= fieldBitsAt(octets, next, end);
    }
    return false;
  }
}
