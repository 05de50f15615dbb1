// Brings the octets of a file, or of a buffer at hand, to a parser in large blocks. The next block is read by the thread
// pool while this one is parsed; memory does not depend on the file's size. Knows no format.

import { closeSync, openSync, readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { unreadable } from './capture-error.ts';
import type { CaptureParser, CaptureSink, ReadOptions } from './capture-parser.ts';
import { parserFor } from './formats.ts';
import type { CaptureDescription } from './packet.ts';

/** Octets; 1 MiB stays in the processor's cache, and larger blocks read no faster. */
const BLOCK_LENGTH = 1024 * 1024;
/**
 * Octets of the first block; each further one is twice as long, up to the full length. What happens only between two blocks
 * is met before the code is compiled that way: code that has not seen it would be thrown away at the second full block.
 */
const FIRST_BLOCK_LENGTH = 16 * 1024;
/** Octets before each block for the tail of the one before it: libpcap's longest record, with room to spare. */
const INITIAL_ROOM = 264 * 1024;

/** A buffer with room before the block, where the unfinished record of the block before it is put: no block moves. */
class Block {
  octets = new Uint8Array(INITIAL_ROOM + BLOCK_LENGTH);
  room = INITIAL_ROOM;
  /** Half-open range of what is to be parsed. */
  start = INITIAL_ROOM;
  end = INITIAL_ROOM;

  /** `length` octets were read to `room`. */
  filled(length: number): void {
    this.start = this.room;
    this.end = this.room + length;
  }

  /** Puts the unparsed octets of the block before in front of those read. */
  prepend(source: Uint8Array, tailStart: number, tailEnd: number): void {
    const length = tailEnd - tailStart;
    if (length > this.room) this.#enlarge(2 * length);
    this.octets.set(source.subarray(tailStart, tailEnd), this.room - length);
    this.start = this.room - length;
  }

  /** Doubling keeps the copying of a long record, block after block, in proportion to its length. */
  #enlarge(room: number): void {
    const octets = new Uint8Array(room + BLOCK_LENGTH);
    octets.set(this.octets.subarray(this.room, this.end), room);
    this.end += room - this.room;
    this.octets = octets;
    this.room = room;
  }
}

/** The parser's answer to a source that has ended; there is one even for an empty source. */
function finished(parser: CaptureParser, octetsLeft: number, sink: CaptureSink): CaptureDescription {
  parser.finish(octetsLeft, sink);
  const description = parser.description();
  if (description === null) throw new Error('a finished parser has no description');
  return description;
}

/** Reads a regular file; the handle stays open. */
export async function readFileBlocks(
  handle: FileHandle,
  sink: CaptureSink,
  options: ReadOptions,
): Promise<CaptureDescription> {
  let offset = 0;
  let blockLength = FIRST_BLOCK_LENGTH;
  const readInto = async (block: Block): Promise<number> => {
    const length = blockLength;
    blockLength = Math.min(2 * length, BLOCK_LENGTH);
    try {
      const { bytesRead } = await handle.read(block.octets, block.room, length, null);
      return bytesRead;
    } catch (cause) {
      throw unreadable(cause, offset);
    }
  };
  const readAhead = (block: Block): Promise<number> => {
    const reading = readInto(block);
    // A failure is met where the block is awaited; until then it must not count as unhandled.
    reading.catch(() => undefined);
    return reading;
  };

  let parser: CaptureParser | null = null;
  let current = new Block();
  let previous = new Block();
  let ahead = readAhead(current);
  try {
    for (;;) {
      const length = await ahead;
      options.signal?.throwIfAborted();
      current.filled(length);
      current.prepend(previous.octets, previous.start, previous.end);
      if (length > 0) ahead = readAhead(previous);
      offset += length;
      parser ??= parserFor(current.octets, current.start, current.end, options);
      current.start += parser.feed(current.octets, current.start, current.end, sink);
      if (length === 0) return finished(parser, current.end - current.start, sink);
      options.onRead?.(length);
      await options.pause?.();
      [current, previous] = [previous, current];
    }
  } finally {
    // The thread pool may still be writing into a block: whoever closes the handle must not do so before.
    await ahead.catch(() => undefined);
  }
}

/** Reads a file in one go of blocks, for callers that cannot wait. */
export function readFileSync(path: string, sink: CaptureSink, options: ReadOptions): CaptureDescription {
  let offset = 0;
  let descriptor = -1;
  const block = new Block();
  const read = (): number => {
    try {
      if (descriptor === -1) descriptor = openSync(path, 'r');
      return readSync(descriptor, block.octets, block.room, BLOCK_LENGTH, null);
    } catch (cause) {
      throw unreadable(cause, offset);
    }
  };
  try {
    let parser: CaptureParser | null = null;
    for (;;) {
      options.signal?.throwIfAborted();
      const { start, end } = block;
      const tail = block.octets.slice(start, end);
      const length = read();
      block.filled(length);
      block.prepend(tail, 0, tail.length);
      offset += length;
      parser ??= parserFor(block.octets, block.start, block.end, options);
      block.start += parser.feed(block.octets, block.start, block.end, sink);
      if (length === 0) return finished(parser, block.end - block.start, sink);
      options.onRead?.(length);
    }
  } finally {
    if (descriptor !== -1) closeSync(descriptor);
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
    if (this.#seen === this.#octets.length) return false;
    const reach = this.#position + Math.max(BLOCK_LENGTH, this.#parser.wanted);
    const before = this.#seen;
    this.#seen = Math.min(this.#octets.length, reach);
    this.#onRead?.(this.#seen - before);
    this.#position += this.#parser.feed(this.#octets, this.#position, this.#seen, sink);
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
