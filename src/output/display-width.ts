// Measures and cuts text by the columns that it takes on a terminal: CJK and emoji take two, combining marks none; parts of a
// grapheme that stand beside each other, as in Devanagari, take one each, as most terminals know no graphemes.
// Expects text that is escaped already, and knows nothing of colours.

import stringWidth from 'string-width';
import { isPlainAscii } from './terminal-text.ts';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Code units that are graphemes by themselves, of known width: what string-width need not be asked for. */
const SIMPLE_RANGES = [
  { first: 0x20, last: 0x7e, width: 1 },
  { first: 0xb5, last: 0xb7, width: 1 },
  { first: 0xc0, last: 0x24f, width: 1 },
  { first: 0x2013, last: 0x2014, width: 1 },
  { first: 0x2026, last: 0x2026, width: 1 },
  { first: 0x2190, last: 0x2193, width: 1 },
  { first: 0x391, last: 0x3c9, width: 1 },
  { first: 0x410, last: 0x44f, width: 1 },
  { first: 0x3001, last: 0x3029, width: 2 },
  { first: 0x3041, last: 0x3096, width: 2 },
  { first: 0x30a1, last: 0x30fa, width: 2 },
  { first: 0x4e00, last: 0x9fff, width: 2 },
  { first: 0xac00, last: 0xd7a3, width: 2 },
  { first: 0xff01, last: 0xff60, width: 2 },
] as const;

/** Width by code unit, 0 where it takes string-width to say. A table, as this is asked for every character. */
const SIMPLE_WIDTH = new Uint8Array(0x10000);
for (const { first, last, width } of SIMPLE_RANGES) SIMPLE_WIDTH.fill(width, first, last + 1);

/** Columns of text in simple code units only; -1 where there are others. */
function simpleWidth(text: string): number {
  let width = 0;
  for (let index = 0; index < text.length; index++) {
    const columns = SIMPLE_WIDTH[text.charCodeAt(index)];
    if (columns === 0) return -1;
    width += columns;
  }
  return width;
}

/** Widths that string-width gave: it takes some 30 µs a grapheme. Emptied when full, as what comes is not ours. */
const knownWidths = new Map<string, number>();
const MAX_KNOWN_WIDTHS = 4096;

function graphemeWidth(grapheme: string): number {
  const known = knownWidths.get(grapheme);
  if (known !== undefined) return known;
  const width = stringWidth(grapheme) + widthBeside(grapheme);
  if (knownWidths.size >= MAX_KNOWN_WIDTHS) knownWidths.clear();
  knownWidths.set(grapheme, width);
  return width;
}

/**
 * Columns of what stands beside the first character of a grapheme, which string-width leaves out: consonants of a conjunct, vowels
 * with a place of their own, whatever else is neither a mark above or below, nor part of an emoji, nor the vowel and end of a
 * syllable in Hangul.
 */
function widthBeside(grapheme: string): number {
  const within =
    /[\p{Mn}\p{Me}\p{Cf}\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\u1160-\u11ff\ud7b0-\ud7ff]/u;
  let width = 0;
  for (const character of [...grapheme].slice(1)) if (!within.test(character)) width += stringWidth(character);
  return width;
}

/** Columns that the text takes. */
export function displayWidth(text: string): number {
  const simple = simpleWidth(text);
  return simple >= 0 ? simple : widthOfGraphemes(text);
}

function widthOfGraphemes(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += graphemeWidth(segment);
  return width;
}

/** The longest beginning of the text, in whole graphemes, that takes no more than `width` columns: its end. */
function fittingEnd(text: string, width: number): number {
  let used = 0;
  if (simpleWidth(text) >= 0) {
    for (let index = 0; index < text.length; index++) {
      used += SIMPLE_WIDTH[text.charCodeAt(index)];
      if (used > width) return index;
    }
    return text.length;
  }
  for (const { segment, index } of graphemes.segment(text)) {
    used += graphemeWidth(segment);
    if (used > width) return index;
  }
  return text.length;
}

/** The text, or its beginning with `…` where it takes more than `width` columns; no grapheme is cut. */
export function truncate(text: string, width: number): string {
  // No code unit takes more than two columns, so a text this short fits: this spares the measuring of most cells.
  if (text.length * 2 <= width || displayWidth(text) <= width) return text;
  if (width <= 0) return '';
  if (isPlainAscii(text)) return `${text.slice(0, width - 1)}…`;
  return `${text.slice(0, fittingEnd(text, width - 1))}…`;
}

/** The text, or its end behind `…` where it takes more than `width` columns; no grapheme is cut. */
export function truncateStart(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  if (width <= 0) return '';
  let used = 1;
  let start = text.length;
  for (const { segment, index } of [...graphemes.segment(text)].reverse()) {
    used += graphemeWidth(segment);
    if (used > width) break;
    start = index;
  }
  return `…${text.slice(start)}`;
}

/** The text filled with spaces to `width` columns. */
export function pad(text: string, width: number, align: 'left' | 'right'): string {
  const spaces = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return align === 'left' ? text + spaces : spaces + text;
}

/** As `fittingEnd`, of a text whose first grapheme does not fit: in whole characters, at least one. */
function fittingCharacters(text: string, width: number): number {
  let end = 0;
  for (const character of text) {
    if (end > 0 && displayWidth(text.slice(0, end + character.length)) > width) break;
    end += character.length;
  }
  return end;
}

/**
 * The text in lines of at most `width` columns, broken at spaces where there are any, else between graphemes; in a grapheme only
 * where a line cannot hold it. The least width is two columns.
 */
export function wrap(text: string, width: number): string[] {
  // Without a terminal nothing is wrapped, and so nothing measured.
  return width === Number.POSITIVE_INFINITY ? [text] : [...wrapPieces([text], width)];
}

/** The same, a line at a time, of a text that comes in pieces. */
export function* wrapPieces(pieces: Iterable<string>, width: number): Generator<string> {
  const limit = Math.max(2, width);
  // Only what can fit is measured: a long text would otherwise be measured again for every line. Columns and code
  // units differ at most by the marks on a character, for which this leaves room.
  const measured = limit * 8;
  let rest = '';
  for (const piece of pieces) {
    rest += piece;
    while (rest.length > measured) {
      const { end, next } = lineEnd(rest, rest.slice(0, measured), limit);
      yield rest.slice(0, end);
      rest = rest.slice(next);
    }
  }
  while (true) {
    const { end, next } = lineEnd(rest, rest, limit);
    yield rest.slice(0, end);
    if (end === rest.length) return;
    rest = rest.slice(next);
  }
}

/** Where the first line of the text ends, and where the next begins. */
function lineEnd(text: string, window: string, limit: number): { end: number; next: number } {
  const fits = isPlainAscii(window) ? Math.min(limit, window.length) : fittingEnd(window, limit);
  if (fits >= text.length) return { end: text.length, next: text.length };
  const space = text[fits] === ' ' ? fits : text.lastIndexOf(' ', fits - 1);
  const end = space > 0 && text.slice(0, space).trim() !== '' ? space : fits || fittingCharacters(window, limit);
  return { end, next: end === space ? end + 1 : end };
}

/** Wrapped text whose lines begin with `first` and `others`, and take `width` columns with that. */
export function indent(text: string, width: number, first: string, others = first): string[] {
  return wrap(text, width - others.length).map((line, index) => (index === 0 ? first : others) + line);
}
