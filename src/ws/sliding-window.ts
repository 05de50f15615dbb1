// The octets that one direction's compression may refer back to: the last ones it said, RFC 1951 §2 and RFC 7692 §7.1.1.
// Does not know how they are inflated, nor whether they are all there are: who loses some clears it.

import type { Allowance } from './allowance.ts';

const NOTHING = new Uint8Array(0);
const SMALLEST = 1024;

export class SlidingWindow {
  /** Most octets that it holds: 2 to the power of the window bits. */
  readonly size: number;
  /** Octets that it holds, `size` at most. */
  length = 0;
  /** A ring once it is as large as it gets; until then its octets lie from the beginning. */
  #octets = NOTHING;
  #next = 0;
  readonly #allowance: Allowance;

  /** @param allowance what the windows of all directions may hold together */
  constructor(windowBits: number, allowance: Allowance) {
    this.size = 1 << windowBits;
    this.#allowance = allowance;
  }

  /** The older part of what it holds; `newer` continues it. */
  get older(): Uint8Array {
    return this.length < this.size ? this.#octets.subarray(0, this.length) : this.#octets.subarray(this.#next);
  }

  get newer(): Uint8Array {
    return this.length < this.size ? NOTHING : this.#octets.subarray(0, this.#next);
  }

  /** Its memory, once it goes round: from `next` on, up to its end, may be written what is appended then. Null before. */
  get ring(): Uint8Array | null {
    return this.#octets.length === this.size ? this.#octets : null;
  }

  /** Offset in `ring`. */
  get next(): number {
    return this.#next;
  }

  /**
   * What lies in `ring` already, from `next` on, is not copied.
   *
   * False, and cleared, where more memory would be needed than may be had.
   */
  append(buffer: Uint8Array, start: number, end: number): boolean {
    if (buffer === this.#octets) {
      this.#advance(end - start);
      return true;
    }
    const from = Math.max(start, end - this.size);
    const count = end - from;
    if (!this.#grow(Math.min(this.size, this.length + count))) {
      this.release();
      return false;
    }
    const first = Math.min(count, this.#octets.length - this.#next);
    this.#octets.set(buffer.subarray(from, from + first), this.#next);
    if (first < count) this.#octets.set(buffer.subarray(from + first, end), 0);
    this.#advance(count);
    return true;
  }

  clear(): void {
    this.length = 0;
    this.#next = 0;
  }

  /** Clears it and lets its memory go. */
  release(): void {
    this.clear();
    this.#allowance.giveBack(this.#octets.length);
    this.#octets = NOTHING;
  }

  #advance(count: number): void {
    this.length = Math.min(this.size, this.length + count);
    // Only at its full size does it go round.
    this.#next = (this.#next + count) & (this.size - 1);
  }

  #grow(needed: number): boolean {
    const octets = this.#octets;
    if (needed <= octets.length) return true;
    const length = Math.min(this.size, Math.max(SMALLEST, octets.length * 2, needed));
    if (!this.#allowance.take(length - octets.length)) return false;
    this.#octets = new Uint8Array(length);
    this.#octets.set(octets);
    return true;
  }
}
