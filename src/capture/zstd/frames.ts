// Walks the frames of zstd data (RFC 8878 §3) without decompressing: where each ends, and what it asks for. So the end of
// the data is told from a cut, whoever decompresses.

import { formatCount } from '../../plural.ts';
import { CaptureError } from '../capture-error.ts';
import { compressionDamaged, type TakeOctets } from '../decompressor.ts';

export const ZSTD_MAGIC = 0xfd2fb528;
/** The least of 16: their last four bits are the writer's. */
const SKIPPABLE_MAGIC = 0x184d2a50;
const SKIPPABLE_MASK = ~0xf;
const MAGIC_LENGTH = 4;
/** Octets of window that are granted, as `zstd -d` grants them. */
const WINDOW_LIMIT = 128 * 1024 * 1024;

const MAGIC = 0;
const SKIPPABLE_LENGTH = 1;
const SKIPPED = 2;
const DESCRIPTOR = 3;
const HEADER = 4;
const BLOCK_HEADER = 5;
const BLOCK = 6;
const CHECKSUM = 7;

/** Bits of the descriptor. */
const HAS_CHECKSUM = 4;
const RESERVED_BIT = 8;
const SINGLE_SEGMENT = 32;

export const RUN_LENGTH_BLOCK = 1;
export const COMPRESSED_BLOCK = 2;
const RESERVED_BLOCK = 3;

export const BLOCK_HEADER_LENGTH = 3;

/** Octets of the dictionary's number and of the content's length, by two bits of the descriptor. */
const DICTIONARY_LENGTHS = [0, 1, 2, 4];
const CONTENT_LENGTHS = [0, 2, 4, 8];

/** Octets that a block may have at most, and make (RFC 8878 §3.1.1.2.4). */
export const BLOCK_LIMIT = 128 * 1024;

/** Whether the octets, perhaps fewer than 4, are the beginning of a frame, or of a skippable one, as pzstd writes it first. */
export function beginsLikeZstd(octets: ArrayLike<number>, start: number, end: number): boolean {
  return (
    beginsWith(ZSTD_MAGIC, ~0, octets, start, end) || beginsWith(SKIPPABLE_MAGIC, SKIPPABLE_MASK, octets, start, end)
  );
}

function beginsWith(magic: number, mask: number, octets: ArrayLike<number>, start: number, end: number): boolean {
  const length = Math.min(MAGIC_LENGTH, end - start);
  for (let at = 0; at < length; at++)
    if ((((octets[start + at] << (8 * at)) ^ magic) & mask & (0xff << (8 * at))) !== 0) return false;
  return true;
}

export interface FrameHeader {
  /** Octets that blocks may refer back to. */
  window: number;
  /** Octets that all blocks make, where it says so. */
  content: number | null;
  hasChecksum: boolean;
}

/** Decompresses what was walked. */
export interface FrameDecompressor {
  /** @param frames what `octets[start, end)` are */
  write(octets: Uint8Array, start: number, end: number, frames: ZstdFrames, take: TakeOctets): void;
  close(): void;
}

export class ZstdFrames {
  /** Whether the octets walked last are of a frame to be decompressed, behind its magic number. */
  inFrame = false;
  /** Whether they ended with the magic number of such a frame. */
  began = false;
  /** The header of such a frame where they ended with it. */
  header: FrameHeader | null = null;
  /** Whether they are of a block, its header among them. */
  inBlock = false;
  /** Whether such a block ended with them. */
  blockEnded = false;
  /** Whether that block is its frame's last. */
  isLastBlock = false;
  /** The frame's checksum where they ended with it. */
  checksum: number | null = null;
  /** Whether a frame ended with the octet walked last. */
  ended = true;
  #state = MAGIC;
  #field: number[] = [];
  #left = MAGIC_LENGTH;
  #descriptor = 0;

