// Takes a protobuf message apart for people: every field with the octets of its tag, its length and its value. With a
// table it names them, without one it guesses as `protoc --decode_raw` does. It stops where decoding would fail and says
// why; it is not made for speed and writes no JSON of messages.

import { hexOf } from '../octet-hex.ts';
import { utf8SequenceLength } from '../ws/utf8-sequence.ts';
import { writeScalar } from './json-scalar.ts';
import { BYTES, type FieldRow, fieldOf, MAP, MESSAGE, type MessageTable, STRING } from './message-table.ts';
import { OctetWriter } from './octet-writer.ts';
import { accepts } from './wire-order.ts';
import { DEPTH_LIMIT, FIXED32, GROUP_START, LENGTH_DELIMITED, TOO_DEEP, VARINT, WireReader } from './wire-reader.ts';

/** `rest` is what cannot be read. */
export type FieldPartName = 'tag' | 'length' | 'value' | 'end-tag' | 'rest';

/** Octets `[start, end)` of a field, and what they are. */
export interface FieldPart {
  start: number;
  end: number;
  what: FieldPartName;
}

export interface ExplainedField {
  /** Half-open range of all of the field's octets. */
  start: number;
  end: number;
  /** 0 where not even the tag could be read. */
  fieldNumber: number;
  wireType: number;
  /** Null where the type has no such field, or no type is known. */
  name: string | null;
  /** As declared, such as `uint32` or `pb.Ping`. */
  typeName: string | null;
  /** In the order of the octets; children's octets lie in `value`. */
  parts: FieldPart[];
  /** The value in short, the reason where it is broken; empty where there are children. */
  text: string;
  /** True on the last field of a message that cannot be read further. */
  broken: boolean;
  children?: ExplainedField[];
}

/** Longer strings and bytes are cut: it is their place that is explained. */
const TEXT_LIMIT = 64;

/**
 * The fields of the message `octets[start, end)`, without the id before it. `table` is its type, or null. Nothing is
 * thrown: what cannot be read is the last field, marked `broken`.
 */
export function explainFields(
  table: MessageTable | null,
  octets: Uint8Array,
  start: number,
  end: number,
): ExplainedField[] {
  const reader = new WireReader();
  reader.reset(octets, start);
  return explainMessage(reader, table, end, 0);
}

function explainMessage(reader: WireReader, table: MessageTable | null, end: number, depth: number): ExplainedField[] {
  const fields: ExplainedField[] = [];
  while (reader.position < end) {
    const field = explainField(reader, table, end, depth);
    fields.push(field);
    // A broken field that does not reach to the end has a length of its own: what follows it can be read.
    reader.position = field.end;
  }
  return fields;
}

function explainField(reader: WireReader, table: MessageTable | null, end: number, depth: number): ExplainedField {
  const start = reader.position;
  const wireType = reader.tag(end);
  const field: ExplainedField = {
    start,
    end,
    fieldNumber: wireType < 0 ? 0 : reader.number,
    wireType,
    name: null,
    typeName: null,
    parts: [],
    text: '',
    broken: false,
  };
  if (wireType < 0) return breakOff(field, start, end, reader.failureReason);
  const known = table ? fieldOf(table, reader.number) : undefined;
  const row = known && accepts(known, wireType) ? known : undefined;
  if (row) {
    field.name = row.name;
    field.typeName = row.repeated ? `repeated ${row.typeName}` : row.typeName;
  }
  const valueStart = reader.position;
  field.parts.push({ start, end: valueStart, what: 'tag' });
  if (depth >= DEPTH_LIMIT) return breakOff(field, valueStart, end, TOO_DEEP);
  if (!reader.skip(wireType, end, depth)) return breakOff(field, valueStart, end, reader.failureReason);
  field.end = reader.position;
  if (wireType === LENGTH_DELIMITED) explainLengthDelimited(reader, field, row, valueStart, depth);
  else if (wireType === GROUP_START) explainGroup(reader, field, row, valueStart, depth);
  else explainNumber(reader, field, row, valueStart);
  reader.position = field.end;
  return field;
}

function explainNumber(reader: WireReader, field: ExplainedField, row: FieldRow | undefined, start: number): void {
  field.parts.push({ start, end: field.end, what: 'value' });
  reader.position = start;
  reader.numeric(field.wireType, field.end);
  field.text = row ? scalarText(row, reader.low, reader.high) : rawNumber(field.wireType, reader.low, reader.high);
}

