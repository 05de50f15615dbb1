// What a message type looks like on the wire and in JSON, as flat rows that a decoder can walk. Tables are built once a
// type from protobufjs's reflection; this file knows no octets of messages and writes nothing.

import type { Enum, Field, Type } from 'protobufjs';
import { ConstantText } from './constant-text.ts';
import { FIXED32, FIXED64, GROUP_START, LENGTH_DELIMITED, VARINT } from './wire-reader.ts';

/** How a value is read from its words or octets and spelled in JSON. Numbers, so that a switch on them is a jump. */
export const SIGNED32 = 1;
export const UNSIGNED32 = 2;
export const ZIGZAG32 = 3;
export const BOOL = 4;
export const ENUM = 5;
export const FLOAT = 6;
/** From here to `DOUBLE` all 64 bits count. */
export const SIGNED64 = 7;
export const UNSIGNED64 = 8;
export const ZIGZAG64 = 9;
export const DOUBLE = 10;
export const STRING = 11;
export const BYTES = 12;
export const MESSAGE = 13;
export const MAP = 14;

/** Types of the .proto language: how they are spelled there, how they are read, how they travel. */
const SCALARS: readonly [name: string, kind: number, wireType: number][] = [
  ['double', DOUBLE, FIXED64],
  ['float', FLOAT, FIXED32],
  ['int32', SIGNED32, VARINT],
  ['uint32', UNSIGNED32, VARINT],
  ['sint32', ZIGZAG32, VARINT],
  ['fixed32', UNSIGNED32, FIXED32],
  ['sfixed32', SIGNED32, FIXED32],
  ['int64', SIGNED64, VARINT],
  ['uint64', UNSIGNED64, VARINT],
  ['sint64', ZIGZAG64, VARINT],
  ['fixed64', UNSIGNED64, FIXED64],
  ['sfixed64', SIGNED64, FIXED64],
  ['bool', BOOL, VARINT],
  ['string', STRING, LENGTH_DELIMITED],
  ['bytes', BYTES, LENGTH_DELIMITED],
];
const SCALAR_BY_NAME = new Map(SCALARS.map(([name, kind, wireType]) => [name, { kind, wireType }]));

/** Messages that have a JSON form of their own, https://protobuf.dev/programming-guides/json/; 0 for all others. */
export const ORDINARY = 0;
export const TIMESTAMP = 1;
export const DURATION = 2;
export const FIELD_MASK = 3;
export const STRUCT = 4;
export const VALUE = 5;
export const LIST_VALUE = 6;
export const ANY = 7;
export const WRAPPER = 8;
const EMPTY = 9;

/** With the types of their fields 1, 2, …: a user's own message that only shares the name is an ordinary one. */
const WELL_KNOWN: readonly [name: string, form: number, shape: string][] = [
  ['Timestamp', TIMESTAMP, 'int64; int32'],
  ['Duration', DURATION, 'int64; int32'],
  ['FieldMask', FIELD_MASK, 'string'],
  ['Struct', STRUCT, 'map<string, google.protobuf.Value>'],
  [
    'Value',
    VALUE,
    'google.protobuf.NullValue; double; string; bool; google.protobuf.Struct; google.protobuf.ListValue',
  ],
  ['ListValue', LIST_VALUE, 'google.protobuf.Value'],
  ['Any', ANY, 'string; bytes'],
  ['DoubleValue', WRAPPER, 'double'],
  ['FloatValue', WRAPPER, 'float'],
  ['Int64Value', WRAPPER, 'int64'],
  ['UInt64Value', WRAPPER, 'uint64'],
  ['Int32Value', WRAPPER, 'int32'],
  ['UInt32Value', WRAPPER, 'uint32'],
  ['BoolValue', WRAPPER, 'bool'],
  ['StringValue', WRAPPER, 'string'],
  ['BytesValue', WRAPPER, 'bytes'],
  ['Empty', EMPTY, ''],
];
const WELL_KNOWN_BY_NAME = new Map(
  WELL_KNOWN.map(([name, form, shape]) => [`google.protobuf.${name}`, { form, shape }]),
);
const NULL_VALUE = 'google.protobuf.NullValue';

/** Field numbers below this are found in an array, others in a map: numbers may reach 2^29 − 1. */
const DENSE_NUMBERS = 256;

