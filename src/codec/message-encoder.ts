// Makes the octets of a protobuf message of a JSON value, along the message's table, by the proto3 JSON mapping: the
// counterpart of protobuf-json.ts. What the type does not have is refused, by the path of its field. It knows no ids.
// Source: https://protobuf.dev/programming-guides/json/

import { nearestName } from '../nearest-name.ts';
import { isObject } from '../option-checks.ts';
import { EncodeError, Misfit, quoteValue } from './encode-error.ts';
import { type FieldRow, MAP, MESSAGE, type MessageTable, ORDINARY, VALUE } from './message-table.ts';
import type { TypeLookup } from './protobuf-json.ts';
import { isDefault, keyOf, type Scalar, scalarOf, writeScalarOctets } from './scalar-encoder.ts';
import { encodeWellKnown } from './well-known-encoder.ts';
import { DEPTH_LIMIT, GROUP_START, LENGTH_DELIMITED, TOO_DEEP } from './wire-reader.ts';
import { WireWriter } from './wire-writer.ts';

/** Fields by what JSON may call them: lowerCamelCase, and as in the .proto. */
const fieldsByName = new WeakMap<MessageTable, ReadonlyMap<string, FieldRow>>();

function fieldsOf(table: MessageTable): ReadonlyMap<string, FieldRow> {
  const known = fieldsByName.get(table);
  if (known !== undefined) return known;
  const fields = new Map<string, FieldRow>();
  for (const row of table.fields) fields.set(row.name, row);
  for (const row of table.fields) fields.set(jsonNameOf(row), row);
  fieldsByName.set(table, fields);
  return fields;
}

/** `row.key` is `"seq":`. */
function jsonNameOf(row: FieldRow): string {
  return JSON.parse(row.key.text.slice(0, -1));
}

export class MessageEncoder {
  readonly writer = new WireWriter();
  readonly typeNamed: TypeLookup;
  readonly #path: string[] = [];

  /** @param typeNamed finds what a `google.protobuf.Any` holds */
  constructor(typeNamed: TypeLookup) {
    this.typeNamed = typeNamed;
  }

