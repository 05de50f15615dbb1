// Octets in one piece that wait for a parser to take them from the front, while more come behind. Knows nothing of parsers.

export class PendingOctets {
  octets: Uint8Array;
  /** Half-open range in `octets` of what waits. */
  start = 0;
  end = 0;

  /** @param length octets that there is room for at first */
  constructor(length = 0) {
    this.octets = new Uint8Array(length);
  }

  /** How many wait. */
  get length(): number {
    return this.end - this.start;
  }

  /** Copies more in. Doubling keeps the copying of a long record in proportion to its length. */
  append(octets: Uint8Array, start: number, end: number): void {
    const length = end - start;
    if (this.end + length > this.octets.length) {
      const held = this.length;
      const target = held + length > this.octets.length ? new Uint8Array(2 * (held + length)) : this.octets;
      target.set(this.octets.subarray(this.start, this.end));
      this.octets = target;
      this.start = 0;
      this.end = held;
    }
    this.octets.set(octets.subarray(start, end), this.end);
    this.end += length;
  }

  /** The first so many are taken. */
  consume(length: number): void {
    this.start += length;
  }

  /** Lets go of all that waits, but for the memory it is in. */
  clear(): void {
    this.start = 0;
    this.end = 0;
  }
}
