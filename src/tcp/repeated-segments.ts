// Remembers the segments, of all connections together, that came late or again, so that a copy that the capture made of one is not
// counted as sent once more. A table of fixed size; knows no streams.

import { identityOf } from '../link/identity.ts';
import type { Segment } from '../link/segment.ts';

/** A power of two. Two that share a place push each other out. */
const PLACES = 4096;

export class RepeatedSegments {
  readonly #marks = new Int32Array(PLACES);

  /** Remembers a segment; returns whether it was here before. */
  add(segment: Segment): boolean {
    const { source3, destination3, sourcePort, destinationPort, sequence } = segment;
    const ends = Math.imul(source3, 0x9e3779b1) ^ Math.imul(destination3, 0x85ebca6b);
    const ports = Math.imul((sourcePort << 16) | destinationPort, 0xc2b2ae35);
    const numbers = Math.imul(sequence, 0x27d4eb2f) ^ Math.imul(identityOf(segment), 0x165667b1);
    const mixed = ends ^ ports ^ numbers;
    // Never 0, which stands for none.
    const mark = (mixed ^ (mixed >>> 15)) | 1;
    const place = (mark >>> 1) & (PLACES - 1);
    const isHere = this.#marks[place] === mark;
    this.#marks[place] = mark;
    return isHere;
  }
}
