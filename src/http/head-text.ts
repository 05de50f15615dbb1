// The text of one head, its start line and its fields. Strings are made of what is asked for only, and no index is built:
// whoever wants several fields goes over the lines once. Knows no particular field.

import { fieldBitsAt } from './field-bits.ts';
import { afterFoldedLines, FieldCursor } from './field-cursor.ts';
import { CR, LF } from './octet-names.ts';

export type Field = [name: string, value: string];

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const buffers = new WeakMap<Uint8Array, Buffer>();

/** Octets as characters. Blocks are kept as Buffers: making one takes longer than a head, and a block has thousands. */
export function latin1Of(octets: Uint8Array, start: number, end: number): string {
  let buffer = buffers.get(octets);
  if (buffer === undefined) {
    buffer = Buffer.from(octets.buffer, octets.byteOffset, octets.length);
    buffers.set(octets, buffer);
  }
  return buffer.toString('latin1', start, end);
}

export class HeadText {
  /** The head as latin1, so that characters are octets, without its empty line: it ends in the LF of its last line. */
  readonly latin1: string;
  /** Where the start line ends, without its line end. */
  readonly startLineEnd: number;
  /** Octets of the head, its empty line included. */
  readonly length: number;
  readonly #fieldsStart: number;
  readonly #fieldBits: number;
  /** Null where nobody asked yet. */
  #ascii: boolean | null = null;

  private constructor(latin1: string, length: number, startLine: number, fieldBits: number) {
    this.latin1 = latin1;
    this.length = length;
    this.startLineEnd = latin1.charCodeAt(startLine - 1) === CR ? startLine - 1 : startLine;
    // What is folded onto the start line belongs to no field.
    this.#fieldsStart = afterFoldedLines(latin1, startLine + 1);
    this.#fieldBits = fieldBits;
  }

  /** Of the text that begins with a head's start line; null where the head's empty line is not in it. */
  static read(text: string): HeadText | null {
    const startLine = text.indexOf('\n');
    let fieldBits = 0;
    for (let newline = startLine; newline !== -1; newline = text.indexOf('\n', newline + 1)) {
      const next = text.charCodeAt(newline + 1);
      if (next === LF) return new HeadText(text.slice(0, newline + 1), newline + 2, startLine, fieldBits);
      if (next === CR && text.charCodeAt(newline + 2) === LF) {
        return new HeadText(text.slice(0, newline + 1), newline + 3, startLine, fieldBits);
      }
      fieldBits |= fieldBitsAt(text, newline + 1);
    }
    return null;
  }

  /** Whether it has more than `limit` lines, its empty line not counted. */
  hasMoreLines(limit: number): boolean {
    // A line has two octets at least, so that short heads, which nearly all are, need not be counted.
    if (this.length <= 2 * limit) return false;
    let lines = 0;
    for (let at = this.latin1.indexOf('\n'); at !== -1; at = this.latin1.indexOf('\n', at + 1)) lines++;
    return lines > limit;
  }

  /** Whether it may have one of these fields, given as bits of field-bits.ts. */
  mayHave(fields: number): boolean {
    return (this.#fieldBits & fields) !== 0;
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
