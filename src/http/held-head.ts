// A head that is not whole yet: its octets, copied because the buffer they lay in will be read over. Knows where the head
// ends and nothing else of it.

import { findEmptyLine, startLineOffset, UNDECIDED_OCTETS } from './head-end.ts';

export class HeldHead {
  octets: Uint8Array = new Uint8Array(512);
  length = 0;

  /**
   * Takes `buffer[start, end)` behind what is held. Returns the offset in `buffer` after the head where it ends within,
   * else -1.
   */
  append(buffer: Uint8Array, start: number, end: number): number {
    const heldBefore = this.length;
    this.length += end - start;
    this.#makeRoom();
    this.octets.set(buffer.subarray(start, end), heldBefore);
    // Each octet is searched once, so that a head fed octet by octet costs time linear in its length.
    const startLine = startLineOffset(this.octets, 0, this.length);
    const searchFrom = Math.max(startLine, heldBefore - UNDECIDED_OCTETS);
    const headEnd = findEmptyLine(this.octets, searchFrom, this.length);
    if (headEnd === -1) return -1;
    this.length = headEnd;
    return start + headEnd - heldBefore;
  }

  /** Doubles the room, so that octets are copied twice at most however they come. */
  #makeRoom(): void {
    if (this.length <= this.octets.length) return;
    const grown = new Uint8Array(Math.max(this.length, 2 * this.octets.length));
    grown.set(this.octets);
    this.octets = grown;
  }
}
