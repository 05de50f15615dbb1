// Writes the elements of the protobuf wire format: tags, varints, fixed words, lengths. The counterpart of wire-reader.ts;
// it knows no types. Source: https://protobuf.dev/programming-guides/encoding/

import { OctetWriter } from './octet-writer.ts';
import { GROUP_END } from './wire-reader.ts';

/** Numbers below this can be cut into groups of seven bits by 32-bit operations. */
const WORD = 0x1_0000_0000;

const double = new DataView(new ArrayBuffer(8));

export class WireWriter {
  readonly #out = new OctetWriter(256);

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.#out.buffer.slice(0, this.#out.position);
  }

  reset(): void {
    this.#out.position = 0;
  }

  tag(number: number, wireType: number): void {
    // Field numbers have 29 bits: shifted by three they are still 32.
    this.unsigned32(((number << 3) | wireType) >>> 0);
  }

  groupEnd(number: number): void {
    this.tag(number, GROUP_END);
  }

  /** 0 … 2^32 − 1 as a varint. */
  unsigned32(value: number): void {
    let rest = value >>> 0;
    while (rest > 0x7f) {
      this.#out.octet((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.#out.octet(rest);
  }

  /** A varint of 64 bits; negative numbers are taken as two's complement, which makes 10 octets. */
  varint(value: bigint): void {
    let rest = BigInt.asUintN(64, value);
    while (rest >= WORD) {
      this.#out.octet(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.unsigned32(Number(rest));
  }

  fixed32(value: number): void {
    for (let shift = 0; shift < 32; shift += 8) this.#out.octet((value >>> shift) & 0xff);
  }

  fixed64(value: bigint): void {
    double.setBigUint64(0, BigInt.asUintN(64, value), true);
    this.#view(8);
  }

  float(value: number): void {
    double.setFloat32(0, value, true);
    this.#view(4);
  }

  double(value: number): void {
    double.setFloat64(0, value, true);
    this.#view(8);
  }

  lengthDelimited(octets: Uint8Array): void {
    this.unsigned32(octets.length);
    this.#out.range(octets, 0, octets.length);
  }

  /** What `write` writes, behind its length. */
  nested(write: () => void): void {
    const out = this.#out;
    const start = out.position;
    // One octet is kept for the length, which mostly does; a longer one moves the content.
    out.octet(0);
    write();
    const length = out.position - start - 1;
    let size = 1;
    for (let rest = length >>> 7; rest > 0; rest >>>= 7) size++;
    if (size > 1) {
      out.reserve(size - 1);
      out.buffer.copyWithin(start + size, start + 1, start + 1 + length);
    }
    out.position = start;
    this.unsigned32(length);
    out.position = start + size + length;
  }

  #view(length: number): void {
    for (let at = 0; at < length; at++) this.#out.octet(double.getUint8(at));
  }
}
