// Encodes the messages of google.protobuf that have a JSON form of their own: RFC 3339 text as a Timestamp, any JSON as a
// Value. It knows their field numbers; the walk along the tables is message-encoder.ts's. The counterpart of well-known-types.ts.
// Source: https://protobuf.dev/programming-guides/json/

import { Misfit, quoteValue } from './encode-error.ts';
import type { MessageEncoder } from './message-encoder.ts';
import {
  ANY,
  DURATION,
  FIELD_MASK,
  type FieldRow,
  fieldOf,
  LIST_VALUE,
  type MessageTable,
  ORDINARY,
  STRUCT,
  TIMESTAMP,
  VALUE,
  WRAPPER,
} from './message-table.ts';
import { isDefault, type Scalar, scalarOf } from './scalar-encoder.ts';
import { FIRST_SECOND, LAST_SECOND, LONGEST_DURATION } from './well-known-types.ts';
import { LENGTH_DELIMITED } from './wire-reader.ts';

const TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))$/i;
const LENGTH_OF_TIME = /^(-?)(\d+)(?:\.(\d{1,9}))?s$/;
const MASK_PATH = /^(?:[a-z0-9A-Z.]+|\*)$/;

/** False where the value is to be encoded as an object of its fields, as that of any other message. */
export function encodeWellKnown(encoder: MessageEncoder, table: MessageTable, value: unknown, depth: number): boolean {
  const field = (number: number): FieldRow => fieldOf(table, number) as FieldRow;
  switch (table.wellKnown) {
    case TIMESTAMP:
    case DURATION:
    case FIELD_MASK:
      // What has no such form, as a time after the year 9999, is shown by its fields, and is taken so again.
      if (typeof value === 'object' && value !== null) return false;
      if (typeof value !== 'string') throw new Misfit(`${quoteValue(value)} is no text, as ${table.name} needs`);
      if (table.wellKnown === FIELD_MASK) encodeFieldMask(encoder, field(1), value);
      else encodeTime(encoder, field(1), field(2), table.wellKnown === TIMESTAMP ? timeOf(value) : durationOf(value));
      return true;
    case STRUCT:
      encoder.entries(field(1), value, depth);
      return true;
    case LIST_VALUE:
      encoder.elements(field(1), value, depth);
      return true;
    case VALUE:
      encodeValue(encoder, field, value, depth);
      return true;
    case WRAPPER:
      encodeScalar(encoder, field(1), scalarOf(field(1), value));
      return true;
    case ANY:
      encodeAny(encoder, field, value, depth);
      return true;
    default:
      return false;
  }
}

function encodeScalar(encoder: MessageEncoder, row: FieldRow, scalar: Scalar): void {
  if (!isDefault(scalar)) encoder.scalar(row, scalar);
}

function encodeTime(
  encoder: MessageEncoder,
  secondsRow: FieldRow,
  nanosecondsRow: FieldRow,
  [seconds, nanoseconds]: readonly [bigint, bigint],
): void {
  encodeScalar(encoder, secondsRow, seconds);
  encodeScalar(encoder, nanosecondsRow, nanoseconds);
}

function timeOf(text: string): [seconds: bigint, nanoseconds: bigint] {
  const parts = TIME.exec(text);
  const refused = new Misfit(`${quoteValue(text)} is no time as 2006-01-02T15:04:05Z`);
  if (parts === null) throw refused;
  const [, year, month, day, hour, minute, second, fraction = '', sign, offsetHours = '0', offsetMinutes = '0'] = parts;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  date.setUTCHours(Number(hour), Number(minute), Number(second));
  const said = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  // A day or an hour that does not exist has moved on to the next.
  if (!date.toISOString().startsWith(said) || Number(offsetHours) > 23 || Number(offsetMinutes) > 59) throw refused;
  const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60 * (sign === '-' ? -1 : 1);
  const seconds = BigInt(date.getTime() / 1000 - offset);
  if (seconds < FIRST_SECOND || seconds > LAST_SECOND) throw refused;
  return [seconds, BigInt(fraction.padEnd(9, '0'))];
}

function durationOf(text: string): [seconds: bigint, nanoseconds: bigint] {
  const parts = LENGTH_OF_TIME.exec(text);
  if (parts === null) throw new Misfit(`${quoteValue(text)} is no duration as 1.5s`);
  const sign = parts[1] === '-' ? -1n : 1n;
  const seconds = BigInt(parts[2]);
  if (seconds > LONGEST_DURATION) throw new Misfit(`${quoteValue(text)} is longer than ${LONGEST_DURATION}s`);
  return [seconds * sign, BigInt((parts[3] ?? '').padEnd(9, '0')) * sign];
}

function encodeFieldMask(encoder: MessageEncoder, row: FieldRow, text: string): void {
  if (text === '') return;
  for (const path of text.split(',')) {
    if (!MASK_PATH.test(path)) throw new Misfit(`${quoteValue(path)} is no path of a field mask`);
    encoder.scalar(row, new TextEncoder().encode(path.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)));
  }
}

function encodeValue(
  encoder: MessageEncoder,
  field: (number: number) => FieldRow,
  value: unknown,
  depth: number,
): void {
  if (value === null) encoder.scalar(field(1), 0n);
  else if (typeof value === 'number' && Number.isFinite(value)) encoder.scalar(field(2), value);
  else if (typeof value === 'string') encoder.element(field(3), value, depth);
  else if (typeof value === 'boolean') encoder.scalar(field(4), value);
  else if (typeof value === 'object') encoder.element(field(Array.isArray(value) ? 6 : 5), value, depth);
  else throw new Misfit(`${quoteValue(value)} is no JSON`);
}

function encodeAny(encoder: MessageEncoder, field: (number: number) => FieldRow, value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Misfit(`${quoteValue(value)} is no object, as google.protobuf.Any needs`);
  }
  const { '@type': url, ...members } = value as Record<string, unknown>;
  if (url === undefined && Object.keys(members).length === 0) return;
  if (typeof url !== 'string') throw new Misfit('an Any needs its "@type"');
  const name = url.slice(url.lastIndexOf('/') + 1);
  const held = encoder.typeNamed(name);
  encoder.element(field(1), url, depth);
  if (held === undefined) {
    // As it is shown where its type is not known.
    const { value: octets, ...others } = members;
    if (typeof octets !== 'string' || Object.keys(others).length > 0) {
      throw new Misfit(`no type ${name} in the .proto files; give "value" as base64`);
    }
    encodeScalar(encoder, field(2), scalarOf(field(2), octets));
    return;
  }
  let content: unknown = members;
  if (held.wellKnown !== ORDINARY && 'value' in members) content = members.value;
  encoder.writer.tag(field(2).number, LENGTH_DELIMITED);
  encoder.writer.nested(() => encoder.message(held, content, depth + 1));
}
