// Names the octets of a payload by a registry: the id, and every protobuf field with its tag, its length and its value.
// What cannot be read is said where it stands. Knows no frames.

import { formatPlural } from '../plural.ts';
import { type ExplainedPart, quoted, type Words, words } from './explanation.ts';
import type { MessageTable } from './message-table.ts';
import { type ExplainedField, explainFields, type FieldPart } from './protobuf-fields.ts';
import { type Registry, readId } from './registry.ts';
import { VARINT } from './wire-reader.ts';

/** https://protobuf.dev/programming-guides/encoding/ */
const WIRE_TYPES: readonly string[] = ['varint', '64 bits', 'length-delimited', 'group', 'end of group', '32 bits'];

/** A varint of more octets is not added up: the sum would be longer than it is clear. */
const SUMMED_OCTETS = 4;

/** Where no type has the id, fields are told by their numbers. */
export function explainPayload(registry: Registry, payload: Uint8Array): ExplainedPart[] {
  const { width, byteOrder } = registry.framing;
  if (payload.length < width) {
    const meaning = words`the id would take ${formatPlural(width, 'octet')}`;
    return [{ start: 0, end: payload.length, kind: 'broken', name: 'too short', meaning }];
  }
  const id = readId(registry.framing, payload, 0);
  const table = registry.messages.get(id) ?? null;
  const order = width > 1 ? `, ${byteOrder}-endian` : '';
  const type = table === null ? 'not in the registry' : words`${quoted(table.name)} in the registry`;
  const parts: ExplainedPart[] = [
    { start: 0, end: width, kind: 'id', name: 'id', meaning: words`${id}${order}: ${type}` },
  ];
  addFields(parts, explainFields(table, payload, width, payload.length), table, payload);
  return parts;
}

function addFields(
  parts: ExplainedPart[],
  fields: readonly ExplainedField[],
  table: MessageTable | null,
  payload: Uint8Array,
  path = '',
): void {
  for (const field of fields) {
    const name = field.fieldNumber === 0 ? 'field' : `${path}${field.name ?? field.fieldNumber}`;
    let first = true;
    for (const part of field.parts) {
      if (part.what === 'value' && field.children !== undefined) {
        addFields(parts, field.children, null, payload, `${name}.`);
        continue;
      }
      parts.push(describe(field, part, name, table, payload, first));
      if (part.what === 'value') first = false;
    }
  }
}

function describe(
  field: ExplainedField,
  part: FieldPart,
  name: string,
  table: MessageTable | null,
  payload: Uint8Array,
  firstValue: boolean,
): ExplainedPart {
  const { start, end } = part;
  switch (part.what) {
    case 'tag':
      return { start, end, kind: 'tag', name: 'tag', meaning: tagMeaning(field, payload, part, table) };
    case 'length':
      return { start, end, kind: 'length', name: 'length', meaning: lengthMeaning(field, part) };
    case 'value':
      return {
        start,
        end,
        kind: 'value',
        name,
        meaning: firstValue ? valueMeaning(field, payload, part) : words`and on`,
      };
    case 'end-tag':
      return { start, end, kind: 'tag', name: 'tag', meaning: words`end of the group` };
    case 'rest':
      return { start, end, kind: 'broken', name: 'broken', meaning: words`cannot be read: ${field.text}` };
  }
}

function tagMeaning(field: ExplainedField, payload: Uint8Array, part: FieldPart, table: MessageTable | null): Words {
  const { fieldNumber, wireType, name, typeName } = field;
  const declared =
    name === null
      ? table === null
        ? words``
        : words`, which ${quoted(table.name)} does not have in this form`
      : words` ${quoted(`${typeName} ${name}`)}`;
  // A tag of one octet is the number times eight and the wire type, which is worth seeing once.
  const sum =
    part.end - part.start === 1 ? words`${payload[part.start]} = ${fieldNumber} × 8 + ${wireType}: ` : words``;
  return words`${sum}field ${fieldNumber}${declared}, wire type ${wireType} (${WIRE_TYPES[wireType] ?? 'unknown'})`;
}

function lengthMeaning(field: ExplainedField, part: FieldPart): Words {
  const length = field.end - part.end;
  return length === 0 ? words`0: the value is empty` : words`${formatPlural(length, 'octet')} of value`;
}

function valueMeaning(field: ExplainedField, payload: Uint8Array, part: FieldPart): Words {
  const count = part.end - part.start;
  if (field.wireType !== VARINT || count < 2 || count > SUMMED_OCTETS) return words`${quoted(field.text)}`;
  const groups = Array.from(payload.subarray(part.start, part.end), (octet) => octet & 0x7f);
  const value = groups.reduce((sum, group, index) => sum + group * 128 ** index, 0);
  const sum = groups.map((group, index) => (index === 0 ? `${group}` : `${group} × ${128 ** index}`)).join(' + ');
  // Signed and zigzag numbers, booleans and enums stand for something else than the sum.
  const stands =
    String(value) === field.text
      ? words`${quoted(field.text)}`
      : words`${value}, which stands for ${quoted(field.text)}`;
  return words`7 bits an octet, the lowest first: ${sum} = ${stands}`;
}
