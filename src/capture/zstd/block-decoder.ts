// Decodes the blocks of zstd frames (RFC 8878 §3.1.1.2) where Node cannot. What a block makes never exceeds 128 KiB, whatever
// it asks for, and is told before it is made.

import type { TakeOctets } from '../decompressor.ts';
import { BrokenZstd } from './broken.ts';
import { ContentChecksum } from './content-checksum.ts';
import {
  BLOCK_HEADER_LENGTH,
  BLOCK_LIMIT,
  COMPRESSED_BLOCK,
  type FrameDecompressor,
  type FrameHeader,
  RUN_LENGTH_BLOCK,
  type ZstdFrames,
} from './frames.ts';
import { Literals } from './literals.ts';
import { Sequences } from './sequences.ts';
import { FrameWindow } from './window.ts';

/** Octets from which copying them at once takes less than one by one. */
const LONG_MATCH = 64;

export class BlockDecoder implements FrameDecompressor {
  readonly #block = new Uint8Array(BLOCK_HEADER_LENGTH + BLOCK_LIMIT);
  #length = 0;
  readonly #window = new FrameWindow();
  readonly #literals = new Literals();
  readonly #sequences = new Sequences();
  /** Octets that a block of this frame may make. */
  #limit = 0;
  /** Octets that the frame says it makes, and what it made. */
  #content: number | null = null;
  #made = 0;
  readonly #checksum = new ContentChecksum();
  #hasChecksum = false;

  write(octets: Uint8Array, start: number, end: number, frames: ZstdFrames, take: TakeOctets): void {
    if (frames.header !== null) this.#begin(frames.header);
    if (frames.checksum !== null && frames.checksum !== this.#checksum.value) throw new BrokenZstd('a wrong checksum');
    if (!frames.inBlock) return;
    this.#block.set(octets.subarray(start, end), this.#length);
    this.#length += end - start;
    if (!frames.blockEnded) return;
    const from = this.#decode(this.#length);
    this.#length = 0;
    const window = this.#window;
    this.#made += window.end - from;
    const content = this.#content ?? this.#made;
    if (this.#made > content) throw new BrokenZstd('a frame that makes more than it says');
    if (this.#hasChecksum) this.#checksum.add(window.octets, from, window.end);
    if (window.end > from) take(window.octets, from, window.end);
    if (frames.isLastBlock && this.#made < content) throw new BrokenZstd('a frame that makes less than it says');
  }

  close(): void {}

  #begin({ window, content, hasChecksum }: FrameHeader): void {
    this.#hasChecksum = hasChecksum;
    this.#checksum.begin();
    this.#content = content;
    this.#made = 0;
    this.#window.begin(window);
    this.#limit = Math.min(BLOCK_LIMIT, window);
    this.#literals.begin();
    this.#sequences.begin();
  }

  /** Puts what the block makes at the end of the window, and returns where that begins. */
  #decode(end: number): number {
    const block = this.#block;
    const header = block[0] | (block[1] << 8) | (block[2] << 16);
    const type = (header >> 1) & 3;
    const start = BLOCK_HEADER_LENGTH;
    const window = this.#window;
    window.reserve(this.#limit);
    const from = window.end;
    if (type === COMPRESSED_BLOCK) this.#decodeCompressed(block, start, end);
    else {
      const length = header >> 3;
      if (length > this.#limit) throw new BrokenZstd('a block that is longer than its frame allows');
      if (type === RUN_LENGTH_BLOCK) window.octets.fill(block[start], from, from + length);
      else window.octets.set(block.subarray(start, end), from);
      window.end = from + length;
    }
    return from;
  }

  #decodeCompressed(block: Uint8Array, start: number, end: number): void {
    const literals = this.#literals;
    const sequences = this.#sequences;
    const window = this.#window;
    sequences.open(block, literals.read(block, start, end), end);
    const { octets } = window;
    const limit = window.end + this.#limit;
    let at = window.end;
    let literalsAt = 0;
    while (sequences.left > 0) {
      sequences.readNext();
      const { literals: count, match, offset } = sequences;
      if (at + count + match > limit) throw new BrokenZstd('a block that makes more than it may');
      if (literalsAt + count > literals.length) throw new BrokenZstd('more literals than there are');
      for (const literalsEnd = literalsAt + count; literalsAt < literalsEnd; )
        octets[at++] = literals.octets[literalsAt++];
      if (offset === 0 || offset > at) throw new BrokenZstd('a match from before the window');
      if (match >= LONG_MATCH && match <= offset) {
        octets.copyWithin(at, at - offset, at - offset + match);
        at += match;
      } else {
        // It may go on into what it makes.
        for (const matchEnd = at + match; at < matchEnd; at++) octets[at] = octets[at - offset];
      }
    }
    const rest = literals.length - literalsAt;
    if (at + rest > limit) throw new BrokenZstd('a block that makes more than it may');
    octets.set(literals.octets.subarray(literalsAt, literals.length), at);
    window.end = at + rest;
  }
}
