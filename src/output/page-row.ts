// A row of a conversation's table while it waits to be printed: numbers, from which its cells are made then. Rows are used
// again, as thousands wait and millions pass. Knows no widths but its own.

import type { Direction, Located } from '../dissect/events.ts';
import { arrowOf } from './direction-arrow.ts';
import type { Paint, Palette } from './palette.ts';
import type { Cell } from './slim-table.ts';
import { digitsOf, formatClockSeconds, formatTime, secondsOf, type TimeStyle } from './time-column.ts';

/** Places of the columns. */
const PACKET = 0;
const TIME = 1;
const ARROW = 2;
const OPCODE = 3;
const LENGTH = 4;
export const PAYLOAD = 5;

export class PageRow {
  opcode = '';
  /** Octets; negative where there is none to show. */
  length = -1;
  says = '';
  /** Columns of what it says. */
  width = 0;
  paint: Paint | undefined = undefined;
  #packet = 0;
  #direction: Direction = 'c2s';
  /** The time as text where it is one of the day, else seconds with so many digits of their fraction. */
  #clock: string | null = null;
  #seconds = 0;
  #digits = 0;

  /** Sets what the row has of any event; the rest is set by whoever describes it. */
  begin(event: Located & { direction: Direction }, time: TimeStyle, before: number | null): void {
    this.#packet = event.packet;
    this.#direction = event.direction;
    this.#clock = time === 'absolute' ? formatTime(event, time, before) : null;
    this.#seconds = secondsOf(event, time, before);
    this.#digits = digitsOf(event.time);
  }

  /** Widens the columns to what this row takes. */
  widen(widths: number[]): void {
    const time = this.#clock === null ? widthOfSeconds(this.#seconds, this.#digits) : this.#clock.length;
    widths[PACKET] = Math.max(widths[PACKET], widthOfInteger(this.#packet));
    widths[TIME] = Math.max(widths[TIME], time);
    widths[ARROW] = 1;
    widths[OPCODE] = Math.max(widths[OPCODE], this.opcode.length);
    if (this.length >= 0) widths[LENGTH] = Math.max(widths[LENGTH], widthOfLength(this.length));
    widths[PAYLOAD] = Math.max(widths[PAYLOAD], this.width);
  }

  fill(cells: readonly Cell[], { client, server }: Palette): void {
    setText(cells[PACKET], String(this.#packet));
    setText(cells[TIME], this.#clock ?? formatClockSeconds(this.#seconds, this.#digits));
    setText(cells[ARROW], arrowOf(this.#direction));
    cells[ARROW].paint = this.#direction === 'c2s' ? client : server;
    setText(cells[OPCODE], this.opcode);
    setText(cells[LENGTH], this.length < 0 ? '' : textOfLength(this.length));
    cells[PAYLOAD].text = this.says;
    cells[PAYLOAD].width = this.width;
    cells[PAYLOAD].paint = this.paint;
  }
}

/** Sets a text of which each code unit takes one column. */
function setText(cell: Cell, text: string): void {
  cell.text = text;
  cell.width = text.length;
}

/** A greater one may be rounded. */
const EXACT = Number.MAX_SAFE_INTEGER;

function textOfLength(length: number): string {
  return length > EXACT ? `>${EXACT}` : String(length);
}

function widthOfLength(length: number): number {
  return length > EXACT ? 1 + widthOfInteger(EXACT) : widthOfInteger(length);
}

/** Digits of an integer that is not negative. */
function widthOfInteger(value: number): number {
  let digits = 1;
  for (let rest = value; rest >= 10; rest /= 10) digits++;
  return digits;
}

/** Columns of `formatClockSeconds`, which rounds. */
function widthOfSeconds(seconds: number, digits: number): number {
  const whole = widthOfInteger(Math.abs(seconds) + 0.5 / 10 ** digits);
  return (seconds < 0 ? 1 : 0) + whole + (digits > 0 ? 1 + digits : 0);
}
