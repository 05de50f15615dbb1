// The text of one head, its start line and its fields. Strings are made of what is asked for only, and no index is built:
// whoever wants several fields goes over the lines once. Knows no particular field.

import { afterFoldedLines, FieldCursor } from './field-cursor.ts';
import type { HeadScan } from './head-scan.ts';

export type Field = [name: string, value: string];

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const NO_OCTETS = new Uint8Array(0);

/** Blocks are kept as Buffers: making one takes longer than a head, and a block has thousands. */
const buffers = new WeakMap<Uint8Array, Buffer>();

/** Octets as characters. */
function latin1Of(octets: Uint8Array, start: number, end: number): string {
  let buffer = buffers.get(octets);
  if (buffer === undefined) {
    buffer = Buffer.from(octets.buffer, octets.byteOffset, octets.length);
    buffers.set(octets, buffer);
  }
  return buffer.toString('latin1', start, end);
}

/** Octets of memory for a head that is kept; most heads are shorter. */
const USUAL_HEAD = 512;

/** Reused from head to head, as every connection has two. */
export class HeadText {
  /** Where the start line ends, without its line end. */
  startLineEnd = 0;
  #fieldBits = 0;
  /** The lines lie at `#octets[#start, #end)`. */
  #octets: Uint8Array = NO_OCTETS;
  #start = 0;
  #end = 0;
  #latin1: string | null = null;
  /** Null where nobody asked yet. */
  #ascii: boolean | null = null;
  /** Where a head is copied that is kept; made for the first one. */
  #kept = NO_OCTETS;

  /** Becomes the text of a head that begins at `start` and was just scanned. Good until `release`, unless it is kept. */
  begin(octets: Uint8Array, start: number, scan: HeadScan): void {
    this.startLineEnd = scan.startLineEnd - start;
    this.#fieldBits = scan.fieldBits;
    this.#octets = octets;
    this.#start = start;
    this.#end = scan.linesEnd;
    this.#latin1 = null;
    this.#ascii = null;
  }

  /** The head as latin1, so that characters are octets, without its empty line: it ends in the LF of its last line. */
  get latin1(): string {
    this.#latin1 ??= latin1Of(this.#octets, this.#start, this.#end);
    return this.#latin1;
  }

  /** Makes it independent of the octets it was read from, which are read over: good until the next head. */
  keep(): void {
    const length = this.#end - this.#start;
    if (this.#kept.length < length) this.#kept = new Uint8Array(Math.max(length, USUAL_HEAD));
    this.#kept.set(this.#octets.subarray(this.#start, this.#end));
    this.#octets = this.#kept;
    this.#start = 0;
    this.#end = length;
  }

  /** Lets the octets go that it was read from. */
  release(): void {
    if (this.#octets !== this.#kept) this.#octets = NO_OCTETS;
  }

  /** Whether it may have one of these fields, given as bits of field-bits.ts. */
  mayHave(fields: number): boolean {
    return (this.#fieldBits & fields) !== 0;
  }

  /** A cursor before the first field. */
  fields(): FieldCursor {
    const { latin1 } = this;
    // What is folded onto the start line belongs to no field.
    return new FieldCursor(latin1, afterFoldedLines(latin1, latin1.indexOf('\n', this.startLineEnd) + 1));
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
