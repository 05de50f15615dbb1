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

/** A word, which may change its colour inside. */
interface Word {
  readonly pieces: Piece[];
  /** Spaces before it. */
  readonly spaces: number;
}

/**
 * Words with the spaces between them. What was captured keeps all of its own; where pieces of prose meet, two spaces are one.
 */
function wordsOf(prose: Prose, painter: Painter): Word[] {
  const words: Word[] = [];
  let current: Word | null = null;
  let quoted = 0;
  let between = 0;
  for (const { text, style } of prose) {
    const isQuoted = style === 'code';
    let run = 0;
    for (const [index, part] of text.split(' ').entries()) {
      if (index > 0) {
        current = null;
        if (isQuoted) quoted++;
        else between = Math.max(between, ++run);
      }
      if (part === '') continue;
      if (current === null) {
        current = { pieces: [], spaces: quoted + (words.length === 0 ? 0 : between) };
        words.push(current);
        quoted = 0;
        between = 0;
        run = 0;
      }
      current.pieces.push({ text: part, paint: painter[style] });
    }
  }
  return words;
}

function widthOf({ pieces }: Word): number {
  return pieces.reduce((sum, piece) => sum + displayWidth(piece.text), 0);
}

/** A word that no line holds, in pieces that each fit. */
function broken({ pieces, spaces }: Word, width: number): Word[] {
  return pieces
    .flatMap(({ text, paint }) => wrap(text, width).map((part) => ({ text: part, paint })))
    .map((piece, index) => ({ pieces: [piece], spaces: index === 0 ? spaces : 0 }));
}

/** A line and the columns that it takes without its colours. */
export interface StyledLine {
  readonly text: string;
  readonly width: number;
}

/** A break stands for one space; of several the others begin the next line. */
export function wrapProse(prose: Prose, width: number, painter: Painter): StyledLine[] {
  const lines: StyledLine[] = [];
  let text = '';
  let used = 0;
  const endLine = () => {
    lines.push({ text, width: used });
    text = '';
    used = 0;
  };
  const words = wordsOf(prose, painter).flatMap((word) => (widthOf(word) > width ? broken(word, width) : [word]));
  for (const word of words) {
    const needed = widthOf(word);
    let { spaces } = word;
    while (used + spaces + needed > width && (used > 0 || spaces > 0)) {
      const fitting = used === 0 ? Math.min(spaces, width) : 1;
      endLine();
      spaces = Math.max(0, spaces - fitting);
    }
    text += ' '.repeat(spaces) + word.pieces.map((piece) => piece.paint(piece.text)).join('');
    used += spaces + needed;
  }
  if (used > 0 || lines.length === 0) endLine();
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
