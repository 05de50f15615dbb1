// Gives one of our parsers the octets of a stream in pieces, and keeps the tail that it did not consume for the next
// piece. Knows no format.

import type { CaptureParser, CaptureSink } from './capture-parser.ts';
import type { CaptureDescription } from './packet.ts';

export class CarryingParser {
  readonly #parser: CaptureParser;
  readonly #sink: CaptureSink;
  #tail = new Uint8Array(0);

  constructor(parser: CaptureParser, sink: CaptureSink) {
    this.#parser = parser;
    this.#sink = sink;
  }

  /** Null until the file header was pushed. */
  description(): CaptureDescription | null {
    return this.#parser.description();
  }

  /** Whether there is more in what was pushed: an empty piece comes next. */
  get hasMore(): boolean {
    return this.#parser.hasMore === true;
  }

  /** Fewer octets than this bring no packet. */
  get wanted(): number {
    return this.#parser.wanted - this.#tail.length;
  }

  /** @throws {CaptureError} `format` or `damaged` */
  push(octets: Uint8Array): void {
    let piece = octets;
    if (this.#tail.length > 0) {
      piece = new Uint8Array(this.#tail.length + octets.length);
      piece.set(this.#tail);
      piece.set(octets, this.#tail.length);
    }
    const consumed = this.#parser.feed(piece, 0, piece.length, this.#sink);
    this.#tail = piece.slice(consumed);
  }

  /** @throws {CaptureError} `cut` */
  finish(): void {
    this.#parser.finish(this.#tail.length, this.#sink);
  }
}
