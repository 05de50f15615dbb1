// Decompresses zstd frames by the package `fzstd`, where Node cannot. Knows nothing of where a frame ends: zstd-frames.ts tells.
//
// The package moves its whole window for each block, be it of one octet, and makes a new one for each frame: a window of 128 MiB
// made a minute of 4 KB. So the window is kept here, and the package is lent what it may refer to. Its fields have no public
// names, yet its version is exact.

import { Decompress } from 'fzstd';
import type { TakeOctets } from './decompressor.ts';
import { BLOCK_LIMIT, type FrameDecompressor, type FrameHeader, HAS_CHECKSUM, type ZstdFrames } from './zstd-frames.ts';

/** How much more than a window has room, so that it is moved once for many blocks. */
const ROOM = 1.25;

/** A frame's header that asks for 1 KiB; with every field, as the package waits for 18 octets. */
const HEADER = [0x28, 0xb5, 0x2f, 0xfd, 0xc3, 0, ...new Array<number>(12).fill(0)];
const DESCRIPTOR_AT = 4;

/** What the package knows of the frame it is in. */
interface PackageState {
  /** The window, and its length. */
  w: Uint8Array;
  e: number;
  /** Octets of a block at most. */
  m: number;
}

/** The last octets of a frame, as many as its window has. */
class FrameWindow {
  #octets = new Uint8Array(0);
  #end = 0;
  #length = 0;

  begin(length: number): void {
    this.#length = length;
    this.#end = 0;
  }

  get octets(): Uint8Array {
    return this.#octets.subarray(Math.max(0, this.#end - this.#length), this.#end);
  }

  add(piece: Uint8Array): void {
    if (this.#end + piece.length > this.#octets.length) this.#makeRoom(piece.length);
    this.#octets.set(piece, this.#end);
    this.#end += piece.length;
  }

  #makeRoom(length: number): void {
    const kept = this.octets;
    const wanted = Math.ceil(ROOM * (kept.length + length));
    if (wanted > this.#octets.length) this.#octets = new Uint8Array(wanted);
    this.#octets.set(kept);
    this.#end = kept.length;
  }
}

export class PackageFrames implements FrameDecompressor {
  readonly #window = new FrameWindow();
  #frame = new Decompress();
  #state: PackageState | null = null;

  write(octets: Uint8Array, start: number, end: number, frames: ZstdFrames, take: TakeOctets): void {
    if (frames.header !== null) this.#begin(frames.header);
    else if (frames.inBlocks && this.#state !== null) {
      this.#lendWindow(this.#state, take);
      // It keeps what it cannot use yet, so the octets must be its own.
      this.#frame.push(octets.slice(start, end), frames.ended);
    }
  }

  close(): void {}

  #begin({ window, hasChecksum }: FrameHeader): void {
    const header = Uint8Array.from(HEADER);
    if (hasChecksum) header[DESCRIPTOR_AT] |= HAS_CHECKSUM;
    this.#frame = new Decompress();
    this.#frame.push(header);
    const { s: state } = this.#frame as unknown as { s?: PackageState };
    if (!(state?.w instanceof Uint8Array)) throw new Error('this version of fzstd has no window to lend');
    state.m = Math.min(BLOCK_LIMIT, window);
    this.#state = state;
    this.#window.begin(window);
  }

  /** Of one block: what is pushed goes no further than its end. */
  #lendWindow(state: PackageState, take: TakeOctets): void {
    state.w = this.#window.octets;
    state.e = state.w.length;
    this.#frame.ondata = (piece) => {
      this.#window.add(piece);
      take(piece, 0, piece.length);
      // It puts what it made at the end of its window: there it is.
      state.w = piece;
    };
  }
}
