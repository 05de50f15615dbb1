// Sizes of the messages of each row, by direction. Hot: small ones, as nearly all are, are counted in one array of all rows, which
// is one step away from a message, where a histogram of its own is four. Knows nothing of connections.

import type { DirectionIndex } from '../../dissect/sink.ts';
import { Histogram } from './histogram.ts';

/** Sizes below are counted in the array: sixteen, so that those of a direction lie in one line of the processor's cache. */
const SMALL = 16;
const DIRECTIONS = 2;
const FIRST_ROWS = 16;

export class RowSizes {
  #small = new Uint32Array(FIRST_ROWS * DIRECTIONS * SMALL);
  readonly #others: Histogram[] = [];

  /** Makes room for one row more; returns its number. */
  add(): number {
    const row = this.#others.length / DIRECTIONS;
    this.#others.push(new Histogram(), new Histogram());
    if (this.#others.length * SMALL > this.#small.length) {
      const larger = new Uint32Array(this.#small.length * 2);
      larger.set(this.#small);
      this.#small = larger;
    }
    return row;
  }

  record(row: number, direction: DirectionIndex, size: number): void {
    const flow = row * DIRECTIONS + direction;
    if (size < SMALL) this.#small[flow * SMALL + size]++;
    else this.#others[flow].record(size);
  }

  /** All sizes so far of one direction of a row. */
  histogram(row: number, direction: DirectionIndex): Histogram {
    const flow = row * DIRECTIONS + direction;
    const sizes = this.#others[flow];
    const first = flow * SMALL;
    for (let size = 0; size < SMALL; size++) {
      sizes.recordTimes(size, this.#small[first + size]);
      this.#small[first + size] = 0;
    }
    return sizes;
  }
}
