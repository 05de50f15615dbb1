// Writes the messages of google.protobuf that have a JSON form of their own: a time as RFC 3339 text, a Struct as the
// object it stands for. It knows their field numbers; the walk over the octets is protobuf-json.ts's.
// Source: https://protobuf.dev/programming-guides/json/

import {
  ANY,
  DURATION,
  FIELD_MASK,
  type FieldRow,
  fieldOf,
  LIST_VALUE,
  type MessageTable,
  STRUCT,
  TIMESTAMP,
  VALUE,
  WRAPPER,
} from './message-table.ts';
import { MALFORMED, OUT_OF_ORDER, type Outcome, WRITTEN } from './outcome.ts';
import type { ProtobufJson } from './protobuf-json.ts';
import { LENGTH_DELIMITED, VARINT } from './wire-reader.ts';

const COMMA = 0x2c;
const QUOTE = 0x22;
const MINUS = 0x2d;
const DOT = 0x2e;

/** Seconds of 0001-01-01T00:00:00Z and of 9999-12-31T23:59:59Z (timestamp.proto). */
export const FIRST_SECOND = -62135596800;
export const LAST_SECOND = 253402300799;
/** Ten thousand years, in seconds (duration.proto). */
export const LONGEST_DURATION = 315576000000;
const NANOSECONDS = 1e9;

/** Paths that come back the same from lowerCamelCase, and the one that stands for all fields (https://google.aip.dev/157). */
const MASK_PATH = /^(?:(?:[a-z0-9.]|_[a-z])+|\*)$/;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Writes the message from the reader's position to `end`. What has no such form is written as an object of its fields. */
export function writeWellKnown(json: ProtobufJson, table: MessageTable, end: number, depth: number): Outcome {
  switch (table.wellKnown) {
    case TIMESTAMP:
    case DURATION:
      return writeTime(json, table, end, depth);
    case FIELD_MASK:
      return writeFieldMask(json, table, end, depth);
    case STRUCT:
      return writeStruct(json, table, end, depth);
    case VALUE:
      return writeValue(json, table, end, depth);
    case LIST_VALUE:
      return writeListValue(json, table, end, depth);
    case ANY:
      return writeAny(json, end, depth);
    case WRAPPER:
      return writeWrapper(json, table, end, depth);
    default:
      return json.object(table, end, depth);
  }
}

function writeTime(json: ProtobufJson, table: MessageTable, end: number, depth: number): Outcome {
  const { reader } = json;
  const start = reader.position;
  let seconds = 0;
  let nanoseconds = 0;
  while (reader.position < end) {
    const wireType = reader.tag(end);
    if (wireType < 0) return MALFORMED;
    const { number } = reader;
    if (!reader.skip(wireType, end, depth)) return MALFORMED;
    if (wireType !== VARINT) continue;
    if (number === 1) seconds = reader.high * 0x100000000 + (reader.low >>> 0);
    else if (number === 2) nanoseconds = reader.low | 0;
  }
  if (table.wellKnown === TIMESTAMP && isTimestamp(seconds, nanoseconds)) {
    writeTimestamp(json, seconds, nanoseconds);
  } else if (table.wellKnown === DURATION && isDuration(seconds, nanoseconds)) {
    writeDuration(json, seconds, nanoseconds);
  } else {
    reader.position = start;
    return json.object(table, end, depth);
  }
  return WRITTEN;
}

function isTimestamp(seconds: number, nanoseconds: number): boolean {
  return seconds >= FIRST_SECOND && seconds <= LAST_SECOND && nanoseconds >= 0 && nanoseconds < NANOSECONDS;
}

function isDuration(seconds: number, nanoseconds: number): boolean {
  const signsAgree = seconds === 0 || nanoseconds === 0 || seconds < 0 === nanoseconds < 0;
  return signsAgree && Math.abs(seconds) <= LONGEST_DURATION && Math.abs(nanoseconds) < NANOSECONDS;
}

function writeTimestamp(json: ProtobufJson, seconds: number, nanoseconds: number): void {
  const { writer } = json;
  writer.octet(QUOTE);
  writer.ascii(new Date(seconds * 1000).toISOString().slice(0, -'.000Z'.length));
  writeFraction(json, nanoseconds);
  writer.ascii('Z"');
}

function writeDuration(json: ProtobufJson, seconds: number, nanoseconds: number): void {
  const { writer } = json;
  writer.octet(QUOTE);
  if (seconds < 0 || nanoseconds < 0) writer.octet(MINUS);
  writer.integer(Math.abs(seconds));
  writeFraction(json, Math.abs(nanoseconds));
  writer.ascii('s"');
}

/** 0, 3, 6 or 9 digits, as many as are needed. */
function writeFraction(json: ProtobufJson, nanoseconds: number): void {
  const { writer } = json;
  if (nanoseconds === 0) return;
  writer.octet(DOT);
  if (nanoseconds % 1e6 === 0) writer.padded(nanoseconds / 1e6, 3);
  else if (nanoseconds % 1e3 === 0) writer.padded(nanoseconds / 1e3, 6);
  else writer.padded(nanoseconds, 9);
}