/** One field of a message. All rows have all columns, so that the decoder sees one hidden class. */
export interface FieldRow {
  /** Place in the order of declaration, which is the order of the JSON. */
  index: number;
  readonly number: number;
  /** As in the .proto, for messages to people; an extension's full name is in brackets, as in protoc's text format. */
  readonly name: string;
  /** As declared: `uint32`, `pb.Ping`, `map<string, int32>`. */
  readonly typeName: string;
  /** `"seq":` */
  readonly key: ConstantText;
  readonly kind: number;
  /** Of one element; packed fields travel length-delimited besides. */
  readonly wireType: number;
  readonly repeated: boolean;
  /** May travel as many values in one length: repeated numbers. */
  readonly packable: boolean;
  /** Shown even where the value is the type's zero: it was set, as the field tracks presence. */
  readonly presence: boolean;
  /** Number of the oneof, from 0; −1 outside. */
  readonly oneof: number;
  /** Of messages; of maps, the entry's fields `key` and `value`. */
  readonly child: MessageTable | null;
  /** Of enums: JSON by value. */
  readonly enumNames: ReadonlyMap<number, ConstantText> | null;
  /** Of enums: values by name, aliases too. */
  readonly enumValues: ReadonlyMap<string, number> | null;
  /** Whether a writer packs it. */
  readonly packed: boolean;
}

/** One message type. */
export interface MessageTable {
  /** Full name, without the leading dot. */
  readonly name: string;
  /** In order of declaration. */
  readonly fields: FieldRow[];
  /** Rows by field number, up to `DENSE_NUMBERS`. */
  readonly dense: (FieldRow | undefined)[];
  readonly sparse: Map<number, FieldRow>;
  /** `TIMESTAMP`…, or `ORDINARY`. */
  wellKnown: number;
}

export function fieldOf(table: MessageTable, number: number): FieldRow | undefined {
  return number < table.dense.length ? table.dense[number] : table.sparse.get(number);
}

/** Builds tables when they are first asked for, each with all that it refers to. */
export class MessageTables {
  readonly #tables = new Map<Type, MessageTable>();
  readonly #enums = new Map<Enum, EnumWords>();
  #unfilled: Type[] = [];

  /** The type must be resolved (`root.resolveAll()`). */
  of(type: Type): MessageTable {
    const table = this.#tableOf(type);
    // A list instead of recursion: types refer to each other in circles, and in long chains.
    while (this.#unfilled.length > 0) {
      const next = this.#unfilled;
      this.#unfilled = [];
      for (const unfilled of next) this.#fill(unfilled);
    }
    return table;
  }

  #tableOf(type: Type): MessageTable {
    const known = this.#tables.get(type);
    if (known) return known;
    const name = fullName(type);
    const table = emptyTable(name);
    this.#tables.set(type, table);
    this.#unfilled.push(type);
    return table;
  }

  #fill(type: Type): void {
    const table = this.#tableOf(type);
    // A oneof of one member needs no watching; `optional` of proto3 is written as such.
    const oneofs = type.oneofsArray.filter((oneof) => oneof.fieldsArray.length > 1);
    for (const field of type.fieldsArray) {
      addRow(table, this.#row(field, field.partOf ? oneofs.indexOf(field.partOf) : -1));
    }
    const wellKnown = WELL_KNOWN_BY_NAME.get(table.name);
    const types = table.dense.slice(1).map((row) => row?.typeName);
    if (wellKnown?.shape === types.join('; ')) table.wellKnown = wellKnown.form;
  }

  #row(field: Field, oneof: number): FieldRow {
    const { name, jsonName } = isGroup(field) ? groupNames(field) : ordinaryNames(field);
    const place = { number: field.id, name, key: new ConstantText(`${JSON.stringify(jsonName)}:`), oneof };
    if (isMap(field)) {
      const key = this.#element(field.keyType, null, false);
      const value = this.#element(field.type, field.resolvedType, false);
      const entry = emptyTable(`${fullName(field.parent as Type)}.${field.name} entry`);
      addRow(entry, entryField('key', 1, key));
      addRow(entry, entryField('value', 2, value));
      const typeName = `map<${key.typeName}, ${value.typeName}>`;
      const element = { typeName, kind: MAP, wireType: LENGTH_DELIMITED, child: entry, ...NO_ENUM };
      return makeRow(place, element, { repeated: false, presence: false, packed: false });
    }
    const element = this.#element(field.type, field.resolvedType, field.delimited);
    const presence = !field.repeated && Boolean(field.hasPresence);
    const packed = field.repeated && field.packed;
    return makeRow(place, element, { repeated: field.repeated, presence, packed });
  }

  #element(typeName: string, resolved: Type | Enum | null, delimited: boolean): Element {
    const scalar = SCALAR_BY_NAME.get(typeName);
    if (scalar) return { typeName, kind: scalar.kind, wireType: scalar.wireType, child: null, ...NO_ENUM };
    if (resolved === null) throw new Error(`unresolved type ${typeName}`);
    const name = fullName(resolved);
    if ('values' in resolved) {
      return { typeName: name, kind: ENUM, wireType: VARINT, child: null, ...this.#enumWords(resolved, name) };
    }
    const wireType = delimited ? GROUP_START : LENGTH_DELIMITED;
    return { typeName: name, kind: MESSAGE, wireType, child: this.#tableOf(resolved), ...NO_ENUM };
  }

  #enumWords(type: Enum, name: string): EnumWords {
    const known = this.#enums.get(type);
    if (known) return known;
    const names = new Map<number, ConstantText>();
    for (const [label, value] of Object.entries(type.values)) {
      // Of aliases the first declared is the one that JSON shows.
      if (!names.has(value)) names.set(value, new ConstantText(name === NULL_VALUE ? 'null' : JSON.stringify(label)));
    }
    const words = { enumNames: names, enumValues: new Map(Object.entries(type.values)) };
    this.#enums.set(type, words);
    return words;
  }
}

