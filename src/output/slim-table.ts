// Draws a table with a header row, one thin rule and nothing else, through cli-table3. Knows nothing of what the columns
// mean. Widths are fixed beforehand, so that rows can be drawn as they come and still line up.

import CliTable3 from 'cli-table3';
import { displayWidth, pad, truncate } from './display-width.ts';
import type { Paint, Palette } from './palette.ts';

export interface Column {
  title: string;
  align: 'left' | 'right';
}

/** Escaped text of one line, and how to colour it. */
export interface Cell {
  text: string;
  paint?: Paint;
}

/** Columns between two cells. */
const GAP = 2;

/** What stands for a cell in the row that cli-table3 draws: a character of the private use area, one column wide. */
const STAND_IN = '\ue000';
const STAND_INS = /\ue000+/;

const SLIM = {
  chars: {
    top: '',
    'top-mid': '',
    'top-left': '',
    'top-right': '',
    bottom: '',
    'bottom-mid': '',
    'bottom-left': '',
    'bottom-right': '',
    left: '',
    'left-mid': '',
    mid: '─',
    'mid-mid': '─'.repeat(GAP),
    right: '',
    'right-mid': '',
    middle: ' '.repeat(GAP),
  },
  style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
};

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

/**
 * A table of fixed widths. cli-table3 draws its head, its rule and one row of stand-ins; every row is that row with its
 * cells in their places. So a row costs 2 µs where cli-table3 takes 130, and the widths are those of string-width 7:
 * the version inside cli-table3 takes newer emoji for narrow.
 */
export class SlimTable {
  readonly #columns: readonly Column[];
  readonly #widths: readonly number[];
  /** The title row and the rule. */
  readonly head: readonly string[];
  /** What cli-table3 draws before, between and after the cells of a row. */
  readonly #between: readonly string[];

  constructor(columns: readonly Column[], widths: readonly number[], palette: Palette) {
    this.#columns = columns;
    this.#widths = widths;
    const frame = new CliTable3({
      ...SLIM,
      style: { ...SLIM.style },
      head: columns.map((column, index) => pad(column.title, widths[index], column.align)),
      colWidths: [...widths],
    });
    frame.push(widths.map((width) => STAND_IN.repeat(width)));
    const [title, rule, row] = frame.toString().split('\n');
    this.head = [palette.heading(title.trimEnd()), palette.faint(rule)];
    this.#between = row.split(STAND_INS);
  }

  /** The row as a line, without spaces at its end. */
  line(row: readonly Cell[]): string {
    let line = this.#between[0];
    for (let index = 0; index < row.length; index++) {
      const { text, paint } = row[index];
      const width = this.#widths[index];
      const cut = truncate(text, width);
      const said = paint ? paint(cut) : cut;
      const spaces = ' '.repeat(width - displayWidth(cut));
      line += (this.#columns[index].align === 'left' ? said + spaces : spaces + said) + this.#between[index + 1];
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
  const table = new SlimTable(columns, columnWidths(columns, rows, options.width, options.elastic), options.palette);
  return [...table.head, ...rows.map((row) => table.line(row))];
}