function explainLengthDelimited(
  reader: WireReader,
  field: ExplainedField,
  row: FieldRow | undefined,
  lengthStart: number,
  depth: number,
): void {
  reader.position = lengthStart;
  reader.lengthDelimited(field.end);
  const start = reader.position;
  const { end } = field;
  field.parts.push({ start: lengthStart, end: start, what: 'length' });
  if (row !== undefined && row.kind < STRING) {
    explainPacked(reader, field, row, start);
    return;
  }
  if (end > start) field.parts.push({ start, end, what: 'value' });
  if (row?.kind === MESSAGE || row?.kind === MAP) {
    field.children = explainMessage(reader, row.child, end, depth + 1);
  } else if (row?.kind === STRING) {
    field.text = stringText(reader.octets, start, end);
  } else if (row?.kind === BYTES) {
    field.text = bytesText(reader.octets, start, end);
  } else {
    explainUnknown(reader, field, start, depth);
  }
}

/** Text where it can be printed, else a message where it has the form of one, else octets. */
function explainUnknown(reader: WireReader, field: ExplainedField, start: number, depth: number): void {
  const { octets } = reader;
  if (isPrintable(octets, start, field.end)) {
    field.text = stringText(octets, start, field.end);
  } else if (isMessage(reader, start, field.end, depth + 1)) {
    reader.position = start;
    field.children = explainMessage(reader, null, field.end, depth + 1);
  } else {
    field.text = bytesText(octets, start, field.end);
  }
}

function explainPacked(reader: WireReader, field: ExplainedField, row: FieldRow, start: number): void {
  const values: string[] = [];
  reader.position = start;
  while (reader.position < field.end) {
    const valueStart = reader.position;
    if (!reader.numeric(row.wireType, field.end)) {
      breakOff(field, valueStart, field.end, reader.failureReason);
      return;
    }
    field.parts.push({ start: valueStart, end: reader.position, what: 'value' });
    values.push(scalarText(row, reader.low, reader.high));
  }
  field.text = shorten(`[${values.join(', ')}]`);
}

function explainGroup(
  reader: WireReader,
  field: ExplainedField,
  row: FieldRow | undefined,
  start: number,
  depth: number,
): void {
  const contentEnd = reader.groupContentEnd;
  if (contentEnd > start) field.parts.push({ start, end: contentEnd, what: 'value' });
  field.parts.push({ start: contentEnd, end: field.end, what: 'end-tag' });
  reader.position = start;
  field.children = explainMessage(reader, row?.child ?? null, contentEnd, depth + 1);
}

function breakOff(field: ExplainedField, start: number, end: number, reason: string): ExplainedField {
  field.end = end;
  field.broken = true;
  field.text = reason;
  field.parts.push({ start, end, what: 'rest' });
  return field;
}

/** Whether all octets can be passed over as fields. */
function isMessage(reader: WireReader, start: number, end: number, depth: number): boolean {
  reader.position = start;
  while (reader.position < end) {
    const wireType = reader.tag(end);
    if (wireType < 0 || !reader.skip(wireType, end, depth)) return false;
  }
  return true;
}

function isPrintable(octets: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; ) {
    const length = utf8SequenceLength(octets, at, end);
    if (length < 0 || octets[at] < 0x20 || octets[at] === 0x7f) return false;
    at += length;
  }
  return true;
}

function scalarText(row: FieldRow, low: number, high: number): string {
  const writer = new OctetWriter(64);
  writeScalar(writer, row, low, high);
  return writer.text().replaceAll('"', '');
}

/** A varint as an unsigned number, fixed words in hexadecimal, as `protoc --decode_raw` has them. */
function rawNumber(wireType: number, low: number, high: number): string {
  if (wireType === VARINT) {
    const writer = new OctetWriter(64);
    writer.unsigned64(low, high);
    return writer.text();
  }
  const digits = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');
  return wireType === FIXED32 ? `0x${digits(low)}` : `0x${digits(high)}${digits(low)}`;
}

function stringText(octets: Uint8Array, start: number, end: number): string {
  const writer = new OctetWriter(64);
  const stop = Math.min(end, start + TEXT_LIMIT);
  writer.jsonText(octets, start, stop);
  return stop < end ? `${writer.text()}…` : writer.text();
}

function bytesText(octets: Uint8Array, start: number, end: number): string {
  const shown = Array.from(octets.subarray(start, Math.min(end, start + TEXT_LIMIT / 2)), hexOf);
  if (shown.length === end - start) return shown.join(' ');
  return `${shown.join(' ')}…`;
}

function shorten(text: string): string {
  return text.length > TEXT_LIMIT ? `${text.slice(0, TEXT_LIMIT)}…` : text;
}