function emptyTable(name: string): MessageTable {
  return { name, fields: [], dense: [], sparse: new Map(), wellKnown: ORDINARY };
}

function addRow(table: MessageTable, row: FieldRow): void {
  row.index = table.fields.length;
  table.fields.push(row);
  if (row.number >= DENSE_NUMBERS) {
    table.sparse.set(row.number, row);
    return;
  }
  // Filled without holes, so that the array keeps its fast representation.
  while (table.dense.length <= row.number) table.dense.push(undefined);
  table.dense[row.number] = row;
}

type Place = Pick<FieldRow, 'number' | 'name' | 'key' | 'oneof'>;
type EnumWords = Pick<FieldRow, 'enumNames' | 'enumValues'>;
type Element = Pick<FieldRow, 'typeName' | 'kind' | 'wireType' | 'child'> & EnumWords;
type Cardinality = Pick<FieldRow, 'repeated' | 'presence' | 'packed'>;

const NO_ENUM: EnumWords = { enumNames: null, enumValues: null };

/** The one place where rows are made: columns in one order give one hidden class. */
function makeRow(place: Place, element: Element, cardinality: Cardinality): FieldRow {
  return {
    index: 0,
    number: place.number,
    name: place.name,
    typeName: element.typeName,
    key: place.key,
    kind: element.kind,
    wireType: element.wireType,
    repeated: cardinality.repeated,
    packable: cardinality.repeated && element.kind < STRING,
    presence: cardinality.presence,
    oneof: place.oneof,
    child: element.child,
    enumNames: element.enumNames,
    enumValues: element.enumValues,
    packed: cardinality.packed && element.kind < STRING,
  };
}

/** The fields of a map's entry are shown whatever their value. */
function entryField(name: string, number: number, element: Element): FieldRow {
  const place = { number, name, key: new ConstantText(''), oneof: -1 };
  return makeRow(place, element, { repeated: false, presence: true, packed: false });
}

function isMap(field: Field): field is Field & { keyType: string } {
  return field.map;
}

function isGroup(field: Field): boolean {
  return field.resolvedType !== null && 'group' in field.resolvedType && field.resolvedType.group === true;
}

/** What a field is called in `.proto` and in JSON; an extension has its full name in brackets in both. */
interface FieldNames {
  name: string;
  jsonName: string;
}

function ordinaryNames(field: Field): FieldNames {
  if (field.declaringField) return extensionNames(field.name.slice(1));
  const { protoName: name, jsonName } = field;
  return { name, jsonName };
}

/** The field of a proto2 group is called as its type, in small letters: https://protobuf.dev/programming-guides/proto2/#groups */
function groupNames(field: Field): FieldNames {
  const name = (field.resolvedType as Type).name.toLowerCase();
  if (field.declaringField) return extensionNames(field.name.slice(1).replace(/[^.]+$/, name));
  return { name, jsonName: name.replace(/_+(.?)/g, (_, letter: string) => letter.toUpperCase()) };
}

function extensionNames(full: string): FieldNames {
  return { name: `[${full}]`, jsonName: `[${full}]` };
}

function fullName(type: Type | Enum): string {
  return type.fullName.replace(/^\./, '');
}
