// Pieces of several outputs that come all at once, handed on in the order of the outputs. Those that come too early are kept
// up to a limit, then set aside; where that cannot be, whoever sends more waits. Knows nothing of threads or of what they are.

/** Octets kept of outputs whose turn has not come. */
const KEPT = 64 * 1024 * 1024;

export interface Piece {
  readonly length: number;
  /** Whether the output is whole with it. */
  readonly isLast: boolean;
  handOn(): void;
  /** Copies what it holds, as its sender is going to use that again. */
  keep(): void;
  /** Puts what it holds out of memory; returns whether it could. */
  setAside(): boolean;
  /** Its sender may send as much again. */
  release(): void;
}

interface Kept {
  piece: Piece;
  /** Octets of memory. */
  length: number;
  released: boolean;
}

export class OrderedPieces {
  readonly #kept = new Map<number, Kept[]>();
  readonly #limit: number;
  #length = 0;
  /** The output whose pieces are handed on as they come. */
  #turn = 0;

  constructor(limit = KEPT) {
    this.#limit = limit;
  }

  take(output: number, piece: Piece): void {
    if (output === this.#turn) {
      piece.handOn();
      piece.release();
      if (piece.isLast) this.#turnToNext();
      return;
    }
    const fits = this.#length + piece.length <= this.#limit;
    const isAside = !fits && piece.setAside();
    const kept = { piece, length: isAside ? 0 : piece.length, released: fits || isAside };
    if (fits) piece.keep();
    if (kept.released) piece.release();
    this.#length += kept.length;
    const before = this.#kept.get(output);
    if (before === undefined) this.#kept.set(output, [kept]);
    else before.push(kept);
  }

  /** Hands on what was kept of the outputs whose turn has come, up to one that is not whole yet. */
  #turnToNext(): void {
    for (let isWhole = true; isWhole; ) {
      this.#turn++;
      const kept = this.#kept.get(this.#turn) ?? [];
      this.#kept.delete(this.#turn);
      for (const { piece, length, released } of kept) {
        this.#length -= length;
        piece.handOn();
        if (!released) piece.release();
      }
      isWhole = kept.at(-1)?.piece.isLast === true;
    }
  }
}
