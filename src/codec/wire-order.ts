// Rewrites a protobuf message so that every field comes once, in order of declaration, and every map key once: what was
// sent twice is merged, what was overwritten is dropped. It makes octets of octets and knows nothing of JSON; the writer
// of JSON need only understand the ordered form. Source: https://protobuf.dev/programming-guides/encoding/#last-one-wins

import { utf8SequenceLength } from '../ws/utf8-sequence.ts';
import { writeScalarKey } from './json-scalar.ts';
import { type FieldRow, fieldOf, MAP, MESSAGE, type MessageTable, STRING } from './message-table.ts';
import { OctetWriter } from './octet-writer.ts';
import { PARTS_LIMIT, RUNS_LIMIT, TOO_MANY_PARTS, TOO_MANY_RUNS } from './value-limits.ts';
import { DEPTH_LIMIT, GROUP_END, GROUP_START, LENGTH_DELIMITED, TOO_DEEP, WireReader } from './wire-reader.ts';

/** Lengths are written in five octets before the content is known, so that nothing has to move afterwards. */
const LENGTH_OCTETS = 5;

/** Half-open ranges of octets, flat: start, end, start, end… */
type Ranges = number[];

/**
 * All of the message is looked at, also what is dropped, so that a broken octet is found and told by its offset in the
 * original. The result is at most a few times as long as the message; the work is linear in it.
 */
export class WireOrder {
  readonly reader = new WireReader();
  /** Names of the fields that a failure lies in, outermost first. */
  readonly path: string[] = [];
  readonly #writer = new OctetWriter();
  readonly #keyText = new OctetWriter();
  /** Messages inside and map entries. */
  #parts = 0;
  /** Fields that come again behind others. */
  #runs = 0;
  /** The record that `#nextRecord` read. */
  #recordStart = 0;
  #contentStart = 0;
  #contentEnd = 0;

  /** The ordered message, after `order` returned true. */
  get octets(): Uint8Array {
    return this.#writer.buffer;
  }

  get end(): number {
    return this.#writer.position;
  }

  /** Orders `octets[start, end)`, `depth` levels down; false where it is broken: see `reader` and `path`. */
  order(table: MessageTable, octets: Uint8Array, start: number, end: number, depth: number): boolean {
    this.reader.reset(octets, start);
    this.path.length = 0;
    this.#parts = 0;
    this.#runs = 0;
    this.#writer.position = 0;
    return this.#message(table, [start, end], depth);
  }

  /** A message that lies in pieces: the encodings laid end to end are its merger. */
  #message(table: MessageTable, pieces: Ranges, depth: number): boolean {
    if (depth > DEPTH_LIMIT) {
      return this.reader.fail(pieces[0], TOO_DEEP);
    }
    const records = new Map<FieldRow, Ranges>();
    const oneofs = new Map<number, FieldRow>();
    for (let i = 0; i < pieces.length; i += 2) {
      if (!this.#sort(table, pieces[i], pieces[i + 1], records, oneofs, depth)) return false;
    }
    const inOrder = [...records].sort(([a], [b]) => a.index - b.index);
    return inOrder.every(([row, runs]) => this.#field(row, runs, depth));
  }

  /** Notes for each field where its records lie; neighbours become one run. */
  #sort(
    table: MessageTable,
    start: number,
    end: number,
    records: Map<FieldRow, Ranges>,
    oneofs: Map<number, FieldRow>,
    depth: number,
  ): boolean {
    const reader = this.reader;
    reader.position = start;
    while (reader.position < end) {
      const wireType = reader.tag(end);
      if (wireType < 0) return false;
      const recordStart = reader.tagStart;
      const row = fieldOf(table, reader.number);
      if (!reader.skip(wireType, end, depth)) {
        if (row) this.path.unshift(row.name);
        return false;
      }
      if (row === undefined || !accepts(row, wireType)) continue;
      const rival = row.oneof < 0 ? undefined : oneofs.get(row.oneof);
      if (rival && rival !== row) {
        const after = reader.position;
        if (!this.#check(rival, records.get(rival) ?? [], depth)) return false;
        reader.position = after;
        records.delete(rival);
      }
      if (row.oneof >= 0) oneofs.set(row.oneof, row);
      const runs = records.get(row);
      if (runs === undefined) records.set(row, [recordStart, reader.position]);
      else if (runs[runs.length - 1] === recordStart) runs[runs.length - 1] = reader.position;
      else if (++this.#runs > RUNS_LIMIT) return reader.fail(recordStart, TOO_MANY_RUNS);
      else runs.push(recordStart, reader.position);
    }
    return true;
  }

  #field(row: FieldRow, runs: Ranges, depth: number): boolean {
    const written =
      row.kind === MAP
        ? this.#map(row, runs, depth)
        : row.kind === MESSAGE
          ? this.#messages(row, runs, depth)
          : this.#scalars(row, runs);
    if (!written) this.path.unshift(row.name);
    return written;
  }

  /** Writes and takes back: what is overwritten must be well-formed nonetheless. */
  #check(row: FieldRow, runs: Ranges, depth: number): boolean {
    const before = this.#writer.position;
    const sound = this.#field(row, runs, depth);
    this.#writer.position = before;
    return sound;
  }

