// Breaks prose into lines of a width, each word in its colour. Words longer than a line are broken between characters.
// Knows nothing of what is said.

import { displayWidth, pad, wrap } from '../display-width.ts';
import type { Paint } from '../palette.ts';
import type { Prose, SpanStyle } from './document.ts';

/** How each style of prose is painted. */
export type Painter = Readonly<Record<SpanStyle, Paint>>;

interface Piece {
  text: string;
  paint: Paint;
}

/** A word, which may change its colour inside; spaces stand between words only. */
function wordsOf(prose: Prose, painter: Painter): Piece[][] {
  const words: Piece[][] = [];
  let current: Piece[] = [];
  for (const span of prose) {
    span.text.split(' ').forEach((text, index) => {
      if (index > 0) {
        words.push(current);
        current = [];
      }
      if (text !== '') current.push({ text, paint: painter[span.style] });
    });
  }
  words.push(current);
  return words.filter((word) => word.length > 0);
}

function widthOf(word: readonly Piece[]): number {
  return word.reduce((sum, piece) => sum + displayWidth(piece.text), 0);
}

/** A word that no line holds, in pieces that each fit. */
function broken(word: readonly Piece[], width: number): Piece[][] {
  return word.flatMap((piece) => wrap(piece.text, width).map((text) => [{ text, paint: piece.paint }]));
}

/** A line and the columns that it takes without its colours. */
export interface StyledLine {
  readonly text: string;
  readonly width: number;
}

export function wrapProse(prose: Prose, width: number, painter: Painter): StyledLine[] {
  const lines: StyledLine[] = [];
  let text = '';
  let used = 0;
  const words = wordsOf(prose, painter).flatMap((word) => (widthOf(word) > width ? broken(word, width) : [word]));
  for (const word of words) {
    const needed = widthOf(word);
    if (used > 0 && used + 1 + needed > width) {
      lines.push({ text, width: used });
      text = '';
      used = 0;
    }
    if (used > 0) {
      text += ' ';
      used++;
    }
    text += word.map((piece) => piece.paint(piece.text)).join('');
    used += needed;
  }
  if (used > 0 || lines.length === 0) lines.push({ text, width: used });
  return lines;
}

/** Columns that prose would take on one line. */
export function proseWidth(prose: Prose): number {
  return prose.reduce((sum, span) => sum + displayWidth(span.text), 0);
}

export function padLine(line: StyledLine, width: number, align: 'left' | 'right' = 'left'): string {
  const spaces = pad('', Math.max(0, width - line.width), 'left');
  return align === 'left' ? line.text + spaces : spaces + line.text;
}
