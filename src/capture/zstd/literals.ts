// The literals section of a block (RFC 8878 §3.1.1.3.1): octets that are no repetition.

import { BrokenZstd } from './broken.ts';
import { BLOCK_LIMIT } from './frames.ts';
import { type HuffmanTable, readHuffmanTable } from './huffman.ts';

const RAW = 0;
const RUN_LENGTH = 1;
const COMPRESSED = 2;

/** Of raw literals and runs, by two bits: octets of the header, and bits of it that are no length. */
const PLAIN_HEADERS = [
  { octets: 1, passed: 3 },
  { octets: 2, passed: 4 },
  { octets: 1, passed: 3 },
  { octets: 3, passed: 4 },
];

/** Of compressed literals: octets of the header, bits of either length, and how many streams of bits there are. */
const COMPRESSED_HEADERS = [
  { octets: 3, lengthBits: 10, streams: 1 },
  { octets: 3, lengthBits: 10, streams: 4 },
  { octets: 4, lengthBits: 14, streams: 4 },
  { octets: 5, lengthBits: 18, streams: 4 },
];

/** Three lengths of two octets: the fourth stream is the rest. */
const JUMP_TABLE_LENGTH = 6;

export class Literals {
  readonly octets: Uint8Array = new Uint8Array(BLOCK_LIMIT);
  length = 0;
  /** What later blocks of the frame may use again. */
  #table: HuffmanTable | null = null;

  /** Begins a frame. */
  begin(): void {
    this.#table = null;
  }

  /**
   * Reads the section at `block[start]` of a block up to `end`, and returns where it ends.
   *
   * @throws {BrokenZstd}
   */
  read(block: Uint8Array, start: number, end: number): number {
    if (start === end) throw new BrokenZstd('a block without literals');
    const type = block[start] & 3;
    return type === RAW || type === RUN_LENGTH
      ? this.#readPlain(block, start, end, type)
      : this.#readCompressed(block, start, end, type);
  }

  #readPlain(block: Uint8Array, start: number, end: number, type: number): number {
    const { octets, passed } = PLAIN_HEADERS[(block[start] >> 2) & 3];
    const at = start + octets;
    this.#setLength(headerNumber(block, start, octets) >> passed);
    const sectionEnd = at + (type === RAW ? this.length : 1);
    if (sectionEnd > end) throw new BrokenZstd('literals that end early');
    if (type === RAW) this.octets.set(block.subarray(at, sectionEnd));
    else this.octets.fill(block[at], 0, this.length);
    return sectionEnd;
  }

  #readCompressed(block: Uint8Array, start: number, end: number, type: number): number {
    const { octets, lengthBits, streams } = COMPRESSED_HEADERS[(block[start] >> 2) & 3];
    const lengths = Math.floor(headerNumber(block, start, octets) / 16);
    this.#setLength(lengths % 2 ** lengthBits);
    let at = start + octets;
    const sectionEnd = at + Math.floor(lengths / 2 ** lengthBits);
    if (sectionEnd > end) throw new BrokenZstd('literals that end early');
    if (type === COMPRESSED) {
      const read = readHuffmanTable(block, at, sectionEnd);
      this.#table = read.table;
      at = read.end;
    }
    if (this.#table === null) throw new BrokenZstd('literals without a Huffman table');
    if (streams === 1) this.#table.decode(block, at, sectionEnd, this.octets, 0, this.length);
    else this.#readFourStreams(this.#table, block, at, sectionEnd);
    return sectionEnd;
  }

  #readFourStreams(table: HuffmanTable, block: Uint8Array, start: number, end: number): void {
    const quarter = (this.length + 3) >> 2;
    if (3 * quarter > this.length || start + JUMP_TABLE_LENGTH > end)
      throw new BrokenZstd('too few literals for four streams');
    let from = start + JUMP_TABLE_LENGTH;
    for (let index = 0; index < 3; index++) {
      const lengthAt = start + 2 * index;
      const to = from + (block[lengthAt] | (block[lengthAt + 1] << 8));
      if (to > end) throw new BrokenZstd('literals that end early');
      table.decode(block, from, to, this.octets, index * quarter, (index + 1) * quarter);
      from = to;
    }
    table.decode(block, from, end, this.octets, 3 * quarter, this.length);
  }

  #setLength(length: number): void {
    if (length > BLOCK_LIMIT) throw new BrokenZstd('literals of more than 128 KiB');
    this.length = length;
  }
}

function headerNumber(block: Uint8Array, start: number, octets: number): number {
  let number = 0;
  for (let index = octets - 1; index >= 0; index--) number = 256 * number + block[start + index];
  return number;
}
