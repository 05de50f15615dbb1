// Goes over the field lines of one head, one field at a time, by offsets into its text: no string is made before one is
// asked for, since most fields of most heads interest nobody. Knows no particular field.

import { equalsIgnoringCase, isBlank, trimmed } from './field-text.ts';
import { CR } from './octet-names.ts';

export class FieldCursor {
  readonly #text: string;
  #nameStart = 0;
  #nameEnd = 0;
  #valueStart = 0;
  #valueEnd = 0;
  #folded = false;
  /** First colon at `#nameStart` or after; kept while lines without one are passed, so that it is searched for once. */
  #colon = -1;
  #next: number;

  /** Each line of `text` ends in LF; the first field line begins at `start`. */
  constructor(text: string, start: number) {
    this.#text = text;
    this.#next = start;
  }

  /** Goes to the next field; false where there is none. A line without a colon is a name without a value. */
  next(): boolean {
    const text = this.#text;
    const start = this.#next;
    if (start >= text.length) return false;
    let newline = text.indexOf('\n', start);
    if (this.#colon < start) {
      this.#colon = text.indexOf(':', start);
      if (this.#colon === -1) this.#colon = text.length;
    }
    const hasColon = this.#colon < newline;
    this.#nameStart = start;
    this.#nameEnd = hasColon ? this.#colon : lineEnd(text, newline);
    this.#valueStart = hasColon ? this.#colon + 1 : this.#nameEnd;
    // A line that begins with a blank goes on with the value of the line before, by the old rules (RFC 9112 §5.2).
    this.#folded = isBlank(text.charCodeAt(newline + 1));
    if (this.#folded) newline = afterFoldedLines(text, newline + 1) - 1;
    this.#valueEnd = lineEnd(text, newline);
    this.#next = newline + 1;
    return true;
  }

  get nameLength(): number {
    return this.#nameEnd - this.#nameStart;
  }

  /** The name as it is written. */
  get name(): string {
    return this.#text.slice(this.#nameStart, this.#nameEnd);
  }

  /**
   * Whether the name is `name` but for the case of letters. One with a blank before the colon is none: every server must
   * refuse it (RFC 9112 §5.1).
   */
  isNamed(name: string): boolean {
    return this.nameLength === name.length && equalsIgnoringCase(this.#text, this.#nameStart, name);
  }

  /** The value without the blanks around it, its folded lines joined by one space. */
  get value(): string {
    if (this.#folded) return unfolded(this.#text.slice(this.#valueStart, this.#valueEnd));
    return trimmed(this.#text, this.#valueStart, this.#valueEnd);
  }
}

/** Offset of the first line, at `start` or after, that does not begin with a blank. */
export function afterFoldedLines(text: string, start: number): number {
  let at = start;
  while (isBlank(text.charCodeAt(at))) at = text.indexOf('\n', at) + 1;
  return at;
}

function lineEnd(text: string, newline: number): number {
  return text.charCodeAt(newline - 1) === CR ? newline - 1 : newline;
}

function unfolded(lines: string): string {
  return lines
    .split(/\r?\n/)
    .map((line) => trimmed(line, 0, line.length))
    .filter((line) => line !== '')
    .join(' ');
}
