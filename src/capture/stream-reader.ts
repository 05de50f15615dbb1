// Brings the octets of stdin, pipes and other streams to a parser, in pieces of sensible size and no faster than the
// packets are consumed. Classic pcap goes through the package `pcap-parser`, the rest through our own parsers.

import { addAbortSignal, type Readable } from 'node:stream';
import { CaptureError, unreadable } from './capture-error.ts';
import { type CaptureSink, finalDescription, type ReadOptions } from './capture-parser.ts';
import { CarryingParser } from './carrying-parser.ts';
import { parserFor, RECOGNITION_LENGTH } from './formats.ts';
import { PackageParser, suitsPackage } from './package-parser.ts';
import type { CaptureDescription } from './packet.ts';
import { beginsLikePcap, decodePcapHeader, FILE_HEADER_LENGTH } from './pcap-header.ts';
import { PendingOctets } from './pending-octets.ts';

/** Octets. What one piece holds is parsed at a stretch, so this bounds how far reading runs ahead of the consumer. */
const PIECE_LENGTH = 64 * 1024;

const NO_OCTETS = new Uint8Array(0);

interface PieceParser {
  /** Fewer octets than this need not be pushed. */
  readonly wanted: number;
  readonly hasMore?: boolean;
  push(octets: Uint8Array): void;
  finish(): void;
  description(): CaptureDescription | null;
}

/** Chooses the parser by the first octets of the stream and pushes them to it. */
async function openParser(first: Uint8Array, sink: CaptureSink, options: ReadOptions): Promise<PieceParser> {
  if (first.length >= FILE_HEADER_LENGTH && beginsLikePcap(first, 0, first.length)) {
    const header = decodePcapHeader(first, 0, first.length);
    if (suitsPackage(header)) {
      const parser = await PackageParser.open(header, sink, options);
      if (first.length > FILE_HEADER_LENGTH) parser.push(first.subarray(FILE_HEADER_LENGTH));
      return parser;
    }
  }
  const parser = new CarryingParser(parserFor(first, 0, first.length, options), sink);
  parser.push(first);
  return parser;
}

/**
 * Collects small pieces until a parser can make something of them. Both parsers copy what they hold for each piece they
 * are given, which would be quadratic for a long record in short pieces.
 */
class Collection {
  #pending = new PendingOctets();

  get length(): number {
    return this.#pending.length;
  }

  /**
   * What is collected with one piece more, where that is as much as is wanted; else null. The octets belong to whoever takes
   * them. Most pieces are enough by themselves and are not copied.
   */
  with(piece: Uint8Array, wanted: number): Uint8Array | null {
    if (this.length === 0 && piece.length >= wanted) return piece;
    this.#pending.append(piece, 0, piece.length);
    return this.length < wanted ? null : this.take();
  }

  /** The octets belong to whoever takes them: the collection begins anew. */
  take(): Uint8Array {
    const { octets, start, end } = this.#pending;
    this.#pending = new PendingOctets();
    return octets.subarray(start, end);
  }
}

/** @throws {CaptureError} of a stream that gives something else */
export function octetsOf(chunk: unknown): Uint8Array {
  if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  throw unreadable('the stream gives no octets; open it without an encoding and not in object mode', 0);
}

/** The octets of the stream in pieces; its failure becomes ours, and leaving the loop early destroys it. */
async function* pieces(stream: Readable, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  let offset = 0;
  try {
    if (signal !== undefined) addAbortSignal(signal, stream);
    for await (const chunk of stream) {
      const octets = octetsOf(chunk);
      offset += octets.length;
      for (let at = 0; at < octets.length; at += PIECE_LENGTH) yield octets.subarray(at, at + PIECE_LENGTH);
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof CaptureError ? error : unreadable(error, offset);
  }
}

/** What one piece became is taken no faster than the consumer takes it. */
async function pushRest(parser: PieceParser, { signal, pause }: ReadOptions): Promise<void> {
  while (parser.hasMore) {
    signal?.throwIfAborted();
    parser.push(NO_OCTETS);
    await pause?.();
  }
}

/**
 * Reads a stream to its end and destroys it.
 *
 * @throws {CaptureError}
 */
export async function readStream(
  stream: Readable,
  sink: CaptureSink,
  options: ReadOptions,
): Promise<CaptureDescription> {
  const collection = new Collection();
  let parser: PieceParser | null = null;
  for await (const piece of pieces(stream, options.signal)) {
    options.signal?.throwIfAborted();
    options.onRead?.(piece.length);
    const octets = collection.with(piece, parser?.wanted ?? RECOGNITION_LENGTH);
    if (octets === null) continue;
    if (parser === null) parser = await openParser(octets, sink, options);
    else parser.push(octets);
    await options.pause?.();
    await pushRest(parser, options);
  }
  if (parser === null) parser = await openParser(collection.take(), sink, options);
  else if (collection.length > 0) parser.push(collection.take());
  await pushRest(parser, options);
  parser.finish();
  return finalDescription(parser);
}
