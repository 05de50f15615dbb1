// Makes text from a capture safe to show: whatever could move the cursor, change the direction of the writing or hide
// itself is written out visibly. Knows nothing of widths and layouts.

import { inPieces, type PieceChange, piecesOf } from '../codec/text-pieces.ts';

const PLAIN_ASCII = /^[\x20-\x7e]*$/;

/** Patterns of Unicode properties, which take V8 1 ms to make: of text in ASCII nobody asks for them. */
interface Patterns {
  unsafe: RegExp;
  harmless: readonly RegExp[];
}

const makePatterns = (): Patterns => ({
  /**
   * What is escaped, by Unicode property: controls, format characters (bidi controls among them), line and paragraph
   * separators, lone surrogates, and what fonts leave blank. A seventh combining mark on one character is escaped too:
   * piles of them paint over the lines above.
   */
  unsafe: /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]|(?<=[\p{Mn}\p{Me}]{6})[\p{Mn}\p{Me}]/gu,
  /** What of it is harmless where it stands, and needed: emoji, Indic and Persian text do not read without. */
  harmless: [
    /** Arabic and Syriac number signs are format characters, yet visible. */
    /[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2]/uy,
    /** One variation selector after a character that it can vary. */
    /(?<=\S)(?<![\ufe00-\ufe0f])[\ufe00-\ufe0f]/uy,
    /** A zero-width joiner inside an emoji or after a virama. */
    /(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Mn}])\u200d(?=[\p{Extended_Pictographic}\p{L}])/uy,
    /** A zero-width non-joiner between letters that would join. */
    /(?<=[\p{Script_Extensions=Arabic}\p{Mn}])\u200c(?=\p{L})/uy,
  ],
});

let patterns: Patterns | undefined;

/** Below it nothing is harmless: this spares four patterns for each line end and control. */
const FIRST_HARMLESS = '\u0600';
/** UTF-16 units that the patterns may look behind and ahead: six marks, and what the cutting may part. */
const CONTEXT = 16;

const NAMED: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escapeCharacter(character: string): string {
  const named = NAMED[character];
  if (named !== undefined) return named;
  const code = character.codePointAt(0)!;
  const hex = code.toString(16);
  return code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`;
}

function isHarmless(character: string, text: string, offset: number, harmless: readonly RegExp[]): boolean {
  if (character < FIRST_HARMLESS) return false;
  return harmless.some((pattern) => {
    pattern.lastIndex = offset;
    return pattern.test(text);
  });
}

/** True for text of printable ASCII: safe as it is, and one column a character. */
export function isPlainAscii(text: string): boolean {
  return PLAIN_ASCII.test(text);
}

/**
 * The text with everything unsafe as `\n`, `\t`, `\x1b`, `\u{202e}`. A backslash stays as it is: this is for
 * reading; the exact text is what NDJSON gives.
 */
export function escapeText(text: string): string {
  return PLAIN_ASCII.test(text) ? text : inPieces(text, escaping(text, escapeCharacter));
}

/** The same in pieces, for a long text that is written and not kept. */
export function escapedPieces(text: string): Iterable<string> {
  return piecesOf(text, PLAIN_ASCII.test(text) ? asItIs : escaping(text, escapeCharacter));
}

/** Escapes the pieces of the text, but for tabs and line ends: for what can carry them. */
export function escapingAllButLines(text: string): PieceChange {
  return PLAIN_ASCII.test(text) ? asItIs : escaping(text, escapeButLine);
}

function asItIs(piece: string): string {
  return piece;
}

function escapeButLine(character: string): string {
  return character in NAMED ? character : escapeCharacter(character);
}

function escaping(text: string, write: (character: string) => string): PieceChange {
  patterns ??= makePatterns();
  const { unsafe, harmless } = patterns;
  return (_, start, end) => {
    const from = Math.max(0, start - CONTEXT);
    const to = Math.min(text.length, end + CONTEXT);
    const near = text.slice(from, to);
    const escaped = near.replace(unsafe, (character, offset: number) => {
      const isContext = from + offset < start || from + offset >= end;
      return isContext || isHarmless(character, near, offset, harmless) ? character : write(character);
    });
    // The context came through as it was.
    return escaped.slice(start - from, escaped.length - (to - end));
  };
}

/** Leaves room for combining marks and surrogates. */
const UNITS_A_COLUMN = 4;

/**
 * The beginning of the text, escaped, for a place of `columns` columns: a long text is not escaped to its end. What it
 * returns may still be too wide, and never looks whole where it is not.
 */
export function escapeBeginning(text: string, columns: number): string {
  const limit = columns * UNITS_A_COLUMN;
  return text.length <= limit ? escapeText(text) : `${escapeText(beginningOf(text, limit))}…`;
}

/** Up to `units` UTF-16 units of the text: a surrogate is not parted from its other half, as it was never sent alone. */
function beginningOf(text: string, units: number): string {
  return text.slice(0, isSurrogatePair(text, units - 1) ? units - 1 : units);
}

/** Whether the unit at `at` and the next are one character. */
export function isSurrogatePair(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
}

/** The text, or its beginning of about `units` UTF-16 units and a mark that it goes on. Not escaped. */
export function cutText(text: string, units: number): string {
  return text.length > units ? `${beginningOf(text, units)}…` : text;
}

/** The text, or its beginning and its end with a mark between them, `units` UTF-16 units at most. Not escaped. */
export function cutMiddle(text: string, units: number): string {
  if (text.length <= units) return text;
  const half = Math.floor((units - 1) / 2);
  const end = text.length - half;
  return `${beginningOf(text, half)}…${text.slice(isSurrogatePair(text, end - 1) ? end + 1 : end)}`;
}

/** The text in double quotes, so that its ends are seen; quotes and backslashes inside are escaped. */
export function quoteText(text: string, columns = text.length): string {
  // One unit more than is shown, by which the rest is told to be missing.
  const beginning = text.slice(0, columns * UNITS_A_COLUMN + 1);
  return `"${escapeBeginning(inPieces(beginning, escapeQuotes), columns)}"`;
}

function escapeQuotes(piece: string): string {
  return piece.replace(/["\\]/g, '\\$&');
}
