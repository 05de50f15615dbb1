// Spells one protobuf scalar in the proto3 JSON mapping: the words that the wire reader read, by the kind that the
// message table names. It knows neither fields nor messages. Source: https://protobuf.dev/programming-guides/json/

import {
  BOOL,
  DOUBLE,
  ENUM,
  type FieldRow,
  FLOAT,
  SIGNED32,
  SIGNED64,
  STRING,
  UNSIGNED32,
  UNSIGNED64,
  ZIGZAG32,
  ZIGZAG64,
} from './message-table.ts';
import type { OctetWriter } from './octet-writer.ts';
import { shortestFloat } from './shortest-float.ts';

const QUOTE = 0x22;

// Floats are read by laying words over them; one pair of views for all, as nothing is read concurrently.
const words = new Int32Array(2);
const float = new Float32Array(words.buffer);
const double = new Float64Array(words.buffer);

/** Whether the words are the zero of the row's kind; of 32-bit kinds a longer varint's high word is cut off. */
export function isZero(row: FieldRow, low: number, high: number): boolean {
  return row.kind >= SIGNED64 || row.kind === BOOL ? (low | high) === 0 : low === 0;
}

/** Writes a number, a boolean or an enum. */
export function writeScalar(writer: OctetWriter, row: FieldRow, low: number, high: number): void {
  switch (row.kind) {
    case SIGNED32:
      writer.integer(low | 0);
      break;
    case UNSIGNED32:
      writer.integer(low >>> 0);
      break;
    case ZIGZAG32:
      writer.integer((low >>> 1) ^ -(low & 1));
      break;
    case BOOL:
      writer.ascii((low | high) === 0 ? 'false' : 'true');
      break;
    case ENUM:
      writeEnum(writer, row, low | 0);
      break;
    case FLOAT:
      words[0] = low;
      writeFloating(writer, float[0], true);
      break;
    case DOUBLE:
      words[0] = low;
      words[1] = high;
      writeFloating(writer, double[0], false);
      break;
    case SIGNED64:
      writer.octet(QUOTE);
      writer.signed64(low, high);
      writer.octet(QUOTE);
      break;
    case UNSIGNED64:
      writer.octet(QUOTE);
      writer.unsigned64(low, high);
      writer.octet(QUOTE);
      break;
    case ZIGZAG64: {
      const sign = -(low & 1);
      writer.octet(QUOTE);
      writer.signed64(((low >>> 1) | (high << 31)) ^ sign, (high >>> 1) ^ sign);
      writer.octet(QUOTE);
      break;
    }
  }
}

/** The same as a key of a JSON object, which is always quoted; the 64-bit kinds are so already. */
export function writeScalarKey(writer: OctetWriter, row: FieldRow, low: number, high: number): void {
  const quoted = row.kind >= SIGNED64 && row.kind < STRING;
  if (!quoted) writer.octet(QUOTE);
  writeScalar(writer, row, low, high);
  if (!quoted) writer.octet(QUOTE);
}

function writeEnum(writer: OctetWriter, row: FieldRow, value: number): void {
  const name = row.enumNames?.get(value);
  if (name) writer.constant(name);
  else writer.integer(value);
}

function writeFloating(writer: OctetWriter, value: number, single: boolean): void {
  if (Number.isSafeInteger(value) && !Object.is(value, -0) && (!single || Math.abs(value) < 0x1000000)) {
    writer.integer(value);
  } else if (!Number.isFinite(value)) {
    writer.octet(QUOTE);
    writer.ascii(String(value));
    writer.octet(QUOTE);
  } else if (single) {
    writer.ascii(shortestFloat(value));
  } else {
    writer.ascii(Object.is(value, -0) ? '-0' : String(value));
  }
}
