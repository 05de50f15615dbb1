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

export class HeadText {
  /** Octets of the head, its empty line included. */
  readonly length: number;
  /** Where the start line ends, without its line end. */
  readonly startLineEnd: number;
  readonly #fieldBits: number;
  /** The lines lie at `#octets[#start, #end)` until they are made text. */
  #octets: Uint8Array;
  readonly #start: number;
  readonly #end: number;
  #latin1: string | null = null;
  /** Null where nobody asked yet. */
  #ascii: boolean | null = null;

  /** Of a head that begins at `start` and was just scanned. Good as long as the octets stay: see `keep`. */
  constructor(octets: Uint8Array, start: number, scan: HeadScan) {
    this.length = scan.end - start;
    this.startLineEnd = scan.startLineEnd - start;
    this.#fieldBits = scan.fieldBits;
    this.#octets = octets;
    this.#start = start;
    this.#end = scan.linesEnd;
  }

  /** The head as latin1, so that characters are octets, without its empty line: it ends in the LF of its last line. */
  get latin1(): string {
    this.#latin1 ??= latin1Of(this.#octets, this.#start, this.#end);
    return this.#latin1;
  }

  /** Makes it independent of the octets it was read from, which are read over. */
  keep(): void {
    this.#latin1 ??= latin1Of(this.#octets, this.#start, this.#end);
    this.#octets = NO_OCTETS;
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
