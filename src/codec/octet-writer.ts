// A growing buffer that takes JSON as octets. Text goes to its UTF-8 octets without passing through a string where the
// source is octets already; this is what makes NDJSON fast (bench/README.md). It knows JSON's spelling, not its grammar.

import { utf8SequenceLength } from '../ws/utf8-sequence.ts';
import { ConstantText } from './constant-text.ts';
import { isObeyed } from './json-text.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const ZERO = 0x30;
const MINUS = 0x2d;
const HEX = asciiOctets('0123456789abcdef');
const BASE64 = asciiOctets('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const BASE64_PADDING = 0x3d;
/** The two octets of each number below 100, with its leading zero. */
const PAIRS = Uint16Array.from(
  { length: 100 },
  (_, value) => ((ZERO + Math.floor(value / 10)) << 8) | (ZERO + (value % 10)),
);
const REPLACEMENT = new ConstantText('\ufffd');

/** 1 for an octet that stands for itself in a JSON string: ASCII without controls, DEL, quote and backslash. */
const PLAIN = new Uint8Array(256).map((_, octet) =>
  octet >= 0x20 && octet < 0x7f && octet !== QUOTE && octet !== BACKSLASH ? 1 : 0,
);

/** The letter after the backslash, for characters that JSON.stringify escapes by a letter (ECMA-262, QuoteJSONString). */
const SHORT_ESCAPES: readonly [character: string, letter: string][] = [
  ['\b', 'b'],
  ['\t', 't'],
  ['\n', 'n'],
  ['\f', 'f'],
  ['\r', 'r'],
  ['"', '"'],
  ['\\', '\\'],
];
const SHORT_ESCAPE = new Uint8Array(128);
for (const [character, letter] of SHORT_ESCAPES) SHORT_ESCAPE[character.charCodeAt(0)] = letter.charCodeAt(0);

/** 1 for what may begin a sequence of UTF-8 that is escaped, so that others cost no more than a look. */
const OBEYED_LEADS = new Uint8Array(256);
for (const lead of [0xc2, 0xd8, 0xe2, 0xef]) OBEYED_LEADS[lead] = 1;
const BYTE_ORDER_MARK = 0xfeff;

/** `\u00XX`, and a lone surrogate's `\uDXXX`, are the longest spelling of one UTF-16 unit or one octet. */
const LONGEST_ESCAPE = 6;
/** Room is made for this many characters at a time, so that a long text does not reserve six times its length. */
const STRIDE = 4096;
/** From here on `TypedArray.set` is quicker than a loop. */
const LONG_COPY = 64;
const SHORT_TEXT = 32;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Thrown where a writer would grow beyond its limit. */
export class WriterFull extends Error {}

export class OctetWriter {
  buffer: Uint8Array;
  position = 0;
  /** Octets beyond which it does not grow. */
  limit = Number.POSITIVE_INFINITY;
  /** Of the buffer. */
  #view: DataView;

  /** `capacity` in octets; the buffer doubles when it is full. */
  constructor(capacity = 4096) {
    this.buffer = new Uint8Array(Math.max(capacity, 64));
    this.#view = new DataView(this.buffer.buffer);
  }

  /**
   * Makes room for `count` more octets; afterwards `buffer` may be another one.
   *
   * @throws {WriterFull}
   */
  reserve(count: number): void {
    const needed = this.position + count;
    if (needed <= this.buffer.length) return;
    if (needed > this.limit) throw new WriterFull();
    const larger = new Uint8Array(Math.max(needed, this.buffer.length * 2));
    larger.set(this.buffer.subarray(0, this.position));
    this.buffer = larger;
    this.#view = new DataView(larger.buffer);
  }

  octet(value: number): void {
    if (this.position === this.buffer.length) this.reserve(1);
    this.buffer[this.position++] = value;
  }

  constant({ doubles, length }: ConstantText): void {
    // The last double may reach beyond the text; what comes next is written over it.
    this.reserve(doubles.length * 8);
    const view = this.#view;
    for (let at = 0; at < doubles.length; at++) view.setFloat64(this.position + at * 8, doubles[at], true);
    this.position += length;
  }

  /** The octets `source[start, end)` as they are. */
  range(source: Uint8Array, start: number, end: number): void {
    const length = end - start;
    this.reserve(length);
    if (length >= LONG_COPY) {
      this.buffer.set(source.subarray(start, end), this.position);
      this.position += length;
      return;
    }
    const buffer = this.buffer;
    let position = this.position;
    for (let i = start; i < end; i++) buffer[position++] = source[i];
    this.position = position;
  }

  /** Text known to be ASCII, without quotes or escapes. */
  ascii(text: string): void {
    const length = text.length;
    this.reserve(length);
    const buffer = this.buffer;
    let position = this.position;
    for (let i = 0; i < length; i++) buffer[position++] = text.charCodeAt(i);
    this.position = position;
  }

  /** A safe integer, in decimal. */
  integer(value: number): void {
    this.reserve(17);
    let magnitude = value;
    if (value < 0) {
      this.buffer[this.position++] = MINUS;
      magnitude = -value;
    }
    if (magnitude < 10) {
      this.buffer[this.position++] = ZERO + magnitude;
    } else if (magnitude < 1e9) {
      this.#digits(magnitude, digitCount(magnitude));
    } else {
      const billions = Math.floor(magnitude / 1e9);
      this.#digits(billions, digitCount(billions));
      this.#digits(magnitude - billions * 1e9, 9);
    }
  }

  /** The unsigned 64-bit integer `high · 2^32 + low` in decimal, without quotes. Takes the words signed or unsigned. */
  unsigned64(low: number, high: number): void {
    const lowWord = low >>> 0;
    const highWord = high >>> 0;
    if (highWord < 0x200000) {
      this.integer(highWord * 0x100000000 + lowWord);
      return;
    }
    // Long division by 10^9 in limbs of 16 bits: every step stays below 2^53, and no BigInt is allocated.
    let rest = highWord % 1e9;
    let billions = Math.floor(highWord / 1e9);
    for (let shift = 16; shift >= 0; shift -= 16) {
      const partial = rest * 0x10000 + ((lowWord >>> shift) & 0xffff);
      const quotient = Math.floor(partial / 1e9);
      rest = partial - quotient * 1e9;
      billions = billions * 0x10000 + quotient;
    }
    this.integer(billions);
    this.padded(rest, 9);
  }

  /** The same, two's complement. */
  signed64(low: number, high: number): void {
    if ((high | 0) >= 0) {
      this.unsigned64(low, high);
      return;
    }
    this.octet(MINUS);
    const lowWord = -low | 0;
    this.unsigned64(lowWord, lowWord === 0 ? -high : ~high);
  }

  /** An integer below 10^`digits` with leading zeros; `digits` ≤ 9. */
  padded(value: number, digits: number): void {
    this.reserve(digits);
    this.#digits(value, digits);
  }

  /** A JSON string, quoted and escaped exactly as `jsonText` does. */
  jsonString(text: string): void {
    this.octet(QUOTE);
    for (let start = 0; start < text.length; ) {
      const end = Math.min(start + STRIDE, text.length);
      this.reserve((end - start + 1) * LONGEST_ESCAPE);
      start = this.#jsonCharacters(text, start, end);
    }
    this.octet(QUOTE);
  }

  /**
   * The same from UTF-8 octets; what is not UTF-8 becomes U+FFFD as TextDecoder has it. Returns whether all of it was
   * UTF-8.
   */
  jsonText(source: Uint8Array, start: number, end: number): boolean {
    this.octet(QUOTE);
    const wellFormed = this.jsonTextPiece(source, start, end);
    this.octet(QUOTE);
    return wellFormed;
  }

  /** A piece of it that ends where a character does, without quotes. */
  jsonTextPiece(source: Uint8Array, start: number, end: number): boolean {
    let wellFormed = true;
    let i = start;
    while (i < end) {
      // Plain runs are copied while they are looked at: one pass, no string.
      const stop = Math.min(end, i + STRIDE);
      this.reserve(stop - i + LONGEST_ESCAPE);
      const buffer = this.buffer;
      let position = this.position;
      let octet = 0;
      while (i < stop) {
        octet = source[i];
        if (PLAIN[octet] === 0) break;
        buffer[position++] = octet;
        i++;
      }
      this.position = position;
      if (i === stop) continue;
      if (octet < 0x80) {
        this.#escape(octet);
        i++;
        continue;
      }
      const length = utf8SequenceLength(source, i, end);
      if (length > 0 && OBEYED_LEADS[octet] === 1 && isObeyed(unitAt(source, i, length))) {
        this.#escapeUnit(unitAt(source, i, length));
        i += length;
      } else if (length > 0) {
        this.range(source, i, i + length);
        i += length;
      } else {
        wellFormed = false;
        this.constant(REPLACEMENT);
        i -= length;
      }
    }
    return wellFormed;
  }

  /** base64 without quotes (RFC 4648 §4, padded). */
  base64(source: Uint8Array, start: number, end: number): void {
    this.reserve(Math.ceil((end - start) / 3) * 4);
    const buffer = this.buffer;
    let position = this.position;
    let i = start;
    for (; i + 2 < end; i += 3) {
      const group = (source[i] << 16) | (source[i + 1] << 8) | source[i + 2];
      buffer[position] = BASE64[group >>> 18];
      buffer[position + 1] = BASE64[(group >>> 12) & 63];
      buffer[position + 2] = BASE64[(group >>> 6) & 63];
      buffer[position + 3] = BASE64[group & 63];
      position += 4;
    }
    if (i < end) {
      const two = i + 1 < end;
      const group = (source[i] << 16) | (two ? source[i + 1] << 8 : 0);
      buffer[position++] = BASE64[group >>> 18];
      buffer[position++] = BASE64[(group >>> 12) & 63];
      buffer[position++] = two ? BASE64[(group >>> 6) & 63] : BASE64_PADDING;
      buffer[position++] = BASE64_PADDING;
    }
    this.position = position;
  }

  /** The octets from `from` to `to`, by default to `position`, as a string. */
  text(from = 0, to = this.position): string {
    // A decoder takes longer to begin than a short ASCII text takes to end.
    if (to - from > SHORT_TEXT) return decoder.decode(this.buffer.subarray(from, to));
    let text = '';
    for (let i = from; i < to; i++) {
      const octet = this.buffer[i];
      if (octet >= 0x80) return decoder.decode(this.buffer.subarray(from, to));
      text += String.fromCharCode(octet);
    }
    return text;
  }

  /** Writes `text[start, end)` into room already made; returns where it stopped, one further if a pair straddled `end`. */
  #jsonCharacters(text: string, start: number, end: number): number {
    const buffer = this.buffer;
    let i = start;
    for (; i < end; i++) {
      const unit = text.charCodeAt(i);
      if (unit < 0x80) {
        if (PLAIN[unit] === 1) buffer[this.position++] = unit;
        else this.#escape(unit);
      } else if (unit < 0xd800 ? isObeyed(unit) : unit === BYTE_ORDER_MARK) {
        this.#escapeUnit(unit);
      } else if (unit < 0x800) {
        buffer[this.position++] = 0xc0 | (unit >>> 6);
        buffer[this.position++] = 0x80 | (unit & 0x3f);
      } else if (unit < 0xd800 || unit > 0xdfff) {
        buffer[this.position++] = 0xe0 | (unit >>> 12);
        buffer[this.position++] = 0x80 | ((unit >>> 6) & 0x3f);
        buffer[this.position++] = 0x80 | (unit & 0x3f);
      } else {
        const codePoint = text.codePointAt(i) as number;
        if (codePoint > 0xffff) {
          buffer[this.position++] = 0xf0 | (codePoint >>> 18);
          buffer[this.position++] = 0x80 | ((codePoint >>> 12) & 0x3f);
          buffer[this.position++] = 0x80 | ((codePoint >>> 6) & 0x3f);
          buffer[this.position++] = 0x80 | (codePoint & 0x3f);
          i++;
        } else {
          this.#escapeUnit(unit);
        }
      }
    }
    return i;
  }

  #escape(octet: number): void {
    const letter = SHORT_ESCAPE[octet];
    if (letter === 0) {
      this.#escapeUnit(octet);
      return;
    }
    this.reserve(2);
    this.buffer[this.position++] = BACKSLASH;
    this.buffer[this.position++] = letter;
  }

  #escapeUnit(unit: number): void {
    this.reserve(LONGEST_ESCAPE);
    const buffer = this.buffer;
    buffer[this.position++] = BACKSLASH;
    buffer[this.position++] = 0x75;
    for (let shift = 12; shift >= 0; shift -= 4) buffer[this.position++] = HEX[(unit >>> shift) & 15];
  }

  /** Exactly `count` digits of an integer below 10^9, into room already made. Hot: two by two. */
  #digits(value: number, count: number): void {
    let rest = value;
    let at = this.position + count;
    this.position = at;
    for (let left = count; left >= 2; left -= 2) {
      // `| 0` keeps it an integer division: all that comes here is below 10^9.
      const hundredth = (rest / 100) | 0;
      at -= 2;
      this.#view.setUint16(at, PAIRS[rest - hundredth * 100]);
      rest = hundredth;
    }
    if ((count & 1) === 1) this.buffer[at - 1] = ZERO + rest;
  }
}

/** Of a sequence of two or three octets. */
function unitAt(source: Uint8Array, at: number, length: number): number {
  const last = source[at + length - 1] & 0x3f;
  if (length === 2) return ((source[at] & 0x1f) << 6) | last;
  return ((source[at] & 0x0f) << 12) | ((source[at + 1] & 0x3f) << 6) | last;
}

/** Of an integer below 10^9, or of billions. */
function digitCount(value: number): number {
  if (value < 1e4) return value < 1e2 ? (value < 10 ? 1 : 2) : value < 1e3 ? 3 : 4;
  if (value < 1e7) return value < 1e6 ? (value < 1e5 ? 5 : 6) : 7;
  return value < 1e8 ? 8 : 9;
}

function asciiOctets(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
