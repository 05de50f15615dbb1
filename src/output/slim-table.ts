// Draws a table with a header row, one thin rule and nothing else. Knows nothing of what the columns mean. Widths are fixed
// beforehand, so that rows can be drawn as they come and still line up.

import { displayWidth, pad, truncate, truncateStart } from './display-width.ts';
import type { Paint, Palette } from './palette.ts';

export interface Column {
  title: string;
  align: 'left' | 'right';
  /** Which end of a text that is too wide stays, as with a port behind its address; without, its beginning. */
  keeps?: 'end';
  /** On a narrow terminal the column with the highest number is left out first; one without is never. */
  spare?: number;
}

/** Escaped text of one line, and how to colour it. */
export interface Cell {
  text: string;
  paint?: Paint;
}

/** Columns between two cells. */
const GAP = 2;
const BETWEEN = ' '.repeat(GAP);
const RULE = '─';
/** An elastic column is not worth reading in less. */
const ELASTIC_LEAST = 12;

/**
 * The width of each column: of its widest cell. Where that is more than `width` columns in all, the `elastic` ones
 * share what the others leave, a narrow one giving to the wider; none gets less than its title.
 */
export function columnWidths(
  columns: readonly Column[],
  rows: readonly Cell[][],
  width: number,
  elastic: readonly number[],
): number[] {
  const titles = columns.map((column) => displayWidth(column.title));
  const widths = titles.slice();
  for (const row of rows) {
    for (let index = 0; index < row.length; index++) {
      widths[index] = Math.max(widths[index], displayWidth(row[index].text));
    }
  }
  let room = width - GAP * (columns.length - 1);
  for (const [index, columnWidth] of widths.entries()) if (!elastic.includes(index)) room -= columnWidth;
  const narrowFirst = [...elastic].sort((one, other) => widths[one] - widths[other]);
  for (const [done, index] of narrowFirst.entries()) {
    const share = Math.floor(room / (narrowFirst.length - done));
    widths[index] = Math.max(titles[index], Math.min(widths[index], share));
    room -= widths[index];
  }
  return widths;
}

/** A table of fewer columns, with the elastic ones by their new places. */
interface Narrowed {
  columns: readonly Column[];
  rows: readonly Cell[][];
  elastic: readonly number[];
}

/** Leaves out what can be spared until the rest fits `width`. */
export function narrowed(
  columns: readonly Column[],
  rows: readonly Cell[][],
  width: number,
  elastic: readonly number[],
): Narrowed {
  const widths = columnWidths(columns, rows, Number.POSITIVE_INFINITY, []);
  const least = widths.map((natural, index) => (elastic.includes(index) ? Math.min(natural, ELASTIC_LEAST) : natural));
  const kept = columns.map((_, index) => index);
  const spares = kept
    .filter((index) => columns[index].spare !== undefined)
    .sort((one, other) => (columns[one].spare ?? 0) - (columns[other].spare ?? 0));
  const taken = () => kept.reduce((sum, index) => sum + least[index], GAP * (kept.length - 1));
  while (taken() > width && spares.length > 0) kept.splice(kept.indexOf(spares.pop() as number), 1);
  if (kept.length === columns.length) return { columns, rows, elastic };
  return {
    columns: kept.map((index) => columns[index]),
    rows: rows.map((row) => kept.map((index) => row[index])),
    elastic: elastic.map((index) => kept.indexOf(index)).filter((index) => index >= 0),
  };
}

/** A table of fixed widths, whose lines are drawn when they are asked for. */
export class SlimTable {
  readonly #columns: readonly Column[];
  readonly #widths: readonly number[];
  /** The title row and the rule. */
  readonly head: readonly string[];

  constructor(columns: readonly Column[], widths: readonly number[], palette: Palette) {
    this.#columns = columns;
    this.#widths = widths;
    const titles = columns.map(({ title, align }, index) => pad(title, widths[index], align)).join(BETWEEN);
    const rule = widths.map((width) => RULE.repeat(width)).join(RULE.repeat(GAP));
    this.head = [palette.heading(titles.trimEnd()), palette.faint(rule)];
  }

  /** The row as a line, without spaces at its end. */
  line(row: readonly Cell[]): string {
    let line = '';
    for (let index = 0; index < row.length; index++) {
      const { text, paint } = row[index];
      const width = this.#widths[index];
      const column = this.#columns[index];
      const cut = column.keeps === 'end' ? truncateStart(text, width) : truncate(text, width);
      const said = paint ? paint(cut) : cut;
      const spaces = ' '.repeat(width - displayWidth(cut));
      line += (index > 0 ? BETWEEN : '') + (column.align === 'left' ? said + spaces : spaces + said);
    }
    return line.trimEnd();
  }
}

/** A whole table that is small enough to be held: its lines, within `width` columns. */
export function drawTable(
  columns: readonly Column[],
  rows: readonly Cell[][],
  options: { width: number; elastic: readonly number[]; palette: Palette },
): string[] {
  const fit = narrowed(columns, rows, options.width, options.elastic);
  const widths = columnWidths(fit.columns, fit.rows, options.width, fit.elastic);
  const table = new SlimTable(fit.columns, widths, options.palette);
  return [...table.head, ...fit.rows.map((row) => table.line(row))];
}
