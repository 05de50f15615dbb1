// Pieces of several outputs that come all at once, handed on in the order of the outputs. Those that come too early are kept
// up to a limit; whoever sends more waits. Knows nothing of threads or of what the pieces are.

/** Octets kept of outputs whose turn has not come. */
const KEPT = 64 * 1024 * 1024;

export interface Piece {
  readonly length: number;
  /** Whether the output is whole with it. */
  readonly isLast: boolean;
  handOn(): void;
  /** Its sender may send as much again. */
  release(): void;
}

interface Kept {
  piece: Piece;
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
    const released = this.#length + piece.length <= this.#limit;
    if (released) piece.release();
    this.#length += piece.length;
    const before = this.#kept.get(output);
    if (before === undefined) this.#kept.set(output, [{ piece, released }]);
    else before.push({ piece, released });
  }

  /** Hands on what was kept of the outputs whose turn has come, up to one that is not whole yet. */
  #turnToNext(): void {
    for (let isWhole = true; isWhole; ) {
      this.#turn++;
      const kept = this.#kept.get(this.#turn) ?? [];
      this.#kept.delete(this.#turn);
      for (const { piece, released } of kept) {
        this.#length -= piece.length;
        piece.handOn();
        if (!released) piece.release();
      }
      isWhole = kept.at(-1)?.piece.isLast === true;
    }
  }
}