  /**
   * The octets of the message that `value` stands for.
   *
   * @throws {EncodeError} where the value does not fit the type
   */
  encode(table: MessageTable, value: unknown): Uint8Array {
    this.writer.reset();
    this.#path.length = 0;
    try {
      this.message(table, value, 0);
    } catch (error) {
      if (!(error instanceof Misfit)) throw error;
      throw new EncodeError(table.name, this.#path.join('.'), error.message);
    }
    return this.writer.finish();
  }

  /** The fields of the message, without tag and length. */
  message(table: MessageTable, value: unknown, depth: number): void {
    if (depth > DEPTH_LIMIT) throw new Misfit(TOO_DEEP);
    if (table.wellKnown !== ORDINARY && encodeWellKnown(this, table, value, depth)) return;
    this.object(table, value, depth);
  }

  /** The same of an object of fields, whatever the type. */
  object(table: MessageTable, value: unknown, depth: number): void {
    if (!isObject(value)) throw new Misfit(`${quoteValue(value)} is no object, as ${table.name} needs`);
    const given = this.#fieldsGiven(table, value);
    for (const [row, content] of given) this.#inside(row.name, () => this.#field(row, content, depth));
  }

  /** A value of a field, with its tag. */
  element(row: FieldRow, value: unknown, depth: number): void {
    if (row.kind !== MESSAGE) {
      this.scalar(row, scalarOf(row, value));
      return;
    }
    const { writer } = this;
    const child = row.child as MessageTable;
    writer.tag(row.number, row.wireType);
    if (row.wireType === GROUP_START) {
      this.message(child, value, depth + 1);
      writer.groupEnd(row.number);
    } else {
      writer.nested(() => this.message(child, value, depth + 1));
    }
  }

  scalar(row: FieldRow, scalar: Scalar): void {
    this.writer.tag(row.number, row.wireType);
    writeScalarOctets(this.writer, row, scalar);
  }

  /** The entries of a map, each with key and value. */
  entries(row: FieldRow, value: unknown, depth: number): void {
    if (!isObject(value)) throw new Misfit(`${quoteValue(value)} is no object, as a map needs`);
    const [keyRow, valueRow] = (row.child as MessageTable).fields;
    for (const [key, content] of Object.entries(value)) {
      this.#inside(key, () => {
        const scalar = keyOf(keyRow, key);
        this.#refuseNull(valueRow, content);
        this.writer.tag(row.number, LENGTH_DELIMITED);
        this.writer.nested(() => {
          this.scalar(keyRow, scalar);
          this.element(valueRow, content, depth + 1);
        });
      });
    }
  }

  /** The elements of a repeated field. */
  elements(row: FieldRow, value: unknown, depth: number): void {
    if (!Array.isArray(value)) throw new Misfit(`${quoteValue(value)} is no list, as a repeated field needs`);
    const each = (content: unknown, index: number, write: () => void) =>
      this.#inside(String(index), () => {
        this.#refuseNull(row, content);
        write();
      });
    if (!row.packed) {
      value.forEach((content, index) => {
        each(content, index, () => this.element(row, content, depth));
      });
    } else if (value.length > 0) {
      this.writer.tag(row.number, LENGTH_DELIMITED);
      this.writer.nested(() =>
        value.forEach((content, index) => {
          each(content, index, () => writeScalarOctets(this.writer, row, scalarOf(row, content)));
        }),
      );
    }
  }

  #field(row: FieldRow, value: unknown, depth: number): void {
    if (row.kind === MAP) {
      this.entries(row, value, depth);
    } else if (row.repeated) {
      this.elements(row, value, depth);
    } else if (row.kind === MESSAGE) {
      this.element(row, value, depth);
    } else {
      const scalar = scalarOf(row, isNullValue(row) && value === null ? 0 : value);
      if (row.presence || row.oneof >= 0 || !isDefault(scalar)) this.scalar(row, scalar);
    }
  }

  /** In the order of their numbers, as other writers have it; `null` is a field that is not set. */
  #fieldsGiven(table: MessageTable, value: Readonly<Record<string, unknown>>): [FieldRow, unknown][] {
    const fields = fieldsOf(table);
    const given = new Map<FieldRow, unknown>();
    const oneofs = new Map<number, string>();
    for (const [name, content] of Object.entries(value)) {
      const row = fields.get(name);
      if (row === undefined) throw new Misfit(unknownField(table, name, fields.keys()));
      if (content === null && !isNullValue(row) && row.child?.wellKnown !== VALUE) continue;
      if (content === undefined) continue;
      if (given.has(row)) throw new Misfit(`${row.name} is given twice`);
      const other = oneofs.get(row.oneof);
      if (row.oneof >= 0 && other !== undefined) throw new Misfit(`${other} and ${row.name} exclude each other`);
      oneofs.set(row.oneof, row.name);
      given.set(row, content);
    }
    return [...given].sort(([one], [other]) => one.number - other.number);
  }

  #refuseNull(row: FieldRow, content: unknown): void {
    if (content === null && !isNullValue(row) && row.child?.wellKnown !== VALUE) throw new Misfit('null is no element');
  }

  #inside(name: string, write: () => void): void {
    this.#path.push(name);
    write();
    // Not in a `finally`: where something does not fit, the path says where.
    this.#path.pop();
  }
}

function isNullValue(row: FieldRow): boolean {
  return row.typeName === 'google.protobuf.NullValue';
}

function unknownField(table: MessageTable, name: string, known: Iterable<string>): string {
  const names = [...new Set(known)];
  const nearest = nearestName(name, names);
  const hint =
    nearest === null ? (names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`) : `did you mean ${nearest}?`;
  return `${table.name} has no field ${quoteValue(name)}; ${hint}`;
}
