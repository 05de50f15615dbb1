// The tables of Finite State Entropy (RFC 8878 §4.1): each state stands for a symbol, and says how many bits lead to the next.

import { BrokenZstd } from './broken.ts';

export interface StateTable {
  /** The first state is read in so many bits; there are 2 to that power. */
  accuracy: number;
  symbols: Uint8Array;
  /** The next state is `bases[state]` and the number in the next `bits[state]` bits. */
  bits: Uint8Array;
  bases: Uint16Array;
}

/** What a description of a table may hold. */
export interface TableLimits {
  accuracy: number;
  /** The greatest symbol. */
  symbol: number;
}

const LEAST_ACCURACY = 5;
/** Stands for a probability below one state's, which gets one state all the same. */
const LESS_THAN_ONE = -1;
/** As many symbols more have the probability 0, and another such number follows. */
const MORE_ZEROS = 3;

/** A table of one state, which takes no bits. */
export function constantTable(symbol: number): StateTable {
  return { accuracy: 0, symbols: Uint8Array.of(symbol), bits: new Uint8Array(1), bases: new Uint16Array(1) };
}

/** @param probabilities in states, of each symbol; together they are all states */
export function buildTable(probabilities: readonly number[], accuracy: number): StateTable {
  const size = 1 << accuracy;
  const symbols = new Uint8Array(size);
  const bits = new Uint8Array(size);
  const bases = new Uint16Array(size);
  const nextOf = probabilities.map((probability) => Math.abs(probability));
  let rareAt = size;
  probabilities.forEach((probability, symbol) => {
    if (probability === LESS_THAN_ONE) symbols[--rareAt] = symbol;
  });
  const step = (size >> 1) + (size >> 3) + 3;
  let at = 0;
  probabilities.forEach((probability, symbol) => {
    for (let times = 0; times < probability; times++) {
      symbols[at] = symbol;
      do at = (at + step) & (size - 1);
      while (at >= rareAt);
    }
  });
  for (let state = 0; state < size; state++) {
    const next = nextOf[symbols[state]]++;
    bits[state] = accuracy - (31 - Math.clz32(next));
    bases[state] = (next << bits[state]) - size;
  }
  return { accuracy, symbols, bits, bases };
}

/**
 * Reads the description of a table (RFC 8878 §4.1.1) in `octets[start, end)` and returns it with where it ends.
 *
 * @throws {BrokenZstd}
 */
export function readTable(
  octets: Uint8Array,
  start: number,
  end: number,
  limits: TableLimits,
): { table: StateTable; end: number } {
  const bits = new ForwardBits(octets, start, end);
  const accuracy = bits.read(4) + LEAST_ACCURACY;
  if (accuracy > limits.accuracy) throw new BrokenZstd('a table of too many states');
  const probabilities: number[] = [];
  for (let left = 1 << accuracy; left > 0; ) {
    const probability = bits.readUpTo(left + 1) - 1;
    probabilities.push(probability);
    left -= Math.abs(probability);
    let zeros = probability === 0 ? MORE_ZEROS : 0;
    while (zeros === MORE_ZEROS) {
      zeros = bits.read(2);
      for (let times = 0; times < zeros; times++) probabilities.push(0);
    }
    if (probabilities.length > limits.symbol + 1) throw new BrokenZstd('a table of too many symbols');
  }
  return { table: buildTable(probabilities, accuracy), end: bits.end };
}

class ForwardBits {
  readonly #octets: Uint8Array;
  readonly #limit: number;
  #at: number;

  constructor(octets: Uint8Array, start: number, end: number) {
    this.#octets = octets;
    this.#at = 8 * start;
    this.#limit = 8 * end;
  }

  /** Where the octet begins of which no bit was read. */
  get end(): number {
    return (this.#at + 7) >> 3;
  }

  read(count: number): number {
    const value = this.#peek(count);
    this.#pass(count);
    return value;
  }

  /** A number of 0 to `most`: where these are no power of 2, the least take a bit less. */
  readUpTo(most: number): number {
    const count = 32 - Math.clz32(most);
    const short = (1 << count) - 1 - most;
    const value = this.#peek(count);
    const low = value & ((1 << (count - 1)) - 1);
    this.#pass(low < short ? count - 1 : count);
    if (low < short) return low;
    return value === low ? value : value - short;
  }

  #peek(count: number): number {
    const at = this.#at >> 3;
    const octets = this.#octets;
    const three = octets[at] | (octets[at + 1] << 8) | (octets[at + 2] << 16);
    return (three >> (this.#at & 7)) & ((1 << count) - 1);
  }

  #pass(count: number): void {
    this.#at += count;
    if (this.#at > this.#limit) throw new BrokenZstd('a table that ends early');
  }
}
