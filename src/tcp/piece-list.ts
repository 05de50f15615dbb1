// Pieces of a stream in order of their offsets, without overlap: found, put in and taken out in little time however many wait
// and wherever they come. Knows nothing of what is in them.

/** What the list orders. */
export interface Piece {
  /** Stream offset of its first octet. */
  readonly offset: number;
  readonly octets: Uint8Array;
}

/** Pieces of a run are at most 2 to this power: putting one in moves those behind it. */
const RUN_BITS = 9;
const RUN_LIMIT = 1 << RUN_BITS;

/** A place in the list: the number of its run, and in the lower bits the place in that. Good until the list changes. */
export type Place = number;

function endOf({ offset, octets }: Piece): number {
  return offset + octets.length;
}

export class PieceList<T extends Piece> {
  /** None but a first one is empty. */
  readonly #runs: T[][] = [[]];
  count = 0;

  get first(): T | undefined {
    return this.#runs[0][0];
  }

  get last(): T | undefined {
    return this.#runs[this.#runs.length - 1].at(-1);
  }

  at(place: Place): T | undefined {
    return this.#runs[place >> RUN_BITS][place & (RUN_LIMIT - 1)];
  }

  next(place: Place): Place {
    const run = place >> RUN_BITS;
    const isLastOfRun = (place & (RUN_LIMIT - 1)) + 1 === this.#runs[run].length;
    return isLastOfRun && run + 1 < this.#runs.length ? (run + 1) << RUN_BITS : place + 1;
  }

  /** All pieces, in order. */
  *all(): Generator<T> {
    for (const run of this.#runs) yield* run;
  }

  /** The first piece that ends behind `offset`; the place behind all where none does. */
  firstEndingBehind(offset: number): Place {
    const runs = this.#runs;
    const { last } = this;
    // Most pieces come at the end.
    if (last === undefined || endOf(last) <= offset)
      return ((runs.length - 1) << RUN_BITS) + runs[runs.length - 1].length;
    const run = leastOf(runs.length, (index) => endOf(runs[index][runs[index].length - 1]) > offset);
    return (run << RUN_BITS) + leastOf(runs[run].length, (index) => endOf(runs[run][index]) > offset);
  }

  /** Puts a piece in before what is at `place`, and returns the place of that now. */
  insert(place: Place, piece: T): Place {
    let run = place >> RUN_BITS;
    let index = place & (RUN_LIMIT - 1);
    this.#runs[run].splice(index, 0, piece);
    this.count++;
    if (this.#runs[run].length === RUN_LIMIT) {
      const half = RUN_LIMIT / 2;
      this.#runs.splice(run + 1, 0, this.#runs[run].splice(half));
      if (index >= half) {
        run++;
        index -= half;
      }
    }
    return this.next((run << RUN_BITS) + index);
  }

  /** Takes the first piece out. */
  shift(): T | undefined {
    const piece = this.#runs[0].shift();
    if (piece === undefined) return undefined;
    this.count--;
    if (this.#runs[0].length === 0 && this.#runs.length > 1) this.#runs.shift();
    return piece;
  }
}

/** The least index below `count` that is so, where all behind it are so too; `count` where none is. */
function leastOf(count: number, isSo: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isSo(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
