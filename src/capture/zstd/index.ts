// zstd (RFC 8878): by Node where it can (22.15 and later), else by our own decoder of blocks.
// Frames are walked before they are decompressed, so both are told where one ends.

import type { Transform } from 'node:stream';
import { compressionCut, compressionDamaged, type Decompressor, type TakeOctets } from '../decompressor.ts';
import { NativeDecompressor } from '../native-decompressor.ts';
import { loadZlib } from '../zlib-handle.ts';
import { BlockDecoder } from './block-decoder.ts';
import { BrokenZstd } from './broken.ts';
import { type FrameDecompressor, ZSTD_MAGIC, ZstdFrames } from './frames.ts';

export { beginsLikeZstd } from './frames.ts';

/** What Node has since 22.15, and our types of Node 20 do not know. */
function native(): (() => Transform) | null {
  return (loadZlib() as { createZstdDecompress?: () => Transform }).createZstdDecompress ?? null;
}

/** `ZSTD_e_continue` */
const CONTINUE = 0;

const MAGIC = Uint8Array.from([0, 8, 16, 24], (shift) => ZSTD_MAGIC >>> shift);

class NativeFrames implements FrameDecompressor {
  readonly #native: NativeDecompressor;

  constructor(stream: Transform) {
    this.#native = new NativeDecompressor(stream, CONTINUE);
  }

  write(octets: Uint8Array, start: number, end: number, _frames: ZstdFrames, take: TakeOctets): void {
    this.#native.write(octets, start, end, take);
    if (this.#native.fault !== '') throw new BrokenZstd(this.#native.fault);
  }

  close(): void {
    this.#native.close();
  }
}

export class ZstdDecompressor implements Decompressor {
  readonly #frames = new ZstdFrames();
  readonly #decompressor: FrameDecompressor;
  /** Octets of the file before those that are being read. */
  #offset = 0;

  /** @param createNative null decodes blocks here, as where Node cannot */
  constructor(createNative: (() => Transform) | null = native()) {
    this.#decompressor = createNative === null ? new BlockDecoder() : new NativeFrames(createNative());
  }

  push(octets: Uint8Array, start: number, end: number, take: TakeOctets): number {
    let isEnough = false;
    const taking: TakeOctets = (buffer, from, to) => {
      isEnough = take(buffer, from, to);
      return isEnough;
    };
    let at = start;
    while (at < end && !isEnough) {
      const offset = this.#offset + at - start;
      const stop = this.#frames.walk(octets, at, end, offset);
      if (this.#frames.began) this.#pass(MAGIC, 0, MAGIC.length, offset, taking);
      else if (this.#frames.inFrame) this.#pass(octets, at, stop, offset, taking);
      at = stop;
    }
    this.#offset += at - start;
    return at;
  }

  finish(): void {
    this.#decompressor.close();
    if (!this.#frames.ended) throw compressionCut('zstd', this.#offset);
  }

  #pass(octets: Uint8Array, start: number, end: number, offset: number, take: TakeOctets): void {
    try {
      this.#decompressor.write(octets, start, end, this.#frames, take);
    } catch (cause) {
      if (!(cause instanceof BrokenZstd)) throw cause;
      throw compressionDamaged('zstd', `is broken (${cause.message})`, offset);
    }
  }
}
