// gzip (RFC 1952): members one behind the other, each with a header, raw DEFLATE and a checksum. The header and the trailer
// are read here, so that what was inflated before a damage, or before a wrong checksum, is not lost.

import { crc32ByTable } from './crc32.ts';
import { compressionCut, compressionDamaged, type Decompressor, type TakeOctets } from './decompressor.ts';
import { INPUT_LENGTH, NativeDecompressor } from './native-decompressor.ts';
import { loadZlib } from './zlib-handle.ts';

/** Magic and method, of which there is but DEFLATE. */
const BEGINNING = [0x1f, 0x8b, 8];
const FLAGS_AT = BEGINNING.length;
/** Magic, method, flags, time, extra flags, system. */
const FIXED_LENGTH = 10;
const TRAILER_LENGTH = 8;

const HAS_HEADER_CHECKSUM = 0x02;
const HAS_EXTRA = 0x04;
const HAS_NAME = 0x08;
const HAS_COMMENT = 0x10;

/** Where in a member the next octet stands; the optional fields of the header follow in this order. */
const FIXED = 0;
const EXTRA_LENGTH = 1;
const EXTRA = 2;
const NAME = 3;
const COMMENT = 4;
const HEADER_CHECKSUM = 5;
const DATA = 6;
const TRAILER = 7;
/** Behind a member: another one, or zeros as padding. */
const BETWEEN = 8;
const PADDING = 9;

/** Whether the octets, perhaps fewer than 3, are the beginning of a gzip file. */
export function beginsLikeGzip(octets: Uint8Array, start: number, end: number): boolean {
  return BEGINNING.every((octet, index) => start + index >= end || octets[start + index] === octet);
}

export class GzipDecompressor implements Decompressor {
  readonly #inflater: NativeDecompressor;
  readonly #crc32: (octets: Uint8Array, checksum: number) => number;
  #state = FIXED;
  /** Octets of the field that is being read, and how many it has. */
  #field: number[] = [];
  #left = 0;
  #flags = 0;
  #checksum = 0;
  /** Modulo 2^32. */
  #length = 0;
  /** Octets of the file before those that are being read. */
  #offset = 0;

  constructor() {
    const zlib = loadZlib();
    this.#inflater = new NativeDecompressor(zlib.createInflateRaw(), zlib.constants.Z_SYNC_FLUSH);
    // Node has it since 20.15 and 22.2.
    this.#crc32 = zlib.crc32 ?? crc32ByTable;
  }

  push(octets: Uint8Array, start: number, end: number, take: TakeOctets): number {
    let isEnough = false;
    const taking: TakeOctets = (buffer, from, to) => {
      this.#checksum = this.#crc32(buffer.subarray(from, to), this.#checksum);
      this.#length = (this.#length + (to - from)) >>> 0;
      isEnough = take(buffer, from, to);
      return isEnough;
    };
    let at = start;
    while (at < end && !isEnough) {
      if (this.#state === DATA) at = this.#inflate(octets, at, end, this.#offset + at - start, taking);
      else this.#readOctet(octets[at], this.#offset + at++ - start);
    }
    this.#offset += at - start;
    return at;
  }

  finish(): void {
    this.#inflater.close();
    if (this.#state !== BETWEEN && this.#state !== PADDING) throw compressionCut('gzip', this.#offset);
  }

  /** Inflates a piece and returns where it stopped; the data may have ended there. */
  #inflate(octets: Uint8Array, at: number, end: number, offset: number, take: TakeOctets): number {
    const pieceEnd = Math.min(end, at + INPUT_LENGTH);
    const stop = this.#inflater.write(octets, at, pieceEnd, take);
    if (this.#inflater.fault !== '') throw compressionDamaged('gzip', `is broken (${this.#inflater.fault})`, offset);
    if (stop < pieceEnd) this.#enter(TRAILER);
    return stop;
  }

  #readOctet(octet: number, offset: number): void {
    switch (this.#state) {
      case FIXED:
        this.#readFixed(octet, offset);
        break;
      case EXTRA_LENGTH:
        this.#field.push(octet);
        if (this.#field.length === 2) this.#enter(EXTRA);
        break;
      case EXTRA:
      case HEADER_CHECKSUM:
        if (--this.#left === 0) this.#enter(this.#state + 1);
        break;
      case NAME:
      case COMMENT:
        if (octet === 0) this.#enter(this.#state + 1);
        break;
      case TRAILER:
        this.#field.push(octet);
        if (this.#field.length === TRAILER_LENGTH) this.#readTrailer(offset);
        break;
      case BETWEEN:
        this.#enter(octet === 0 ? PADDING : FIXED);
        if (octet !== 0) this.#readFixed(octet, offset);
        break;
      default:
        if (octet !== 0) throw compressionDamaged('gzip', 'has something else behind its end', offset);
    }
  }

  /** Enters the state, or the first behind it that has octets in this member. */
  #enter(state: number): void {
    const flags = this.#flags;
    let next = state;
    if (next === EXTRA_LENGTH && (flags & HAS_EXTRA) === 0) next = NAME;
    if (next === EXTRA) this.#left = this.#field[0] | (this.#field[1] << 8);
    if (next === EXTRA && this.#left === 0) next = NAME;
    if (next === NAME && (flags & HAS_NAME) === 0) next = COMMENT;
    if (next === COMMENT && (flags & HAS_COMMENT) === 0) next = HEADER_CHECKSUM;
    if (next === HEADER_CHECKSUM) this.#left = 2;
    if (next === HEADER_CHECKSUM && (flags & HAS_HEADER_CHECKSUM) === 0) next = DATA;
    this.#field = [];
    this.#state = next;
  }

  #readFixed(octet: number, offset: number): void {
    const at = this.#field.length;
    // Told at once, as there may be no more of it.
    if (at < BEGINNING.length && octet !== BEGINNING[at])
      throw compressionDamaged('gzip', 'has something else behind a member', offset - at);
    this.#field.push(octet);
    if (this.#field.length < FIXED_LENGTH) return;
    this.#flags = this.#field[FLAGS_AT];
    this.#checksum = 0;
    this.#length = 0;
    this.#inflater.reset();
    this.#enter(EXTRA_LENGTH);
  }

  #readTrailer(offset: number): void {
    const [checksum, length] = [0, 4].map((at) => {
      const [first, second, third, fourth] = this.#field.slice(at, at + 4);
      return (first | (second << 8) | (third << 16) | (fourth << 24)) >>> 0;
    });
    if (checksum !== this.#checksum || length !== this.#length) {
      throw compressionDamaged('gzip', 'has a wrong checksum', offset - TRAILER_LENGTH + 1);
    }
    this.#enter(BETWEEN);
  }
}
