// Walks the options at the end of a pcapng block (draft-ietf-opsawg-pcapng §3.5): code, length, value, padding to 32 bits.
// Knows no option; a list that breaks off is over there.

import { read16 } from './octet-order.ts';

const END_OF_OPTIONS = 0;
const HEADER_LENGTH = 4;

/** Options that every block may have. */
export const COMMENT = 1;

const utf8 = new TextDecoder();

/** Reused, as packets have options too: `begin`, then `next` until it is false. */
export class OptionWalk {
  octets: Uint8Array = new Uint8Array(0);
  code = 0;
  /** Half-open range of the value. */
  start = 0;
  end = 0;
  #next = 0;
  #stop = 0;
  #littleEndian = true;

  begin(octets: Uint8Array, start: number, stop: number, littleEndian: boolean): this {
    this.octets = octets;
    this.#next = start;
    this.#stop = stop;
    this.#littleEndian = littleEndian;
    return this;
  }

  next(): boolean {
    const at = this.#next;
    if (at + HEADER_LENGTH > this.#stop) return false;
    this.code = read16(this.octets, at, this.#littleEndian);
    this.start = at + HEADER_LENGTH;
    this.end = this.start + read16(this.octets, at + 2, this.#littleEndian);
    if (this.code === END_OF_OPTIONS || this.end > this.#stop) return false;
    this.#next = at + HEADER_LENGTH + padded(this.end - this.start);
    return true;
  }

  get length(): number {
    return this.end - this.start;
  }

  /** The value as UTF-8, without the NUL that some writers put at its end. */
  text(): string {
    let end = this.end;
    while (end > this.start && this.octets[end - 1] === 0) end--;
    return utf8.decode(this.octets.subarray(this.start, end));
  }
}

/** A length with its padding to 32 bits. */
export function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}
