// One of the three numbers that make a sequence (RFC 8878 §3.1.1.3.2.1): a code, that states stand for, and bits behind it.

import type { BackwardBits } from './backward-bits.ts';
import { BrokenZstd } from './broken.ts';
import { buildTable, constantTable, readTable, type StateTable, type TableLimits } from './state-table.ts';

/** Where a table comes from, by two bits; else it is that of the block before. */
const PREDEFINED = 0;
const CONSTANT = 1;
const DESCRIBED = 2;

const NO_TABLE = constantTable(0);

export interface CodeDescription {
  limits: TableLimits;
  /** Probabilities of codes where no table is given, and its accuracy. */
  predefined: { probabilities: readonly number[]; accuracy: number };
}

export class Code {
  readonly #limits: TableLimits;
  readonly #predefined: StateTable;
  #table = NO_TABLE;
  #state = 0;

  constructor({ limits, predefined }: CodeDescription) {
    this.#limits = limits;
    this.#predefined = buildTable(predefined.probabilities, predefined.accuracy);
  }

  /** Begins a frame: there is no block before. */
  begin(): void {
    this.#table = NO_TABLE;
  }

  /**
   * Takes the table that a block asks for by two bits, be it in `block[start, end)`, and returns where that ends.
   *
   * @throws {BrokenZstd}
   */
  takeTable(mode: number, block: Uint8Array, start: number, end: number): number {
    switch (mode) {
      case PREDEFINED:
        this.#table = this.#predefined;
        return start;
      case CONSTANT:
        if (start === end || block[start] > this.#limits.symbol) throw new BrokenZstd('a code that there is not');
        this.#table = constantTable(block[start]);
        return start + 1;
      case DESCRIBED: {
        const described = readTable(block, start, end, this.#limits);
        this.#table = described.table;
        return described.end;
      }
      default:
        if (this.#table === NO_TABLE) throw new BrokenZstd('a block that repeats a table of none');
        return start;
    }
  }

  readFirst(bits: BackwardBits): void {
    this.#state = bits.read(this.#table.accuracy);
  }

  get value(): number {
    return this.#table.symbols[this.#state];
  }

  readNext(bits: BackwardBits): void {
    const { bases, bits: counts } = this.#table;
    this.#state = bases[this.#state] + bits.read(counts[this.#state]);
  }
}
