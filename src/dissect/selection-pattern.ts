// What `--grep` looks for: a text as it stands, or a pattern between slashes. A pattern that could take for ever runs with a
// time limit. Knows nothing of messages: it is given octets or text.

import { guarded, TIME_LIMIT } from './watchdog.ts';

/** Characters up to which even the square of the length is soon done. */
const SHORT_TEXT = 4096;

/** The pattern is not one, or took too long; the message, `what; what to do`, is one line. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
  readonly what: string;
  readonly whatToDo: string;

  constructor(what: string, whatToDo: string) {
    super(`${what}; ${whatToDo}`);
    this.what = what;
    this.whatToDo = whatToDo;
  }
}

/** A pattern of ECMA-262 that cannot take for ever. */
export interface TextPattern {
  /** @throws {PatternError} where it takes longer than the limit */
  test(text: string): boolean;
}

export interface TextMatcher {
  /** UTF-8 in `octets[start, end)`. */
  matches(octets: Uint8Array, start: number, end: number): boolean;
}

/**
 * `/…/` with any of the flags `imsu` is a pattern of ECMA-262; anything else is looked for as it stands, in its own case.
 *
 * @throws {PatternError} of a pattern that is none
 */
export function makeMatcher(wanted: string, timeLimit = TIME_LIMIT): TextMatcher {
  const parts = /^\/(.+)\/([imsu]*)$/s.exec(wanted);
  return parts === null ? new LiteralMatcher(wanted) : new PatternMatcher(parts[1], parts[2], timeLimit);
}

/** @throws {PatternError} of a pattern that is none */
export function makePattern(source: string, flags = '', timeLimit = TIME_LIMIT): TextPattern {
  return new PatternMatcher(source, flags, timeLimit);
}

/** Compares octets, so that no string is made a message. */
class LiteralMatcher implements TextMatcher {
  readonly #needle: Uint8Array;

  constructor(text: string) {
    this.#needle = new TextEncoder().encode(text);
  }

  matches(octets: Uint8Array, start: number, end: number): boolean {
    return indexOfOctets(octets, start, end, this.#needle) >= 0;
  }
}

/** Where `needle` first stands in `octets[start, end)`, else -1. */
export function indexOfOctets(octets: Uint8Array, start: number, end: number, needle: Uint8Array): number {
  const length = needle.length;
  const last = end - length;
  for (let at = start; at <= last; at++) {
    let same = 0;
    while (same < length && octets[at + same] === needle[same]) same++;
    if (same === length) return at;
  }
  return -1;
}

class PatternMatcher implements TextMatcher, TextPattern {
  readonly #pattern: RegExp;
  readonly #source: string;
  readonly #quantifiers: number;
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  readonly #testGuarded: (text: string) => boolean;

  constructor(source: string, flags: string, timeLimit: number) {
    this.#source = `/${onOneLine(source)}/${flags}`;
    try {
      this.#pattern = new RegExp(source, flags);
    } catch (error) {
      throw new PatternError(`${this.#source} is no pattern: ${reasonOf(error)}`, 'correct it');
    }
    this.#quantifiers = freedomOf(source);
    const tooLong = () => this.#error(`takes more than ${timeLimit} ms on one text`);
    this.#testGuarded = guarded((text: string) => this.#pattern.test(text), timeLimit, tooLong);
  }

  matches(octets: Uint8Array, start: number, end: number): boolean {
    return this.test(this.#decoder.decode(octets.subarray(start, end)));
  }

  test(text: string): boolean {
    // The watchdog is kept for where it can be needed.
    const soonDone = this.#quantifiers === 0 || (this.#quantifiers === 1 && text.length <= SHORT_TEXT);
    if (soonDone) return this.#pattern.test(text);
    try {
      return this.#testGuarded(text);
    } catch (error) {
      // V8's stack for backtracking is full.
      if (error instanceof RangeError) throw this.#error('needs more room than there is on one text');
      throw error;
    }
  }

  #error(what: string): PatternError {
    return new PatternError(`${this.#source} ${what}`, 'write it without nested repetition');
  }
}

function onOneLine(source: string): string {
  return source.replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}

/** V8 says `Invalid regular expression: /(/: Unterminated group`; the pattern is told already. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.slice(message.lastIndexOf(': ') + 1).trim();
}

/**
 * How many choices a pattern leaves to backtracking: 0 or 1 is harmless, as the time grows with the length of the text or
 * its square. Groups count as more, as what repeats inside of what repeats doubles the time with each character.
 */
function freedomOf(source: string): number {
  const bare = source.replace(/\\./gs, 'x').replace(/\[[^\]]*\]/g, 'x');
  if (bare.includes('(')) return Number.POSITIVE_INFINITY;
  return bare.match(/[*+?{]/g)?.length ?? 0;
}
