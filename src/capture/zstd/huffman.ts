// Huffman codes of literals (RFC 8878 §4.2).

import { BackwardBits } from './backward-bits.ts';
import { BrokenZstd } from './broken.ts';
import { readTable } from './state-table.ts';

/** Bits of a code at most. */
const CODE_LIMIT = 11;
/** Weights of which one less is told: the last follows from the others. */
const WEIGHTS_LIMIT = 256;
/** From this on the first octet counts weights of four bits each; below it, the octets of a table and its bits. */
const PLAIN_WEIGHTS = 128;
const WEIGHT_TABLE = { accuracy: 6, symbol: CODE_LIMIT + 1 };

export class HuffmanTable {
  /** Bits of the longest code. */
  readonly #length: number;
  /** By so many bits: the symbol, and above it the length of its code. */
  readonly #entries: Uint16Array;
  readonly #bits = new BackwardBits();

  /** @param weights of all symbols: a code is `length + 1 - weight` bits long, and there is none where it is 0 */
  constructor(weights: readonly number[], length: number) {
    this.#length = length;
    this.#entries = new Uint16Array(1 << length);
    let at = 0;
    for (let weight = 1; weight <= length; weight++) {
      for (let symbol = 0; symbol < weights.length; symbol++) {
        if (weights[symbol] !== weight) continue;
        const next = at + (1 << (weight - 1));
        this.#entries.fill(symbol | ((length + 1 - weight) << 8), at, next);
        at = next;
      }
    }
  }

  /**
   * Fills `target[at, limit)` with what `octets[start, end)` stands for.
   *
   * @throws {BrokenZstd} where it stands for more or less
   */
  decode(octets: Uint8Array, start: number, end: number, target: Uint8Array, at: number, limit: number): void {
    const bits = this.#bits;
    bits.begin(octets, start, end);
    let filled = at;
    // Written out for speed: half of the time goes here.
    const length = this.#length;
    const entries = this.#entries;
    const mask = (1 << length) - 1;
    let { left } = bits;
    while (left >= length && filled < limit) {
      const from = left - length;
      const octetAt = start + (from >> 3);
      const three = octets[octetAt] | (octets[octetAt + 1] << 8) | (octets[octetAt + 2] << 16);
      const entry = entries[(three >> (from & 7)) & mask];
      target[filled++] = entry;
      left -= entry >> 8;
    }
    bits.left = left;
    while (filled < limit) {
      const entry = entries[bits.read(length)];
      target[filled++] = entry;
      bits.left += length - (entry >> 8);
    }
    if (bits.left !== 0) throw new BrokenZstd('literals of another length');
  }
}

/**
 * Reads a table in `octets[start, end)` and returns it with where it ends.
 *
 * @throws {BrokenZstd}
 */
export function readHuffmanTable(octets: Uint8Array, start: number, end: number): { table: HuffmanTable; end: number } {
  const head = start < end ? octets[start] : 0;
  const isPlain = head >= PLAIN_WEIGHTS;
  const count = head - PLAIN_WEIGHTS + 1;
  const tableEnd = start + 1 + (isPlain ? (count + 1) >> 1 : head);
  if (tableEnd > end) throw new BrokenZstd('a Huffman table that ends early');
  const weights = isPlain ? plainWeights(octets, start + 1, count) : codedWeights(octets, start + 1, tableEnd);
  return { table: tableOf(weights), end: tableEnd };
}

function plainWeights(octets: Uint8Array, start: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => {
    const pair = octets[start + (index >> 1)];
    return index % 2 === 0 ? pair >> 4 : pair & 0xf;
  });
}

/** Weights of two states that take turns, until the bits are used up (RFC 8878 §4.2.1.2). */
function codedWeights(octets: Uint8Array, start: number, end: number): number[] {
  const { table, end: tableEnd } = readTable(octets, start, end, WEIGHT_TABLE);
  const bits = new BackwardBits();
  bits.begin(octets, tableEnd, end);
  const weights: number[] = [];
  let state = bits.read(table.accuracy);
  let other = bits.read(table.accuracy);
  if (bits.left < 0) throw new BrokenZstd('weights that end early');
  while (bits.left >= 0 && weights.length < WEIGHTS_LIMIT) {
    weights.push(table.symbols[state]);
    const next = table.bases[state] + bits.read(table.bits[state]);
    state = other;
    other = next;
  }
  weights.push(table.symbols[state]);
  return weights;
}

/** The last weight makes the sum of what codes cover a power of 2. */
function tableOf(weights: readonly number[]): HuffmanTable {
  if (weights.length >= WEIGHTS_LIMIT) throw new BrokenZstd('a Huffman table of too many symbols');
  if (weights.some((weight) => weight > CODE_LIMIT)) throw new BrokenZstd('a Huffman code of too many bits');
  const covered = weights.reduce((sum, weight) => sum + (weight === 0 ? 0 : 1 << (weight - 1)), 0);
  const length = 32 - Math.clz32(covered);
  const rest = (1 << length) - covered;
  const all = [...weights, 32 - Math.clz32(rest)];
  // Without a longest code they all could be shorter, which the reference decoder refuses.
  const isWhole = covered > 0 && length <= CODE_LIMIT && (rest & (rest - 1)) === 0 && all.includes(1);
  if (!isWhole) throw new BrokenZstd('a Huffman table that leaves codes without a symbol');
  return new HuffmanTable(all, length);
}
