// Draws a table with a header row, one thin rule and nothing else, through cli-table3. Knows nothing of what the columns
// mean. Widths are fixed beforehand, so that rows can be drawn as they come and still line up.

import CliTable3 from 'cli-table3';
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
/** An elastic column is not worth reading in less. */
const ELASTIC_LEAST = 12;

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

/** What cli-table3 draws around the cells. */
interface Frame {
  title: string;
  rule: string;
  /** What stands before, between and after the cells of a row. */
  between: readonly string[];
}

/** Has cli-table3 draw the head, the rule and one row of stand-ins. */
function drawFrame(columns: readonly Column[], widths: readonly number[]): Frame {
  const table = new CliTable3({
    ...SLIM,
    style: { ...SLIM.style },
    head: columns.map((column, index) => pad(column.title, widths[index], column.align)),
    colWidths: [...widths],
  });
  table.push(widths.map((width) => STAND_IN.repeat(width)));
  const [title, rule, row] = table.toString().split('\n');
  return { title: title.trimEnd(), rule, between: row.split(STAND_INS) };
}

/** Frames drawn before: one takes 0.25 ms, and a capture of short connections has a table for each. */
const frames = new Map<string, Frame>();
const MAX_FRAMES = 500;

function frameOf(columns: readonly Column[], widths: readonly number[]): Frame {
  const key = columns.map((column, index) => `${column.title}:${column.align}:${widths[index]}`).join();
  let frame = frames.get(key);
  if (frame === undefined) {
    frame = drawFrame(columns, widths);
    if (frames.size >= MAX_FRAMES) frames.clear();
    frames.set(key, frame);
  }
  return frame;
}

/**
 * A table of fixed widths. cli-table3 draws one row of stand-ins; every row is that row with its cells in their places.
 * So a row costs 2 µs where cli-table3 takes 130, and the widths are those of string-width 7: the version inside
 * cli-table3 takes newer emoji for narrow.
 */
export class SlimTable {
  readonly #columns: readonly Column[];
  readonly #widths: readonly number[];
  readonly #between: readonly string[];
  /** The title row and the rule. */
  readonly head: readonly string[];

  constructor(columns: readonly Column[], widths: readonly number[], palette: Palette) {
    const { title, rule, between } = frameOf(columns, widths);
    this.#columns = columns;
    this.#widths = widths;
    this.#between = between;
    this.head = [palette.heading(title), palette.faint(rule)];
  }

  /** The row as a line, without spaces at its end. */
  line(row: readonly Cell[]): string {
    let line = this.#between[0];
    for (let index = 0; index < row.length; index++) {
      const { text, paint } = row[index];
      const width = this.#widths[index];
      const column = this.#columns[index];
      const cut = column.keeps === 'end' ? truncateStart(text, width) : truncate(text, width);
      const said = paint ? paint(cut) : cut;
      const spaces = ' '.repeat(width - displayWidth(cut));
      line += (column.align === 'left' ? said + spaces : spaces + said) + this.#between[index + 1];
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
