// Bits that were written forwards and are read backwards (RFC 8878 §4.1): the last octet's highest bit that is set is the
// stream's end.

import { BrokenZstd } from './broken.ts';

/** Bits that one read of four octets gives wherever it begins in an octet. */
const AT_ONCE = 25;

export class BackwardBits {
  #octets: Uint8Array = new Uint8Array(0);
  #start = 0;
  /** Bits not read yet; negative where more were read than there are. */
  left = 0;

  /** @throws {BrokenZstd} */
  begin(octets: Uint8Array, start: number, end: number): void {
    const last = start < end ? octets[end - 1] : 0;
    if (last === 0) throw new BrokenZstd('a stream of bits without an end');
    this.#octets = octets;
    this.#start = start;
    this.left = 8 * (end - start) - 1 - (Math.clz32(last) - 24);
  }

  /** Up to 31 bits; those before the beginning are 0, and are for the caller to notice. */
  read(count: number): number {
    if (count > AT_ONCE) return (this.read(count - AT_ONCE) << AT_ONCE) | this.read(AT_ONCE);
    const left = this.left - count;
    this.left = left;
    if (left < 0) return this.#readBeforeBeginning(count);
    const at = this.#start + (left >> 3);
    const octets = this.#octets;
    const four = octets[at] | (octets[at + 1] << 8) | (octets[at + 2] << 16) | (octets[at + 3] << 24);
    return (four >>> (left & 7)) & ((1 << count) - 1);
  }

  #readBeforeBeginning(count: number): number {
    const there = count + this.left;
    if (there <= 0) return 0;
    const octets = this.#octets;
    const at = this.#start;
    const four = octets[at] | (octets[at + 1] << 8) | (octets[at + 2] << 16) | (octets[at + 3] << 24);
    return (four & ((1 << there) - 1)) << -this.left;
  }
}
