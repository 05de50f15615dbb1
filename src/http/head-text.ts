// The text of one head, its start line and its fields. Strings are made of what is asked for only, and no index is built:
// whoever wants several fields goes over the lines once. Knows no particular field.

import { afterFoldedLines, FieldCursor } from './field-cursor.ts';
import { CR } from './octet-names.ts';

export type Field = [name: string, value: string];

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class HeadText {
  /** The head as latin1, so that characters are octets, without its empty line: it ends in the LF of its last line. */
  readonly latin1: string;
  /** Where the start line ends, without its line end. */
  readonly startLineEnd: number;
  readonly #fieldsStart: number;
  /** Null where nobody asked yet. */
  #ascii: boolean | null = null;

  constructor(latin1: string) {
    const newline = latin1.indexOf('\n');
    this.latin1 = latin1;
    this.startLineEnd = latin1.charCodeAt(newline - 1) === CR ? newline - 1 : newline;
    // What is folded onto the start line belongs to no field.
    this.#fieldsStart = afterFoldedLines(latin1, newline + 1);
  }

  /** A cursor before the first field. */
  fields(): FieldCursor {
    return new FieldCursor(this.latin1, this.#fieldsStart);
  }

  /** All fields in order, repeated ones apart. */
  all(): Field[] {
    const fields: Field[] = [];
    for (const cursor = this.fields(); cursor.next(); ) fields.push([this.show(cursor.name), this.show(cursor.value)]);
    return fields;
  }

  /** Values of all fields of that name (in any case), in order. */
  values(name: string): string[] {
    const values: string[] = [];
    for (const cursor = this.fields(); cursor.next(); ) {
      if (cursor.isNamed(name)) values.push(this.show(cursor.value));
    }
    return values;
  }

  /** All values of that name joined by `, ` (RFC 9110 §5.3); null where there is none. */
  joined(name: string): string | null {
    const values = this.values(name);
    return values.length === 0 ? null : values.join(', ');
  }

  /** Heads are latin1 by the old rules and UTF-8 in practice: what is valid UTF-8 is shown so. */
  show(latin1: string): string {
    // In UTF-8 a latin1 text is as long as in characters only where it is ASCII; found out once a head, natively.
    this.#ascii ??= Buffer.byteLength(this.latin1) === this.latin1.length;
    if (this.#ascii) return latin1;
    try {
      return strictUtf8.decode(Buffer.from(latin1, 'latin1'));
    } catch {
      return latin1;
    }
  }
}
