// A compressed capture as a format of its own: what is decompressed goes to the parser that the octets inside ask for. So
// every way of reading, from a file, from octets or from a stream, reads compressed captures too. Knows no compression.

import { CaptureError } from './capture-error.ts';
import type { CaptureParser, CaptureSink, ParserOptions } from './capture-parser.ts';
import type { Decompressor } from './decompressor.ts';
import type { CaptureDescription } from './packet.ts';
import { PendingOctets } from './pending-octets.ts';

/** Decompressed octets held at first; more where a record is longer. */
const INITIAL_LENGTH = 64 * 1024;

/** Decompressed octets that are enough at a time: a few octets may become gigabytes. */
const ENOUGH = 256 * 1024;

/** Chooses the parser of what is inside, by its first octets. */
export type ParserChoice = (octets: Uint8Array, start: number, end: number, options: ParserOptions) => CaptureParser;

export class CompressedParser implements CaptureParser {
  readonly wanted = 1;
  hasMore = false;
  readonly #decompressor: Decompressor;
  readonly #choose: ParserChoice;
  readonly #recognitionLength: number;
  readonly #options: ParserOptions;
  #inner: CaptureParser | null = null;
  #sink: CaptureSink | null = null;
  #fault: CaptureError | null = null;
  /** Octets decompressed so far, and when `feed` was called. */
  #made = 0;
  #madeBefore = 0;
  /** What is decompressed and not parsed. */
  readonly #held = new PendingOctets(INITIAL_LENGTH);

  /** @param recognitionLength octets by which the inner parser can be chosen */
  constructor(decompressor: Decompressor, choose: ParserChoice, recognitionLength: number, options: ParserOptions) {
    this.#decompressor = decompressor;
    this.#choose = choose;
    this.#recognitionLength = recognitionLength;
    this.#options = options;
  }

  description(): CaptureDescription | null {
    return this.#inner?.description() ?? null;
  }

  feed(buffer: Uint8Array, start: number, end: number, sink: CaptureSink): number {
    this.#sink = sink;
    this.#madeBefore = this.#innermost;
    // What was decompressed goes first.
    if (this.#inner?.hasMore) this.#feedInner(this.#inner);
    const stop = this.#inner?.hasMore ? start : this.#decompress(buffer, start, end);
    this.hasMore = stop < end || this.#inner?.hasMore === true;
    return stop - start;
  }

  /** Octets made by the innermost compression. */
  get #innermost(): number {
    return this.#inner instanceof CompressedParser ? this.#inner.#innermost : this.#made;
  }

  /** Returns where it stopped; a fault is told once all that came before it is parsed. */
  #decompress(buffer: Uint8Array, start: number, end: number): number {
    if (this.#fault !== null) throw this.#fault;
    try {
      return this.#decompressor.push(buffer, start, end, this.#take);
    } catch (error) {
      if (!this.#inner?.hasMore || !(error instanceof CaptureError)) throw error;
      this.#fault = error;
      return start;
    }
  }

  finish(_octetsLeft: number, sink: CaptureSink): void {
    this.#sink = sink;
    try {
      this.#decompressor.finish();
    } catch (error) {
      // What the octets were to be is known from few of them, too.
      if (this.#inner === null && this.#held.length > 0) this.#open();
      throw error;
    }
    const inner = this.#inner ?? this.#open();
    inner.finish(this.#held.length, sink);
  }

  /** A property, as it is handed on for every piece. */
  readonly #take = (octets: Uint8Array, start: number, end: number): boolean => {
    this.#held.append(octets, start, end);
    this.#made += end - start;
    if (this.#inner === null && this.#held.length < this.#recognitionLength) return false;
    const inner = this.#inner ?? this.#open();
    if (this.#held.length >= inner.wanted && !inner.hasMore) this.#feedInner(inner);
    return inner.hasMore === true || this.#innermost - this.#madeBefore >= ENOUGH;
  };

  #feedInner(inner: CaptureParser): void {
    const { octets, start, end } = this.#held;
    if (this.#sink !== null) this.#held.consume(inner.feed(octets, start, end, this.#sink));
  }

  #open(): CaptureParser {
    const { octets, start, end } = this.#held;
    this.#inner = this.#choose(octets, start, end, this.#options);
    return this.#inner;
  }
}
