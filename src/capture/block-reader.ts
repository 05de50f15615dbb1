// Brings the octets of a file, or of a buffer at hand, to a parser in blocks; memory does not depend on the file's size. Knows
// no format.
//
// A file is read by this thread itself: what another thread reads while this one parses lies in the other's cache, and fetching
// the headers from there costs more than reading, where packets are large (bench/README.md, bulk).

import { closeSync, openSync, readSync } from 'node:fs';
import { steadyTime } from '../steady-time.ts';
import { unreadable } from './capture-error.ts';
import { type CaptureParser, type CaptureSink, finalDescription, type ReadOptions } from './capture-parser.ts';
import { parserFor } from './formats.ts';
import type { CaptureDescription } from './packet.ts';

/** Octets; what is parsed shall still be in the processor's cache. */
const BLOCK_LENGTH = 256 * 1024;
/**
 * Octets of the first block; each further one is twice as long, up to the full length. What happens only between two blocks
 * is met before the code is compiled that way: code that has not seen it would be thrown away at the second full block.
 */
const FIRST_BLOCK_LENGTH = 16 * 1024;
/** Octets before each block for the tail of the one before it: libpcap's longest record, with room to spare. */
const INITIAL_ROOM = 264 * 1024;
/**
 * Octets behind each block that are nobody's: who copies a few octets of a packet may copy some more than it has, and need not ask
 * at each whether they are there (`tcp/recent-octets.ts`).
 */
const SPARE = 64;
/** Milliseconds after which others have their turn, as with a signal that came. */
const TURN = 20;

/** A buffer with room before the block, where the unfinished record of the block before it is put. */
class Block {
  octets = new Uint8Array(INITIAL_ROOM + BLOCK_LENGTH + SPARE);
  room = INITIAL_ROOM;
  /** Half-open range of what is to be parsed. */
  start = INITIAL_ROOM;
  end = INITIAL_ROOM;

  /** Puts what was not parsed in front of `room`, where the next octets are read to. */
  keepRest(): void {
    const length = this.end - this.start;
    if (length > this.room) this.#enlarge(2 * length);
    else this.octets.copyWithin(this.room - length, this.start, this.end);
    this.start = this.room - length;
    this.end = this.room;
  }

  /** Doubling keeps the copying of a long record, block after block, in proportion to its length. */
  #enlarge(room: number): void {
    const octets = new Uint8Array(room + BLOCK_LENGTH + SPARE);
    octets.set(this.octets.subarray(this.start, this.end), room - (this.end - this.start));
    this.octets = octets;
    this.room = room;
  }
}

/** The parser's answer to a source that has ended. */
function finished(parser: CaptureParser, octetsLeft: number, sink: CaptureSink): CaptureDescription {
  parser.finish(octetsLeft, sink);
  return finalDescription(parser);
}

/** A regular file, read and parsed block by block. */
class FileWalk {
  readonly #descriptor: number;
  readonly #options: ReadOptions;
  readonly #block = new Block();
  #blockLength = FIRST_BLOCK_LENGTH;
  #parser: CaptureParser | null = null;
  #offset = 0;
  #isAtEnd = false;

  constructor(descriptor: number, options: ReadOptions) {
    this.#descriptor = descriptor;
    this.#options = options;
  }

  /** Reads and parses one block, or more of one that is compressed. What the capture says of itself where that was the end of it, else null. */
  next(sink: CaptureSink): CaptureDescription | null {
    const options = this.#options;
    options.signal?.throwIfAborted();
    const block = this.#block;
    const length = this.#parser?.hasMore ? 0 : this.#readBlock(block);
    this.#parser ??= parserFor(block.octets, block.start, block.end, options);
    block.start += this.#parser.feed(block.octets, block.start, block.end, sink);
    if (this.#isAtEnd && !this.#parser.hasMore) return finished(this.#parser, block.end - block.start, sink);
    if (length > 0) options.onRead?.(length);
    return null;
  }

  /** Returns how many octets there are more. */
  #readBlock(block: Block): number {
    block.keepRest();
    const length = this.#read(block);
    block.end += length;
    this.#offset += length;
    this.#isAtEnd = length === 0;
    return length;
  }

  #read(block: Block): number {
    const length = this.#blockLength;
    this.#blockLength = Math.min(2 * length, BLOCK_LENGTH);
    try {
      return readSync(this.#descriptor, block.octets, block.room, length, null);
    } catch (cause) {
      throw unreadable(cause, this.#offset);
    }
  }
}

/** Reads a regular file. */
export async function readFileBlocks(
  path: string,
  sink: CaptureSink,
  options: ReadOptions,
): Promise<CaptureDescription> {
  const descriptor = opened(path);
  try {
    const walk = new FileWalk(descriptor, options);
    let turned = steadyTime();
    for (;;) {
      const description = walk.next(sink);
      if (description !== null) return description;
      await options.pause?.();
      if (steadyTime() - turned < TURN) continue;
      await new Promise((resolve) => setImmediate(resolve));
      turned = steadyTime();
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Reads a file in one go of blocks, for callers that cannot wait. */
export function readFileSync(path: string, sink: CaptureSink, options: ReadOptions): CaptureDescription {
  const descriptor = opened(path);
  try {
    const walk = new FileWalk(descriptor, options);
    for (;;) {
      const description = walk.next(sink);
      if (description !== null) return description;
    }
  } finally {
    closeSync(descriptor);
  }
}

function opened(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    throw unreadable(cause, 0);
  }
}

/** Octets at hand are parsed in pieces, so that the consumer can put in a word between them. */
class OctetsWalk {
  readonly #octets: Uint8Array;
  readonly #parser: CaptureParser;
  readonly #onRead: ((octets: number) => void) | undefined;
  #position = 0;
  #seen = 0;

  constructor(source: Uint8Array, options: ReadOptions) {
    // A Buffer would make a second hidden class of every octet read behind this.
    this.#octets = new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
    this.#parser = parserFor(this.#octets, 0, this.#octets.length, options);
    this.#onRead = options.onRead;
  }

  /** Parses one piece; false when there is nothing left. */
  next(sink: CaptureSink): boolean {
    if (!this.#parser.hasMore && !this.#see()) return false;
    this.#position += this.#parser.feed(this.#octets, this.#position, this.#seen, sink);
    return true;
  }

  /** Lets the parser see more; false where it has seen all. */
  #see(): boolean {
    if (this.#seen === this.#octets.length) return false;
    const reach = this.#position + Math.max(BLOCK_LENGTH, this.#parser.wanted);
    const before = this.#seen;
    this.#seen = Math.min(this.#octets.length, reach);
    this.#onRead?.(this.#seen - before);
    return true;
  }

  finish(sink: CaptureSink): CaptureDescription {
    return finished(this.#parser, this.#octets.length - this.#position, sink);
  }
}

export async function readOctets(
  octets: Uint8Array,
  sink: CaptureSink,
  options: ReadOptions,
): Promise<CaptureDescription> {
  const walk = new OctetsWalk(octets, options);
  options.signal?.throwIfAborted();
  while (walk.next(sink)) {
    await options.pause?.();
    options.signal?.throwIfAborted();
  }
  return walk.finish(sink);
}

export function readOctetsSync(octets: Uint8Array, sink: CaptureSink, options: ReadOptions): CaptureDescription {
  const walk = new OctetsWalk(octets, options);
  while (walk.next(sink)) options.signal?.throwIfAborted();
  return walk.finish(sink);
}
