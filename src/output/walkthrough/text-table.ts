// Draws a table whose cells may take several lines, in a width that it keeps to. Knows nothing of what is in it.

import { displayWidth } from '../display-width.ts';
import type { Palette } from '../palette.ts';
import type { Column, Prose } from './document.ts';
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

export function drawTable(
  columns: readonly Column[],
  rows: readonly (readonly Prose[])[],
  width: number,
  painter: Painter,
  palette: Palette,
): string[] {
  const wanted = columns.map((column, index) =>
    Math.max(displayWidth(column.title), ...rows.map((row) => proseWidth(row[index]))),
  );
  const words = columns.map((column, index) =>
    Math.max(displayWidth(column.title), ...rows.map((row) => Math.min(longestWord(row[index]), LONGEST_WORD))),
  );
  const widths = fittingWidths(wanted, words, width);
  const join = (cells: string[]) => cells.join(' '.repeat(GAP)).trimEnd();
  const lines = [
    join(
      columns.map((column, index) => {
        const title = { text: palette.faint(column.title), width: displayWidth(column.title) };
        return padLine(title, widths[index], column.align);
      }),
    ),
    palette.faint('─'.repeat(widths.reduce((sum, column) => sum + column, GAP * (widths.length - 1)))),
  ];
  for (const row of rows) {
    const cells = row.map((prose, index) => wrapProse(prose, widths[index], painter));
    const height = Math.max(...cells.map((cell) => cell.length));
    for (let at = 0; at < height; at++) {
      lines.push(
        join(
          cells.map((cell, index) => padLine(cell[at] ?? { text: '', width: 0 }, widths[index], columns[index].align)),
        ),
      );
    }
  }
  return lines;
}
