// A compressed capture as a format of its own: what is decompressed goes to the parser that the octets inside ask for. So
// every way of reading, from a file, from octets or from a stream, reads compressed captures too. Knows no compression.

import { CaptureError } from './capture-error.ts';
import type { CaptureParser, CaptureSink, ParserOptions } from './capture-parser.ts';
import type { Decompressor } from './decompressor.ts';
import type { CaptureDescription } from './packet.ts';

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
  #octets = new Uint8Array(INITIAL_LENGTH);
  /** Half-open range of what is decompressed and not parsed. */
  #start = 0;
  #end = 0;

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
      if (this.#inner === null && this.#end > this.#start) this.#open();
      throw error;
    }
    const inner = this.#inner ?? this.#open();
    inner.finish(this.#end - this.#start, sink);
  }

  /** A property, as it is handed on for every piece. */
  readonly #take = (octets: Uint8Array, start: number, end: number): boolean => {
    this.#hold(octets, start, end);
    this.#made += end - start;
    const held = this.#end - this.#start;
    if (this.#inner === null && held < this.#recognitionLength) return false;
    const inner = this.#inner ?? this.#open();
    if (held >= inner.wanted && !inner.hasMore) this.#feedInner(inner);
    return inner.hasMore === true || this.#innermost - this.#madeBefore >= ENOUGH;
  };

  #feedInner(inner: CaptureParser): void {
    if (this.#sink !== null) this.#start += inner.feed(this.#octets, this.#start, this.#end, this.#sink);
  }

  #open(): CaptureParser {
    this.#inner = this.#choose(this.#octets, this.#start, this.#end, this.#options);
    return this.#inner;
  }

  /** Doubling keeps the copying of a long record in proportion to its length. */
  #hold(octets: Uint8Array, start: number, end: number): void {
    const length = end - start;
    if (this.#end + length > this.#octets.length) {
      const held = this.#end - this.#start;
      const target = held + length > this.#octets.length ? new Uint8Array(2 * (held + length)) : this.#octets;
      target.set(this.#octets.subarray(this.#start, this.#end));
      this.#octets = target;
      this.#start = 0;
      this.#end = held;
    }
    this.#octets.set(octets.subarray(start, end), this.#end);
    this.#end += length;
  }
}