function writeFieldMask(json: ProtobufJson, table: MessageTable, end: number, depth: number): Outcome {
  const { reader, writer } = json;
  const start = reader.position;
  const before = writer.position;
  let first = true;
  writer.octet(QUOTE);
  while (reader.position < end) {
    const wireType = reader.tag(end);
    if (wireType < 0) return MALFORMED;
    if (reader.number !== 1 || wireType !== LENGTH_DELIMITED) {
      if (!reader.skip(wireType, end, depth)) return MALFORMED;
      continue;
    }
    const stop = reader.lengthDelimited(end);
    if (stop < 0) return MALFORMED;
    const path = decoder.decode(reader.octets.subarray(reader.position, stop));
    if (!MASK_PATH.test(path)) {
      reader.position = start;
      writer.position = before;
      return json.object(table, end, depth);
    }
    if (!first) writer.octet(COMMA);
    first = false;
    writer.ascii(path.replace(/_[a-z]/g, (letter) => letter[1].toUpperCase()));
    reader.position = stop;
  }
  writer.octet(QUOTE);
  return WRITTEN;
}

function writeStruct(json: ProtobufJson, table: MessageTable, end: number, depth: number): Outcome {
  const keys = new Set<string>();
  return writeEach(json, fieldOf(table, 1) as FieldRow, end, depth, '{}', (row) => json.entry(row, end, depth, keys));
}

function writeListValue(json: ProtobufJson, table: MessageTable, end: number, depth: number): Outcome {
  return writeEach(json, fieldOf(table, 1) as FieldRow, end, depth, '[]', (row) => json.value(row, end, depth));
}

/** The records of one field, without its key, between brackets. */
function writeEach(
  json: ProtobufJson,
  row: FieldRow,
  end: number,
  depth: number,
  brackets: string,
  write: (row: FieldRow) => Outcome,
): Outcome {
  const { reader, writer } = json;
  let first = true;
  writer.ascii(brackets[0]);
  while (reader.position < end) {
    const wireType = reader.tag(end);
    if (wireType < 0) return MALFORMED;
    if (reader.number !== row.number || wireType !== row.wireType) {
      if (!reader.skip(wireType, end, depth)) return MALFORMED;
      continue;
    }
    if (!first) writer.octet(COMMA);
    first = false;
    const outcome = write(row);
    if (outcome !== WRITTEN) return outcome;
  }
  writer.ascii(brackets[1]);
  return WRITTEN;
}

/** A oneof of six kinds; a second one means that the message must be ordered, which leaves the last. */
function writeValue(json: ProtobufJson, table: MessageTable, end: number, depth: number): Outcome {
  const { reader, writer } = json;
  let written = false;
  while (reader.position < end) {
    const wireType = reader.tag(end);
    if (wireType < 0) return MALFORMED;
    const row = fieldOf(table, reader.number);
    if (row?.wireType !== wireType) {
      if (!reader.skip(wireType, end, depth)) return MALFORMED;
      continue;
    }
    if (written) return OUT_OF_ORDER;
    written = true;
    const outcome = json.value(row, end, depth);
    if (outcome !== WRITTEN) return outcome;
  }
  if (!written) writer.ascii('null');
  return WRITTEN;
}

function writeWrapper(json: ProtobufJson, table: MessageTable, end: number, depth: number): Outcome {
  const { reader } = json;
  const row = fieldOf(table, 1) as FieldRow;
  let valueAt = -1;
  while (reader.position < end) {
    const wireType = reader.tag(end);
    if (wireType < 0) return MALFORMED;
    if (reader.number === row.number && wireType === row.wireType) valueAt = reader.position;
    if (!reader.skip(wireType, end, depth)) return MALFORMED;
  }
  if (valueAt < 0) return json.absent(row, depth);
  reader.position = valueAt;
  const outcome = json.value(row, end, depth);
  reader.position = end;
  return outcome;
}

function writeAny(json: ProtobufJson, end: number, depth: number): Outcome {
  const { reader, writer } = json;
  let urlStart = 0;
  let urlEnd = 0;
  let valueStart = reader.position;
  let valueEnd = reader.position;
  while (reader.position < end) {
    const wireType = reader.tag(end);
    if (wireType < 0) return MALFORMED;
    if (wireType !== LENGTH_DELIMITED || reader.number > 2) {
      if (!reader.skip(wireType, end, depth)) return MALFORMED;
      continue;
    }
    const stop = reader.lengthDelimited(end);
    if (stop < 0) return MALFORMED;
    if (reader.number === 1) {
      urlStart = reader.position;
      urlEnd = stop;
    } else {
      valueStart = reader.position;
      valueEnd = stop;
    }
    reader.position = stop;
  }
  if (urlEnd === urlStart && valueEnd === valueStart) {
    writer.ascii('{}');
    return WRITTEN;
  }
  writer.ascii('{"@type":');
  if (!writer.jsonText(reader.octets, urlStart, urlEnd)) {
    reader.fail(urlStart, 'the type of an Any is not UTF-8');
    return MALFORMED;
  }
  const url = decoder.decode(reader.octets.subarray(urlStart, urlEnd));
  const outcome = writeHeld(json, json.typeNamed(url.slice(url.lastIndexOf('/') + 1)), valueStart, valueEnd, depth + 1);
  if (outcome === WRITTEN) writer.ascii('}');
  return outcome;
}

/** What an `Any` holds, as further members of its object; as base64 where its type is not known. */
function writeHeld(
  json: ProtobufJson,
  table: MessageTable | undefined,
  start: number,
  end: number,
  depth: number,
): Outcome {
  const { reader, writer } = json;
  if (table === undefined) {
    writer.ascii(',"value":"');
    writer.base64(reader.octets, start, end);
    writer.octet(QUOTE);
    return WRITTEN;
  }
  if (table.wellKnown !== ANY) return json.embedded(table, start, end, depth);
  // It may be in any order, so there is nothing to be put in order.
  const after = reader.position;
  reader.position = start;
  writer.ascii(',"value":');
  const outcome = json.message(table, end, depth);
  reader.position = after;
  return outcome;
}