  #scalars(row: FieldRow, runs: Ranges): boolean {
    const reader = this.reader;
    let recordStart = 0;
    let recordEnd = 0;
    for (let i = 0; i < runs.length; i += 2) {
      reader.position = runs[i];
      while (reader.position < runs[i + 1]) {
        const wireType = this.#nextRecord(runs[i + 1]);
        if (row.kind === STRING && !this.#isUtf8()) return false;
        if (row.packable && wireType === LENGTH_DELIMITED && !this.#isPacked(row)) return false;
        recordStart = this.#recordStart;
        recordEnd = reader.position;
      }
      if (row.repeated) this.#writer.range(reader.octets, runs[i], runs[i + 1]);
    }
    if (!row.repeated) this.#writer.range(reader.octets, recordStart, recordEnd);
    return true;
  }

  #messages(row: FieldRow, runs: Ranges, depth: number): boolean {
    const contents = this.#contents(runs);
    if (contents === null) return false;
    if (!row.repeated) return this.#nested(row, contents, depth);
    for (let i = 0; i < contents.length; i += 2) {
      if (!this.#nested(row, [contents[i], contents[i + 1]], depth)) return false;
    }
    return true;
  }

  #map(row: FieldRow, runs: Ranges, depth: number): boolean {
    const entries = new Map<string, Ranges>();
    const contents = this.#contents(runs);
    if (contents === null) return false;
    for (let i = 0; i < contents.length; i += 2) {
      const entry = [contents[i], contents[i + 1]];
      const key = this.#keyOf(row, entry[0], entry[1], depth);
      if (key === null) return false;
      const overwritten = entries.get(key);
      if (overwritten) {
        const before = this.#writer.position;
        if (!this.#nested(row, overwritten, depth)) return false;
        this.#writer.position = before;
      }
      entries.set(key, entry);
    }
    for (const entry of entries.values()) {
      if (!this.#nested(row, entry, depth)) return false;
    }
    return true;
  }

  /** The entry's key as JSON, so that two spellings of a number are one key; null where the entry is broken. */
  #keyOf(row: FieldRow, start: number, end: number, depth: number): string | null {
    const reader = this.reader;
    const keyRow = row.child?.fields[0] as FieldRow;
    const text = this.#keyText;
    text.position = 0;
    reader.position = start;
    while (reader.position < end) {
      const wireType = reader.tag(end);
      if (wireType < 0) return null;
      const isKey = reader.number === keyRow.number && wireType === keyRow.wireType;
      if (!isKey) {
        if (!reader.skip(wireType, end, depth + 1)) return null;
      } else if (keyRow.kind === STRING) {
        const stop = reader.lengthDelimited(end);
        if (stop < 0) return null;
        text.position = 0;
        text.range(reader.octets, reader.position, stop);
        reader.position = stop;
      } else {
        if (!reader.numeric(wireType, end)) return null;
        text.position = 0;
        writeScalarKey(text, keyRow, reader.low, reader.high);
      }
    }
    if (text.position === 0 && keyRow.kind !== STRING) writeScalarKey(text, keyRow, 0, 0);
    return text.text();
  }

  #nested(row: FieldRow, pieces: Ranges, depth: number): boolean {
    const writer = this.#writer;
    const table = row.child as MessageTable;
    if (row.wireType === GROUP_START) {
      this.#varint(row.number * 8 + GROUP_START);
      if (!this.#message(table, pieces, depth + 1)) return false;
      this.#varint(row.number * 8 + GROUP_END);
      return true;
    }
    this.#varint(row.number * 8 + LENGTH_DELIMITED);
    writer.reserve(LENGTH_OCTETS);
    const lengthAt = writer.position;
    writer.position += LENGTH_OCTETS;
    if (!this.#message(table, pieces, depth + 1)) return false;
    let length = writer.position - lengthAt - LENGTH_OCTETS;
    for (let i = 0; i < LENGTH_OCTETS; i++) {
      writer.buffer[lengthAt + i] = (length & 0x7f) | (i < LENGTH_OCTETS - 1 ? 0x80 : 0);
      length = Math.floor(length / 128);
    }
    return true;
  }

  /** Where the contents of the records in `runs` lie; null where they are too many. */
  #contents(runs: Ranges): Ranges | null {
    const contents: Ranges = [];
    for (let i = 0; i < runs.length; i += 2) {
      this.reader.position = runs[i];
      while (this.reader.position < runs[i + 1]) {
        this.#nextRecord(runs[i + 1]);
        if (++this.#parts > PARTS_LIMIT) {
          this.reader.fail(this.#recordStart, TOO_MANY_PARTS);
          return null;
        }
        contents.push(this.#contentStart, this.#contentEnd);
      }
    }
    return contents;
  }

  /** Reads a record again that `#sort` has found sound; returns its wire type. */
  #nextRecord(end: number): number {
    const reader = this.reader;
    const wireType = reader.tag(end);
    this.#recordStart = reader.tagStart;
    this.#contentStart = reader.position;
    if (wireType === LENGTH_DELIMITED) {
      this.#contentEnd = reader.lengthDelimited(end);
      this.#contentStart = reader.position;
      reader.position = this.#contentEnd;
    } else {
      reader.skip(wireType, end, 0);
      this.#contentEnd = wireType === GROUP_START ? reader.groupContentEnd : reader.position;
    }
    return wireType;
  }

  #isUtf8(): boolean {
    const octets = this.reader.octets;
    for (let at = this.#contentStart; at < this.#contentEnd; ) {
      const length = utf8SequenceLength(octets, at, this.#contentEnd);
      if (length < 0) return this.reader.fail(this.#contentStart, 'a string is not UTF-8');
      at += length;
    }
    return true;
  }

  #isPacked(row: FieldRow): boolean {
    const reader = this.reader;
    reader.position = this.#contentStart;
    while (reader.position < this.#contentEnd) {
      if (!reader.numeric(row.wireType, this.#contentEnd)) return false;
    }
    return true;
  }

  #varint(value: number): void {
    let rest = value;
    for (; rest > 0x7f; rest = Math.floor(rest / 128)) this.#writer.octet((rest & 0x7f) | 0x80);
    this.#writer.octet(rest);
  }
}

/** Whether a record of this wire type is one of the field; otherwise it is passed over as an unknown field. */
export function accepts(row: FieldRow, wireType: number): boolean {
  return wireType === row.wireType || (row.packable && wireType === LENGTH_DELIMITED);
}
