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
  /** Columns that it takes, where that is known. */
  width?: number;
  paint?: Paint | undefined;
}

/** Columns between two cells. */
const GAP = 2;
const BETWEEN = ' '.repeat(GAP);
/** An elastic column is not worth reading in less. */
const ELASTIC_LEAST = 12;

/** Of a table without rows: its bottom is the rule. */
const SLIM = {
  chars: {
    top: '',
    'top-mid': '',
    'top-left': '',
    'top-right': '',
    bottom: '─',
    'bottom-mid': '─'.repeat(GAP),
    'bottom-left': '',
    'bottom-right': '',
    left: '',
    'left-mid': '',
    mid: '',
    'mid-mid': '',
    right: '',
    'right-mid': '',
    middle: BETWEEN,
  },
  style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
};

function widthOf({ text, width }: Cell): number {
  return width ?? displayWidth(text);
}

/** What each column takes where there is room: its title, or its widest cell. */
export function naturalWidths(columns: readonly Column[], rows: readonly Cell[][]): number[] {
  const widths = columns.map((column) => displayWidth(column.title));
  for (const row of rows) {
    for (let index = 0; index < row.length; index++) widths[index] = Math.max(widths[index], widthOf(row[index]));
  }
  return widths;
}

/** Numbers of the columns that stay where what can be spared is left out until the rest fits `width`. */
export function keptColumns(
  columns: readonly Column[],
  natural: readonly number[],
  width: number,
  elastic: readonly number[],
): number[] {
  const least = natural.map((full, index) => (elastic.includes(index) ? Math.min(full, ELASTIC_LEAST) : full));
  const kept = columns.map((_, index) => index);
  const spares = kept
    .filter((index) => columns[index].spare !== undefined)
    .sort((one, other) => (columns[one].spare ?? 0) - (columns[other].spare ?? 0));
  const taken = () => kept.reduce((sum, index) => sum + least[index], GAP * (kept.length - 1));
  while (taken() > width && spares.length > 0) kept.splice(kept.indexOf(spares.pop() as number), 1);
  return kept;
}

/**
 * The widths of the columns kept: their natural ones. Where that is more than `width` columns in all, the `elastic` ones
 * share what the others leave, a narrow one giving to the wider; none gets less than its title.
 */
export function fittedWidths(
  columns: readonly Column[],
  natural: readonly number[],
  kept: readonly number[],
  width: number,
  elastic: readonly number[],
): number[] {
  const widths = kept.map((index) => natural[index]);
  let room = width - GAP * (kept.length - 1);
  for (const [place, index] of kept.entries()) if (!elastic.includes(index)) room -= widths[place];
  const narrowFirst = [...kept.keys()]
    .filter((place) => elastic.includes(kept[place]))
    .sort((one, other) => widths[one] - widths[other]);
  for (const [done, place] of narrowFirst.entries()) {
    const share = Math.floor(room / (narrowFirst.length - done));
    widths[place] = Math.max(displayWidth(columns[kept[place]].title), Math.min(widths[place], share));
    room -= widths[place];
  }
  return widths;
}

/** What cli-table3 draws. */
interface Frame {
  title: string;
  rule: string;
}

/** Has cli-table3 draw a table without rows, as those are drawn here. */
function drawFrame(columns: readonly Column[], widths: readonly number[]): Frame {
  const table = new CliTable3({
    ...SLIM,
    style: { ...SLIM.style },
    head: columns.map((column, index) => pad(column.title, widths[index], column.align)),
    colWidths: [...widths],
  });
  const [title, rule] = table.toString().split('\n');
  return { title: title.trimEnd(), rule };
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
 * A table of fixed widths, whose lines are drawn when they are asked for. cli-table3 draws its head; rows are put below that
 * here. So a row costs 2 µs where cli-table3 takes 130, and the widths are those of string-width 7: the version inside
 * cli-table3 takes newer emoji for narrow.
 */
export class SlimTable {
  readonly #columns: readonly Column[];
  readonly #widths: readonly number[];
  /** The title row and the rule. */
  readonly head: readonly string[];

  constructor(columns: readonly Column[], widths: readonly number[], palette: Palette) {
    const { title, rule } = frameOf(columns, widths);
    this.#columns = columns;
    this.#widths = widths;
    this.head = [palette.heading(title), palette.faint(rule)];
  }

  /** The row as a line, without spaces at its end. */
  line(row: readonly Cell[]): string {
    let line = '';
    for (let index = 0; index < row.length; index++) {
      const cell = row[index];
      const width = this.#widths[index];
      const column = this.#columns[index];
      let { text } = cell;
      let taken = widthOf(cell);
      if (taken > width) {
        text = column.keeps === 'end' ? truncateStart(text, width) : truncate(text, width);
        taken = displayWidth(text);
      }
      const said = cell.paint ? cell.paint(text) : text;
      const spaces = ' '.repeat(width - taken);
      if (index > 0) line += BETWEEN;
      line += column.align === 'left' ? said + spaces : spaces + said;
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
  const { width, elastic, palette } = options;
  const natural = naturalWidths(columns, rows);
  const kept = keptColumns(columns, natural, width, elastic);
  const widths = fittedWidths(columns, natural, kept, width, elastic);
  const table = new SlimTable(
    kept.map((index) => columns[index]),
    widths,
    palette,
  );
  const isWhole = kept.length === columns.length;
  return [...table.head, ...rows.map((row) => table.line(isWhole ? row : kept.map((index) => row[index])))];
}
