// Draws a table whose cells may take several lines, in a width that it keeps to. Knows nothing of what is in it.

import { displayWidth } from '../display-width.ts';
import type { Palette } from '../palette.ts';
import { type Column, type Prose, prose } from './document.ts';
import { type Painter, padLine, proseWidth, wrapProse } from './styled-lines.ts';

/** Columns between two cells. */
const GAP = 2;
/** Where even the longest words do not fit, no column gets narrower than this. */
const NARROWEST = 10;
/** Of a longer word the column's share decides. */
const LONGEST_WORD = 30;

/** Columns that the longest word of the prose takes. */
function longestWord(prose: Prose): number {
  const text = prose.map((span) => span.text).join('');
  return Math.max(...text.split(' ').map(displayWidth));
}

/** Widths that fit: the widest columns give way to the others, as far as their words allow, then further. */
function fittingWidths(wanted: readonly number[], words: readonly number[], width: number): number[] {
  const widths = [...wanted];
  let excess = widths.reduce((sum, column) => sum + column, GAP * (wanted.length - 1)) - width;
  for (const floors of [words, words.map(() => NARROWEST)]) {
    while (excess > 0) {
      const yielding = widths.map((column, index) => (column > floors[index] ? column : 0));
      const widest = yielding.indexOf(Math.max(...yielding));
      if (yielding[widest] === 0) break;
      widths[widest]--;
      excess--;
    }
  }
  return widths;
}

/** The columns to draw, by index: where even the narrowest do not fit, without the spare ones. */
function drawnColumns(columns: readonly Column[], words: readonly number[], width: number): number[] {
  const all = columns.map((_, index) => index);
  const least = words.reduce((sum, word) => sum + Math.min(word, NARROWEST), GAP * (words.length - 1));
  return least <= width ? all : all.filter((index) => columns[index].spare === undefined);
}

export function drawTextTable(
  columns: readonly Column[],
  rows: readonly (readonly Prose[])[],
  width: number,
  painter: Painter,
  palette: Palette,
): string[] {
  const titles = columns.map((column) => prose`${column.title}`);
  const cells = [titles, ...rows];
  const words = columns.map((_, index) =>
    Math.max(...cells.map((row) => Math.min(longestWord(row[index]), LONGEST_WORD))),
  );
  const drawn = drawnColumns(columns, words, width);
  const wanted = drawn.map((index) => Math.max(...cells.map((row) => proseWidth(row[index]))));
  const widths = fittingWidths(
    wanted,
    drawn.map((index) => words[index]),
    width,
  );
  const rule = palette.faint('─'.repeat(widths.reduce((sum, column) => sum + column, GAP * (widths.length - 1))));
  const linesOf = (row: readonly Prose[], paint: Painter) => {
    const wrapped = drawn.map((index, at) => wrapProse(row[index], widths[at], paint));
    const height = Math.max(...wrapped.map((cell) => cell.length));
    return Array.from({ length: height }, (_, line) =>
      wrapped
        .map((cell, at) => padLine(cell[line] ?? { text: '', width: 0 }, widths[at], columns[drawn[at]].align))
        .join(' '.repeat(GAP))
        .trimEnd(),
    );
  };
  return [
    ...linesOf(titles, { ...painter, plain: palette.faint }),
    rule,
    ...rows.flatMap((row) => linesOf(row, painter)),
  ];
}
