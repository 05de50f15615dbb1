// Holds octets of one direction by their place in the stream, so that a frame can be laid out as it was on the wire. Of
// octets sent twice the first captured count; the oldest go when there are too many. Knows nothing of frames.

const CAPACITY = 256 * 1024;

interface Piece {
  readonly offset: number;
  readonly octets: Uint8Array;
}

export class StreamWindow {
  #pieces: Piece[] = [];
  #held = 0;

  add(offset: number, buffer: Uint8Array, start: number, end: number): void {
    if (start >= end) return;
    this.#pieces.push({ offset, octets: buffer.slice(start, end) });
    this.#held += end - start;
    while (this.#held > CAPACITY && this.#pieces.length > 1) {
      this.#held -= (this.#pieces.shift() as Piece).octets.length;
    }
  }

  /** The octets from `offset` on, `length` of them or fewer: up to the first that is not held. */
  read(offset: number, length: number): Uint8Array {
    const octets = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const at = offset + filled;
      // The pieces stand in the order of capture: the first that fits was captured first, and gives way to none but those
      // before it.
      const index = this.#pieces.findIndex((piece) => piece.offset <= at && at < piece.offset + piece.octets.length);
      if (index < 0) break;
      let end = offset + length;
      for (const earlier of this.#pieces.slice(0, index)) {
        if (earlier.offset > at && earlier.offset < end) end = earlier.offset;
      }
      const piece = this.#pieces[index];
      const part = piece.octets.subarray(at - piece.offset, end - piece.offset);
      octets.set(part, filled);
      filled += part.length;
    }
    return octets.subarray(0, filled);
  }

  clear(): void {
    this.#pieces = [];
    this.#held = 0;
  }
}
