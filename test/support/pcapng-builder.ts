// pcapng files in memory, block by block (draft-ietf-opsawg-pcapng), in either byte order. Written against the draft, with
// DataView, so that it can stand as a witness. Knows nothing of what the packets say.

export interface PcapngOption {
  code: number;
  value: Uint8Array | string;
}

const text = (value: string) => new TextEncoder().encode(value);

export function concatOctets(parts: readonly Uint8Array[]): Uint8Array {
  const octets = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    octets.set(part, at);
    at += part.length;
  }
  return octets;
}

function padded(octets: Uint8Array): Uint8Array {
  return concatOctets([octets, new Uint8Array((4 - (octets.length % 4)) % 4)]);
}

export interface InterfaceFields {
  linkType?: number;
  snapLength?: number;
  /** The octet of `if_tsresol`. */
  resolution?: number;
  /** Seconds, `if_tsoffset`. */
  offset?: bigint;
  fcsLength?: number;
  name?: string;
}

export interface PacketFields {
  interface?: number;
  ticks?: bigint;
  octets: Uint8Array;
  originalLength?: number;
  comments?: readonly string[];
  options?: readonly PcapngOption[];
}

/** Blocks in one byte order; `octets()` is the file. */
export class PcapngBuilder {
  readonly blocks: Uint8Array[] = [];
  readonly #little: boolean;

  constructor(byteOrder: 'little' | 'big' = 'little') {
    this.#little = byteOrder === 'little';
  }

  octets(): Uint8Array {
    return concatOctets(this.blocks);
  }

  block(type: number, body: Uint8Array): this {
    const length = body.length + 12;
    this.blocks.push(concatOctets([this.words(type, length), body, this.words(length)]));
    return this;
  }

  section({ major = 1, minor = 0, options = [] as readonly PcapngOption[] } = {}): this {
    const unknownLength = new Uint8Array(8).fill(0xff);
    const head = [this.words(0x1a2b3c4d), this.halves(major, minor), unknownLength];
    return this.block(0x0a0d0d0a, concatOctets([...head, this.options(options)]));
  }

  interface({ linkType = 1, snapLength = 262144, resolution, offset, fcsLength, name }: InterfaceFields = {}): this {
    const options: PcapngOption[] = [];
    if (name !== undefined) options.push({ code: 2, value: name });
    if (resolution !== undefined) options.push({ code: 9, value: Uint8Array.of(resolution) });
    if (fcsLength !== undefined) options.push({ code: 13, value: Uint8Array.of(fcsLength) });
    if (offset !== undefined) options.push({ code: 14, value: this.long(offset) });
    return this.block(1, concatOctets([this.halves(linkType, 0), this.words(snapLength), this.options(options)]));
  }

  enhanced({ interface: number = 0, ...packet }: PacketFields): this {
    return this.block(6, concatOctets([this.words(number), this.#packet(packet)]));
  }

  obsolete({ interface: number = 0, ...packet }: PacketFields): this {
    return this.block(2, concatOctets([this.halves(number, 0xffff), this.#packet(packet)]));
  }

  simple({ octets, originalLength = octets.length }: PacketFields): this {
    return this.block(3, concatOctets([this.words(originalLength), padded(octets)]));
  }

  names(...records: readonly [address: Uint8Array, ...names: string[]][]): this {
    const parts = records.map(([address, ...names]) => {
      const value = concatOctets([address, ...names.map((name) => text(`${name}\0`))]);
      return concatOctets([this.halves(address.length === 4 ? 1 : 2, value.length), padded(value)]);
    });
    return this.block(4, concatOctets([...parts, this.halves(0, 0)]));
  }

  statistics(number: number, counters: Record<number, bigint>): this {
    const options = Object.entries(counters).map(([code, value]) => ({ code: Number(code), value: this.long(value) }));
    return this.block(5, concatOctets([this.words(number, 0, 0), this.options(options)]));
  }

  secrets(type: number, value: string): this {
    return this.block(10, concatOctets([this.words(type, text(value).length), padded(text(value))]));
  }

  custom(): this {
    return this.block(0xbad, concatOctets([this.words(32473), padded(text('whatever'))]));
  }

  options(options: readonly PcapngOption[]): Uint8Array {
    if (options.length === 0) return new Uint8Array(0);
    const parts = options.map(({ code, value }) => {
      const octets = typeof value === 'string' ? text(value) : value;
      return concatOctets([this.halves(code, octets.length), padded(octets)]);
    });
    return concatOctets([...parts, this.halves(0, 0)]);
  }

  words(...values: number[]): Uint8Array {
    const view = new DataView(new ArrayBuffer(values.length * 4));
    values.forEach((value, index) => {
      view.setUint32(index * 4, value, this.#little);
    });
    return new Uint8Array(view.buffer);
  }

  halves(...values: number[]): Uint8Array {
    const view = new DataView(new ArrayBuffer(values.length * 2));
    values.forEach((value, index) => {
      view.setUint16(index * 2, value, this.#little);
    });
    return new Uint8Array(view.buffer);
  }

  long(value: bigint): Uint8Array {
    const view = new DataView(new ArrayBuffer(8));
    view.setBigInt64(0, value, this.#little);
    return new Uint8Array(view.buffer);
  }

  #packet({
    ticks = 0n,
    octets,
    originalLength = octets.length,
    comments = [],
    options = [],
  }: PacketFields): Uint8Array {
    const times = this.words(Number(ticks >> 32n), Number(ticks & 0xffffffffn));
    const told = [...comments.map((value) => ({ code: 1, value })), ...options];
    return concatOctets([times, this.words(octets.length, originalLength), padded(octets), this.options(told)]);
  }
}
