// The sequences section of a block (RFC 8878 §3.1.1.3.2): how many literals come, then how much is repeated, and from where.

import { BackwardBits } from './backward-bits.ts';
import { BrokenZstd } from './broken.ts';
import { Code } from './code.ts';

function times(count: number, number: number): number[] {
  return new Array<number>(count).fill(number);
}

/** Of each code: bits that follow it. What it begins with follows from those before. */
const LITERALS_BITS = [...times(16, 0), 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
const MATCH_BITS = [...times(32, 0), 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
const LITERALS_BASES = basesOf(LITERALS_BITS, 0);
const MATCH_BASES = basesOf(MATCH_BITS, 3);

function basesOf(bits: readonly number[], first: number): number[] {
  let base = first;
  return bits.map((count) => {
    base += 2 ** count;
    return base - 2 ** count;
  });
}

/** Offsets below are those used before; what is above is 3 more than it stands for. */
const REPEATED_OFFSETS = 3;
/** An offset's code is the number of bits that follow it: with more, it goes beyond any window. */
const OFFSET_BITS_LIMIT = 27;

export class Sequences {
  /** How many are left to be read. */
  left = 0;
  /** Of the sequence read last: octets of literals, and of a match that begins so many octets before it. */
  literals = 0;
  match = 0;
  offset = 0;
  readonly #bits = new BackwardBits();
  readonly #literalsCode = new Code({
    limits: { accuracy: 9, symbol: 35 },
    predefined: {
      probabilities: [4, 3, ...times(11, 2), 1, 1, 1, ...times(9, 2), 3, 2, ...times(5, 1), ...times(4, -1)],
      accuracy: 6,
    },
  });
  readonly #offsetCode = new Code({
    limits: { accuracy: 8, symbol: 31 },
    predefined: { probabilities: [...times(6, 1), 2, 2, 2, ...times(15, 1), ...times(5, -1)], accuracy: 5 },
  });
  readonly #matchCode = new Code({
    limits: { accuracy: 9, symbol: 52 },
    predefined: { probabilities: [1, 4, 3, ...times(6, 2), ...times(37, 1), ...times(7, -1)], accuracy: 6 },
  });
  /** The last three offsets, the last one first. */
  #offset1 = 1;
  #offset2 = 4;
  #offset3 = 8;

  /** Begins a frame. */
  begin(): void {
    this.#literalsCode.begin();
    this.#offsetCode.begin();
    this.#matchCode.begin();
    this.#offset1 = 1;
    this.#offset2 = 4;
    this.#offset3 = 8;
  }

  /**
   * Reads the head of the section in `block[start, end)`, which is the whole rest of a block.
   *
   * @throws {BrokenZstd}
   */
  open(block: Uint8Array, start: number, end: number): void {
    let at = this.#readCount(block, start, end);
    if (this.left === 0) {
      if (at < end) throw new BrokenZstd('something behind no sequences');
      return;
    }
    if (at === end) throw new BrokenZstd('sequences that end early');
    const modes = block[at++];
    if ((modes & 3) !== 0) throw new BrokenZstd('reserved bits that are set');
    at = this.#literalsCode.takeTable(modes >> 6, block, at, end);
    at = this.#offsetCode.takeTable((modes >> 4) & 3, block, at, end);
    at = this.#matchCode.takeTable((modes >> 2) & 3, block, at, end);
    this.#bits.begin(block, at, end);
    this.#literalsCode.readFirst(this.#bits);
    this.#offsetCode.readFirst(this.#bits);
    this.#matchCode.readFirst(this.#bits);
  }

  /** @throws {BrokenZstd} where the bits of all sequences are not exactly those that are there */
  readNext(): void {
    const bits = this.#bits;
    const offsetBits = this.#offsetCode.value;
    const matchCode = this.#matchCode.value;
    const literalsCode = this.#literalsCode.value;
    if (offsetBits > OFFSET_BITS_LIMIT) throw new BrokenZstd('a match from before the window');
    const offset = (1 << offsetBits) + bits.read(offsetBits);
    this.match = MATCH_BASES[matchCode] + bits.read(MATCH_BITS[matchCode]);
    this.literals = LITERALS_BASES[literalsCode] + bits.read(LITERALS_BITS[literalsCode]);
    if (offset > REPEATED_OFFSETS) this.#use(offset - REPEATED_OFFSETS);
    else this.#useAgain(this.literals === 0 ? offset + 1 : offset);
    this.left--;
    if (this.left > 0) {
      this.#literalsCode.readNext(bits);
      this.#matchCode.readNext(bits);
      this.#offsetCode.readNext(bits);
    }
    if (bits.left < 0 || (this.left === 0 && bits.left > 0)) throw new BrokenZstd('sequences of another length');
  }

  /** @returns where the number of sequences ends */
  #readCount(block: Uint8Array, start: number, end: number): number {
    const first = block[start];
    const length = first < 128 ? 1 : first < 255 ? 2 : 3;
    if (start + length > end) throw new BrokenZstd('sequences that end early');
    if (length === 1) this.left = first;
    else if (length === 2) this.left = ((first - 128) << 8) + block[start + 1];
    else this.left = block[start + 1] + (block[start + 2] << 8) + 0x7f00;
    return start + length;
  }

  #use(offset: number): void {
    this.#offset3 = this.#offset2;
    this.#offset2 = this.#offset1;
    this.#offset1 = offset;
    this.offset = offset;
  }

  /** @param which 1 to 3 of the last offsets; 4 is one less than the last */
  #useAgain(which: number): void {
    if (which === 1) this.offset = this.#offset1;
    else if (which === 2) {
      this.offset = this.#offset2;
      this.#offset2 = this.#offset1;
      this.#offset1 = this.offset;
    } else this.#use(which === 3 ? this.#offset3 : this.#offset1 - 1);
  }
}
