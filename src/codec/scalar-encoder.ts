// Reads one JSON value as a protobuf scalar of the kind that the message table names, and writes its octets: numbers also as
// text, bytes as base64, enums by name. It knows neither fields nor messages. The counterpart of json-scalar.ts.
// Source: https://protobuf.dev/programming-guides/json/

import { nearestName } from '../nearest-name.ts';
import { Misfit, quoteValue } from './encode-error.ts';
import {
  BOOL,
  BYTES,
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
import { FIXED32, FIXED64 } from './wire-reader.ts';
import type { WireWriter } from './wire-writer.ts';

const INTEGER = /^-?\d+$/;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;
const LARGEST_FLOAT = 3.4028234663852886e38;
/** Halfway from the largest float to what would be next: from here on, rounding gives infinity. */
const FLOAT_OVERFLOW = 3.4028235677973366e38;
const NOT_FINITE: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

/** Lowest and highest value of the integer kinds. */
const RANGES: Readonly<Record<number, readonly [least: bigint, most: bigint]>> = {
  [SIGNED32]: [-(2n ** 31n), 2n ** 31n - 1n],
  [ZIGZAG32]: [-(2n ** 31n), 2n ** 31n - 1n],
  [ENUM]: [-(2n ** 31n), 2n ** 31n - 1n],
  [UNSIGNED32]: [0n, 2n ** 32n - 1n],
  [SIGNED64]: [-(2n ** 63n), 2n ** 63n - 1n],
  [ZIGZAG64]: [-(2n ** 63n), 2n ** 63n - 1n],
  [UNSIGNED64]: [0n, 2n ** 64n - 1n],
};

/** What a scalar is between its JSON and its octets. */
export type Scalar = bigint | number | boolean | Uint8Array;

/**
 * The value that the JSON stands for.
 *
 * @throws {Misfit} where it stands for none of the row's kind
 */
export function scalarOf(row: FieldRow, value: unknown): Scalar {
  switch (row.kind) {
    case BOOL:
      if (typeof value === 'boolean') return value;
      throw new Misfit(`${quoteValue(value)} is neither true nor false`);
    case STRING:
      return textOf(value);
    case BYTES:
      return octetsOf(value);
    case FLOAT:
    case DOUBLE:
      return floatingOf(value, row.kind === FLOAT);
    case ENUM:
      return typeof value === 'string' ? enumOf(row, value) : integerOf(row, value);
    default:
      return integerOf(row, value);
  }
}

/** The key of a map, which JSON has as text whatever its type. */
export function keyOf(row: FieldRow, key: string): Scalar {
  if (row.kind !== BOOL) return scalarOf(row, key);
  if (key !== 'true' && key !== 'false') throw new Misfit(`the key ${quoteValue(key)} is neither true nor false`);
  return key === 'true';
}

/** Whether it is what a field without presence says by not being there; −0 is not. */
export function isDefault(scalar: Scalar): boolean {
  if (scalar instanceof Uint8Array) return scalar.length === 0;
  return Object.is(scalar, 0) || scalar === 0n || scalar === false;
}

export function writeScalarOctets(writer: WireWriter, row: FieldRow, scalar: Scalar): void {
  if (scalar instanceof Uint8Array) {
    writer.lengthDelimited(scalar);
  } else if (typeof scalar === 'boolean') {
    writer.unsigned32(scalar ? 1 : 0);
  } else if (typeof scalar === 'number') {
    if (row.kind === FLOAT) writer.float(scalar);
    else writer.double(scalar);
  } else if (row.wireType === FIXED32) {
    writer.fixed32(Number(BigInt.asUintN(32, scalar)));
  } else if (row.wireType === FIXED64) {
    writer.fixed64(scalar);
  } else if (row.kind === ZIGZAG32 || row.kind === ZIGZAG64) {
    writer.varint((scalar << 1n) ^ (scalar >> 63n));
  } else {
    writer.varint(scalar);
  }
}

function integerOf(row: FieldRow, value: unknown): bigint {
  const number = wholeNumber(value);
  if (number === null) throw new Misfit(`${quoteValue(value)} is no whole number`);
  const [least, most] = RANGES[row.kind];
  if (number < least || number > most) throw new Misfit(`${number} is outside of ${least}…${most}`);
  return number;
}

function wholeNumber(value: unknown): bigint | null {
  if (typeof value === 'string') {
    if (INTEGER.test(value)) return BigInt(value);
    return NUMBER.test(value) ? wholeNumber(Number(value)) : null;
  }
  if (typeof value === 'bigint') return value;
  if (typeof value !== 'number' || !Number.isInteger(value)) return null;
  if (!Number.isSafeInteger(value)) {
    throw new Misfit(`${value} has lost digits, as JSON numbers do beyond 2^53; write it in quotes`);
  }
  return BigInt(value);
}

function floatingOf(value: unknown, single: boolean): number {
  const number = typeof value === 'string' ? numberOfText(value) : value;
  if (typeof number !== 'number') throw new Misfit(`${quoteValue(value)} is no number`);
  if (single && Number.isFinite(number) && Math.abs(number) > LARGEST_FLOAT && Math.abs(number) >= FLOAT_OVERFLOW) {
    throw new Misfit(`${number} does not fit into a float`);
  }
  if (typeof value === 'string' && !(value in NOT_FINITE) && !Number.isFinite(number)) {
    throw new Misfit(`${value} does not fit into a double`);
  }
  return number;
}

function numberOfText(text: string): number | null {
  if (Object.hasOwn(NOT_FINITE, text)) return NOT_FINITE[text];
  return NUMBER.test(text) ? Number(text) : null;
}

function textOf(value: unknown): Uint8Array {
  if (typeof value !== 'string') throw new Misfit(`${quoteValue(value)} is no text`);
  if (/\p{Surrogate}/u.test(value)) throw new Misfit('the text has half of a surrogate pair, which UTF-8 cannot hold');
  return new TextEncoder().encode(value);
}

function octetsOf(value: unknown): Uint8Array {
  const digits = typeof value === 'string' && BASE64.test(value) ? value.replace(/=+$/, '') : null;
  if (digits === null || digits.length % 4 === 1) throw new Misfit(`${quoteValue(value)} is no base64`);
  return Uint8Array.from(Buffer.from(digits, 'base64'));
}

function enumOf(row: FieldRow, name: string): bigint {
  const number = row.enumValues?.get(name);
  if (number !== undefined) return BigInt(number);
  if (INTEGER.test(name)) return integerOf(row, name);
  const nearest = nearestName(name, row.enumValues?.keys() ?? []);
  throw new Misfit(`${row.typeName} has no ${quoteValue(name)}${nearest ? `; did you mean ${nearest}?` : ''}`);
}