  /**
   * Walks on over `octets[start, end)` up to the end of the magic number, header, block or frame that it is in, and returns
   * where that is.
   *
   * @param offset of the octet at `start` in the file
   */
  walk(octets: Uint8Array, start: number, end: number, offset: number): number {
    this.ended = false;
    this.began = false;
    this.header = null;
    this.checksum = null;
    this.blockEnded = false;
    this.inFrame = this.#state >= DESCRIPTOR;
    this.inBlock = this.#state === BLOCK_HEADER || this.#state === BLOCK;
    let at = start;
    while (at < end) {
      if (this.#state === SKIPPED || this.#state === BLOCK) {
        const step = Math.min(this.#left, end - at);
        at += step;
        this.#left -= step;
      } else {
        this.#field.push(octets[at++]);
        this.#left--;
        if (this.#state === MAGIC) this.#judgeMagic(offset + at - start);
      }
      if (this.#left > 0) continue;
      this.#next(offset + at - start);
      if (this.ended || this.began || this.blockEnded || this.header !== null) return at;
    }
    return at;
  }

  #enter(state: number, length: number): void {
    this.#state = state;
    this.#left = length;
    this.#field = [];
  }

  /** What is no magic number is told by its first octets, as there may be no more of it; `offset` is behind them. */
  #judgeMagic(offset: number): void {
    const { length } = this.#field;
    if (!beginsLikeZstd(this.#field, 0, length))
      throw compressionDamaged('zstd', 'has something else behind a frame', offset - length);
  }

  /** The field is complete; `offset` is behind it. */
  #next(offset: number): void {
    const value = this.#field.reduceRight((sum, octet) => sum * 256 + octet, 0);
    switch (this.#state) {
      case MAGIC:
        this.began = value === ZSTD_MAGIC;
        if (this.began) this.#enter(DESCRIPTOR, 1);
        else this.#enter(SKIPPABLE_LENGTH, 4);
        break;
      case SKIPPABLE_LENGTH:
        if (value === 0) this.#end();
        else this.#enter(SKIPPED, value);
        break;
      case DESCRIPTOR:
        if ((value & RESERVED_BIT) !== 0)
          throw compressionDamaged('zstd', 'has a frame of an unknown kind', offset - 1);
        this.#descriptor = value;
        this.#enter(HEADER, headerLength(value));
        break;
      case HEADER:
        this.header = this.#readHeader(offset);
        this.#enter(BLOCK_HEADER, BLOCK_HEADER_LENGTH);
        break;
      case BLOCK_HEADER: {
        this.isLastBlock = (value & 1) !== 0;
        const type = (value >> 1) & 3;
        if (type === RESERVED_BLOCK)
          throw compressionDamaged('zstd', 'has a block of an unknown type', offset - BLOCK_HEADER_LENGTH);
        if (value >> 3 > BLOCK_LIMIT)
          throw compressionDamaged('zstd', 'has a block of more than 128 KiB', offset - BLOCK_HEADER_LENGTH);
        const length = type === RUN_LENGTH_BLOCK ? 1 : value >> 3;
        if (length > 0) this.#enter(BLOCK, length);
        else this.#endBlock();
        break;
      }
      case BLOCK:
        this.#endBlock();
        break;
      case CHECKSUM:
        this.checksum = value;
        this.#end();
        break;
      default:
        this.#end();
    }
  }

  #endBlock(): void {
    this.blockEnded = true;
    if (!this.isLastBlock) this.#enter(BLOCK_HEADER, BLOCK_HEADER_LENGTH);
    else if ((this.#descriptor & HAS_CHECKSUM) !== 0) this.#enter(CHECKSUM, 4);
    else this.#end();
  }

  #end(): void {
    this.#enter(MAGIC, MAGIC_LENGTH);
    this.ended = true;
  }

  #readHeader(offset: number): FrameHeader {
    const field = this.#field;
    const isSingleSegment = (this.#descriptor & SINGLE_SEGMENT) !== 0;
    const dictionaryAt = isSingleSegment ? 0 : 1;
    const dictionaryLength = DICTIONARY_LENGTHS[this.#descriptor & 3];
    if (field.slice(dictionaryAt, dictionaryAt + dictionaryLength).some((octet) => octet !== 0)) {
      throw new CaptureError('format', 'the zstd data needs a dictionary; decompress it with: zstd -d -D DICTIONARY', {
        offset,
      });
    }
    const contentField = field.slice(dictionaryAt + dictionaryLength);
    // Two octets count from 256 on.
    const least = contentField.length === 2 ? 256 : 0;
    const content =
      contentField.length === 0 ? null : contentField.reduceRight((sum, octet) => sum * 256 + octet, 0) + least;
    const window = isSingleSegment ? (content ?? 0) : windowLength(field[0]);
    if (window > WINDOW_LIMIT) {
      const mebibytes = formatCount(Math.ceil(window / 2 ** 20));
      throw new CaptureError(
        'format',
        `the zstd data needs a window of ${mebibytes} MiB, more than the limit of 128; decompress it with: zstd -d --long=31`,
        { offset },
      );
    }
    return { window, content, hasChecksum: (this.#descriptor & HAS_CHECKSUM) !== 0 };
  }
}

function headerLength(descriptor: number): number {
  const isSingleSegment = (descriptor & SINGLE_SEGMENT) !== 0;
  const contentLength = CONTENT_LENGTHS[descriptor >> 6] || (isSingleSegment ? 1 : 0);
  return (isSingleSegment ? 0 : 1) + DICTIONARY_LENGTHS[descriptor & 3] + contentLength;
}

function windowLength(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}
