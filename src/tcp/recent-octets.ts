// Remembers the beginnings of the segments delivered last, of all connections together, so that a retransmission with
// other octets can be told. One ring of fixed size: the memory does not depend on the number of connections, and a segment
// costs the copy of a few octets.

/** Octets of a segment that are remembered. */
const OCTETS_A_SEGMENT = 64;
/** Segments remembered; a power of two. */
const SEGMENTS = 8192;

export class RecentOctets {
  readonly #octets = new Uint8Array(SEGMENTS * OCTETS_A_SEGMENT);
  readonly #offsets = new Float64Array(SEGMENTS);
  readonly #lengths = new Uint8Array(SEGMENTS);
  /** Number of the segment remembered before of the same half. */
  readonly #previous = new Float64Array(SEGMENTS);
  /** Segments remembered so far; the next one's number. From 1, so that 0 is none. */
  #next = 1;

  /** Remembers `buffer[start, end)` at stream `offset`; returns its number. `previous` is the half's number before. */
  remember(previous: number, offset: number, buffer: Uint8Array, start: number, end: number): number {
    const number = this.#next++;
    const slot = number & (SEGMENTS - 1);
    const length = end - start < OCTETS_A_SEGMENT ? end - start : OCTETS_A_SEGMENT;
    this.#offsets[slot] = offset;
    this.#lengths[slot] = length;
    this.#previous[slot] = previous;
    const octets = this.#octets;
    const base = slot * OCTETS_A_SEGMENT;
    for (let index = 0; index < length; index++) octets[base + index] = buffer[start + index];
    return number;
  }

  /** Whether what is remembered of a half, whose number is `last`, differs from `buffer[start, end)` at `offset`. */
  differs(last: number, offset: number, buffer: Uint8Array, start: number, end: number): boolean {
    const oldest = this.#next - SEGMENTS;
    const stop = offset + (end - start);
    for (let number = last; number > 0 && number >= oldest; number = this.#previous[number & (SEGMENTS - 1)]) {
      const slot = number & (SEGMENTS - 1);
      const segment = this.#offsets[slot];
      const overlapEnd = Math.min(stop, segment + this.#lengths[slot]);
      const base = slot * OCTETS_A_SEGMENT - segment;
      for (let at = Math.max(offset, segment); at < overlapEnd; at++) {
        if (this.#octets[base + at] !== buffer[start + (at - offset)]) return true;
      }
      if (segment <= offset) return false;
    }
    return false;
  }
}
