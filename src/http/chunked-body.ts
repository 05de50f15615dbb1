// A body in chunks (RFC 9112 §7.1): sizes, extensions, data, trailers. Knows nothing of the message around it; trailers
// are read over.

import type { HttpLimits } from './limits.ts';
import { CR, hexadecimalValue, LF, SEMICOLON, SPACE, TAB } from './octet-names.ts';

/** Takes the data of the chunks where it lies. */
export interface BodySink {
  onBody(buffer: Uint8Array, start: number, end: number): void;
}

const SIZE = 0;
const AFTER_SIZE = 1;
const DATA = 2;
const DATA_END = 3;
const TRAILER_START = 4;
const EMPTY_TRAILER = 5;
const TRAILER = 6;
const DONE = 7;
const FAILED = 8;

export class ChunkedBody {
  readonly #limits: HttpLimits;
  #state = SIZE;
  /** Data of the current chunk still to come. */
  #remaining = 0;
  #sizeDigits = 0;
  /** Octets of the current size line, or of the trailers. */
  #lineOctets = 0;

  constructor(limits: HttpLimits) {
    this.#limits = limits;
  }

  get done(): boolean {
    return this.#state === DONE;
  }

  /** Whether this is no body in chunks. */
  get failed(): boolean {
    return this.#state === FAILED;
  }

  /** Reads on; returns the offset after the body where it ends or fails within, else `end`. */
  feed(buffer: Uint8Array, start: number, end: number, sink: BodySink): number {
    let at = start;
    while (at < end && this.#state < DONE) {
      switch (this.#state) {
        case SIZE:
          this.#feedSize(buffer[at++]);
          break;
        case AFTER_SIZE:
          this.#feedAfterSize(buffer[at++]);
          break;
        case DATA: {
          const dataEnd = Math.min(end, at + this.#remaining);
          sink.onBody(buffer, at, dataEnd);
          this.#remaining -= dataEnd - at;
          if (this.#remaining === 0) this.#state = DATA_END;
          at = dataEnd;
          break;
        }
        case DATA_END:
          this.#feedDataEnd(buffer[at++]);
          break;
        default:
          this.#feedTrailer(buffer[at++]);
      }
    }
    return at;
  }

  /** Passes over octets that were never captured; false where they cannot be placed. */
  skip(length: number): boolean {
    if (this.#state !== DATA || length > this.#remaining) return false;
    this.#remaining -= length;
    if (this.#remaining === 0) this.#state = DATA_END;
    return true;
  }

  #feedSize(octet: number): void {
    const digit = hexadecimalValue(octet);
    if (++this.#lineOctets > this.#limits.headOctets) {
      this.#state = FAILED;
    } else if (digit !== -1) {
      this.#sizeDigits++;
      this.#remaining = this.#remaining * 16 + digit;
      if (!Number.isSafeInteger(this.#remaining)) this.#state = FAILED;
    } else if (this.#sizeDigits === 0) {
      this.#state = FAILED;
    } else if (octet === LF) {
      this.#endSizeLine();
    } else if (octet === CR || octet === SEMICOLON || octet === SPACE || octet === TAB) {
      this.#state = AFTER_SIZE;
    } else {
      this.#state = FAILED;
    }
  }

  /** Extensions mean nothing to a reader who only looks for the body's end. */
  #feedAfterSize(octet: number): void {
    if (++this.#lineOctets > this.#limits.headOctets) this.#state = FAILED;
    else if (octet === LF) this.#endSizeLine();
  }

  #endSizeLine(): void {
    this.#state = this.#remaining === 0 ? TRAILER_START : DATA;
    this.#sizeDigits = 0;
    this.#lineOctets = 0;
  }

  #feedDataEnd(octet: number): void {
    if (octet === LF) {
      this.#state = SIZE;
      this.#lineOctets = 0;
    } else if (octet !== CR || ++this.#lineOctets > 1) {
      // The chunk is longer than its size.
      this.#state = FAILED;
    }
  }

  /** Octet by octet, as trailers are rare and short. */
  #feedTrailer(octet: number): void {
    if (octet === LF) this.#state = this.#state === TRAILER ? TRAILER_START : DONE;
    else this.#state = octet === CR && this.#state === TRAILER_START ? EMPTY_TRAILER : TRAILER;
    if (++this.#lineOctets >= this.#limits.headOctets && this.#state !== DONE) this.#state = FAILED;
  }
}
