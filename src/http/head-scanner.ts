// Finds where a head ends, at the first empty line after the start line, and marks its lines on the way. It can be given
// the head in pieces and looks at each octet once, so that a head fed octet by octet costs no more than a whole one.
// Knows no field and no limit.

import { COLON, CR, LF } from './octet-names.ts';

/** Numbers in `marks` a line. */
export const MARKS_A_LINE = 3;

/** In place of the colon in a line that has none. */
const NO_COLON = -1;

export class HeadScanner {
  /**
   * Three numbers a line, counted in octets from the first one scanned: its start, its first colon (-1 where it has none)
   * and its LF. Kept by the head, so that no field is searched for again.
   */
  marks: number[] = [];
  /** All octets seen, OR-ed: below 0x80 where the head is ASCII. */
  octetsUnited = 0;
  #scanned = 0;
  #lineStart = 0;
  #colon = NO_COLON;
  #previousOctet = 0;
  #trailers = false;

  /** For a new head; empty lines before its start line are passed over (RFC 9112 §2.2). */
  reset(): void {
    this.marks = [];
    this.octetsUnited = 0;
    this.#scanned = 0;
    this.#lineStart = 0;
    this.#colon = NO_COLON;
    this.#previousOctet = 0;
    this.#trailers = false;
  }

  /** For trailers, which have no start line, so that an empty line ends them at once. */
  resetForTrailers(): void {
    this.reset();
    this.#trailers = true;
  }

  get lines(): number {
    return this.marks.length / MARKS_A_LINE;
  }

  /** Goes on in `buffer[start, end)`; returns the offset after the empty line, or -1 where it is not there yet. */
  scan(buffer: Uint8Array, start: number, end: number): number {
    const origin = start - this.#scanned;
    let lineStart = this.#lineStart;
    let colon = this.#colon;
    let united = this.octetsUnited;
    for (let at = start; at < end; at++) {
      const octet = buffer[at];
      united |= octet;
      if (octet === LF) {
        const lineEnd = at - origin;
        const length = lineEnd - lineStart;
        const previous = at > start ? buffer[at - 1] : this.#previousOctet;
        if (length > 1 || (length === 1 && previous !== CR)) {
          this.marks.push(lineStart, colon, lineEnd);
        } else if (this.#trailers || this.marks.length > 0) {
          this.octetsUnited = united;
          return at + 1;
        }
        lineStart = lineEnd + 1;
        colon = NO_COLON;
      } else if (octet === COLON && colon === NO_COLON) {
        colon = at - origin;
      }
    }
    if (end > start) this.#previousOctet = buffer[end - 1];
    this.#scanned += end - start;
    this.#lineStart = lineStart;
    this.#colon = colon;
    this.octetsUnited = united;
    return -1;
  }
}
