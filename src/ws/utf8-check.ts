// Whether text that comes in pieces is UTF-8, and where it is not: sequences may be cut between pieces (RFC 6455 §8.1). Holds
// four octets at most; does not know what the text belongs to.

import { isUtf8 } from 'node:buffer';
import { isContinuation, utf8SequenceLength } from './utf8-sequence.ts';

/** Octets of the longest sequence. */
const LONGEST = 4;

export class Utf8Check {
  /** Offset in the text of the first sequence that is no UTF-8; -1 while there is none. */
  brokenAt = -1;
  /** The sequence that the last piece began and did not end. */
  readonly #cut = new Uint8Array(LONGEST);
  #cutLength = 0;
  /** Octets of the text before the piece that is read, those of the cut sequence not counted. */
  #passed = 0;

  /** Another text begins. */
  reset(): void {
    this.brokenAt = -1;
    this.#cutLength = 0;
    this.#passed = 0;
  }

  /** Reads the text's next octets; false where it is broken. */
  feed(buffer: Uint8Array, start: number, end: number): boolean {
    if (this.brokenAt >= 0) return false;
    let at = start;
    while (this.#cutLength > 0 && at < end) {
      this.#cut[this.#cutLength++] = buffer[at++];
      this.#readCut();
      if (this.brokenAt >= 0) return false;
    }
    if (at === end) return true;
    const whole = endOfWhole(buffer, at, end);
    if (!isUtf8(buffer.subarray(at, whole))) {
      this.brokenAt = this.#passed + placeOfBroken(buffer, at, whole) - at;
      return false;
    }
    this.#passed += whole - at;
    for (let each = whole; each < end; each++) this.#cut[this.#cutLength++] = buffer[each];
    return true;
  }

  /** The text is over; false where it is broken, or ends within a sequence. */
  finish(): boolean {
    if (this.brokenAt < 0 && this.#cutLength > 0) this.brokenAt = this.#passed;
    return this.brokenAt < 0;
  }

  /** Goes on where the cut sequence is whole. */
  #readCut(): void {
    const length = utf8SequenceLength(this.#cut, 0, this.#cutLength);
    if (length < 0) {
      if (!isCut(this.#cut, 0, this.#cutLength, length)) this.brokenAt = this.#passed;
      return;
    }
    this.#passed += length;
    this.#cutLength = 0;
  }
}

/** Offset of the first sequence in `octets[start, end)` that is no UTF-8, or is cut at the end; `end` where all is well. */
export function placeOfBroken(octets: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const length = utf8SequenceLength(octets, at, end);
    if (length < 0) return at;
    at += length;
  }
  return end;
}

/** Whether what `utf8SequenceLength` calls ill-formed may yet become a sequence, as nothing but its end is missing. */
export function isCut(octets: Uint8Array, at: number, end: number, length: number): boolean {
  return at - length === end && octets[at] >= 0xc2 && octets[at] <= 0xf4;
}

/** Where the last sequence begins if it is cut at the end, else the end. */
function endOfWhole(octets: Uint8Array, start: number, end: number): number {
  for (let at = end - 1; at >= start && at > end - LONGEST; at--) {
    if (isContinuation(octets[at])) continue;
    const length = utf8SequenceLength(octets, at, end);
    return length < 0 && isCut(octets, at, end, length) ? at : end;
  }
  return end;
}
