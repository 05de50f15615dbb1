// The field lines of one head, as text with marks; strings are made of what is asked for only, since most fields of most
// heads interest nobody. Knows no particular field.

import { MARKS_A_LINE } from './head-scanner.ts';
import { CR, SPACE, TAB } from './octet-names.ts';

export type Field = [name: string, value: string];

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** `text[start, end)` without the blanks around it (OWS, RFC 9110 §5.6.3). */
function trimmed(text: string, start: number, end: number): string {
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

/** Whether the name of a field at `start` is `name` but for the case of letters; makes no string. */
function isNamed(text: string, start: number, name: string): boolean {
  // Mostly the case is the usual one, and the native comparison settles it.
  if (text.startsWith(name, start)) return true;
  for (let at = 0; at < name.length; at++) {
    const code = text.charCodeAt(start + at);
    const wanted = name.charCodeAt(at);
    if (code === wanted) continue;
    const lowered = code | 0x20;
    if (lowered !== (wanted | 0x20) || lowered < 0x61 || lowered > 0x7a) return false;
  }
  return true;
}

export class FieldLines {
  /** The head as latin1, so that characters are octets. */
  readonly #text: string;
  readonly #marks: readonly number[];
  readonly #ascii: boolean;

  /** `marks` are a HeadScanner's, the start line's among them. `ascii` says that no octet is above 0x7f. */
  constructor(text: string, marks: readonly number[], ascii: boolean) {
    this.#text = text;
    this.#marks = marks;
    this.#ascii = ascii;
  }

  /** The first line of the head. */
  get startLine(): string {
    return this.#show(this.#text.slice(this.#marks[0], this.#lineEnd(0)));
  }

  /** All fields in order, repeated ones apart. A line without a colon is a name without a value: what was seen is shown. */
  all(): Field[] {
    const fields: Field[] = [];
    for (let line = MARKS_A_LINE; line < this.#marks.length; line += MARKS_A_LINE) {
      if (this.#isContinuation(line)) continue;
      const colon = this.#marks[line + 1];
      const name = this.#text.slice(this.#marks[line], colon === -1 ? this.#lineEnd(line) : colon);
      fields.push([this.#show(name), this.#value(line)]);
    }
    return fields;
  }

  /** Value of the first field of that name (in any case); null where there is none. */
  first(name: string): string | null {
    const line = this.#find(name, MARKS_A_LINE);
    return line === -1 ? null : this.#value(line);
  }

  /** How often a field of that name (in any case) stands in the head. */
  count(name: string): number {
    let count = 0;
    for (let line = this.#find(name, MARKS_A_LINE); line !== -1; line = this.#find(name, line + MARKS_A_LINE)) count++;
    return count;
  }

  /** Values of all fields of that name (in any case), in order. */
  values(name: string): string[] {
    const values: string[] = [];
    for (let line = this.#find(name, MARKS_A_LINE); line !== -1; line = this.#find(name, line + MARKS_A_LINE)) {
      values.push(this.#value(line));
    }
    return values;
  }

  /** All values of that name joined by `, ` (RFC 9110 §5.3); null where there is none. */
  joined(name: string): string | null {
    let line = this.#find(name, MARKS_A_LINE);
    if (line === -1) return null;
    let joined = this.#value(line);
    while (true) {
      line = this.#find(name, line + MARKS_A_LINE);
      if (line === -1) return joined;
      joined += `, ${this.#value(line)}`;
    }
  }

  /** Whether some field's name begins with `prefix` (in any case). */
  hasNameWithPrefix(prefix: string): boolean {
    for (let line = MARKS_A_LINE; line < this.#marks.length; line += MARKS_A_LINE) {
      const start = this.#marks[line];
      if (this.#marks[line + 1] - start >= prefix.length && isNamed(this.#text, start, prefix)) return true;
    }
    return false;
  }

  /**
   * Index in the marks of the next line, at `from` or after, of a field of that name; -1 where there is none. Names with a
   * blank before the colon are not found: every server must refuse them (RFC 9112 §5.1).
   */
  #find(name: string, from: number): number {
    const text = this.#text;
    const marks = this.#marks;
    for (let line = from; line < marks.length; line += MARKS_A_LINE) {
      const start = marks[line];
      if (marks[line + 1] - start === name.length && isNamed(text, start, name)) return line;
    }
    return -1;
  }

  #lineEnd(line: number): number {
    const newline = this.#marks[line + 2];
    return this.#text.charCodeAt(newline - 1) === CR ? newline - 1 : newline;
  }

  /** A line folded by the old rules goes on with the value of the line before (RFC 9112 §5.2). */
  #isContinuation(line: number): boolean {
    return isBlank(this.#text.charCodeAt(this.#marks[line]));
  }

  /** The value with its folded lines joined by one space. */
  #value(line: number): string {
    const colon = this.#marks[line + 1];
    let value = colon === -1 ? '' : trimmed(this.#text, colon + 1, this.#lineEnd(line));
    for (
      let next = line + MARKS_A_LINE;
      next < this.#marks.length && this.#isContinuation(next);
      next += MARKS_A_LINE
    ) {
      const continuation = trimmed(this.#text, this.#marks[next], this.#lineEnd(next));
      value = value === '' || continuation === '' ? value + continuation : `${value} ${continuation}`;
    }
    return this.#show(value);
  }

  /** Heads are latin1 by the old rules and UTF-8 in practice: what is valid UTF-8 is shown so. */
  #show(latin1: string): string {
    if (this.#ascii) return latin1;
    try {
      return strictUtf8.decode(Buffer.from(latin1, 'latin1'));
    } catch {
      return latin1;
    }
  }
}
