// A compressed capture as a format of its own: what is decompressed goes to the parser that the octets inside ask for. So
// every way of reading, from a file, from octets or from a stream, reads compressed captures too. Knows no compression.

import type { CaptureParser, CaptureSink, ParserOptions } from './capture-parser.ts';
import type { Decompressor } from './decompressor.ts';
import type { CaptureDescription } from './packet.ts';

/** Decompressed octets held at first; more where a record is longer. */
const INITIAL_LENGTH = 64 * 1024;

/** Chooses the parser of what is inside, by its first octets. */
export type ParserChoice = (octets: Uint8Array, start: number, end: number, options: ParserOptions) => CaptureParser;

export class CompressedParser implements CaptureParser {
  readonly wanted = 1;
  readonly #decompressor: Decompressor;
  readonly #choose: ParserChoice;
  readonly #recognitionLength: number;
  readonly #options: ParserOptions;
  #inner: CaptureParser | null = null;
  #sink: CaptureSink | null = null;
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
    this.#decompressor.push(buffer, start, end, this.#take);
    return end - start;
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
  readonly #take = (octets: Uint8Array, start: number, end: number): void => {
    this.#hold(octets, start, end);
    const held = this.#end - this.#start;
    if (this.#inner === null && held < this.#recognitionLength) return;
    const inner = this.#inner ?? this.#open();
    if (this.#sink === null || held < inner.wanted) return;
    this.#start += inner.feed(this.#octets, this.#start, this.#end, this.#sink);
  };

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
