// Names the octets of a binary message by a registry: the id, and every protobuf field with its tag, its length and its
// value. What cannot be read is said where it stands. Knows no frames.

import type { MessageTable } from '../../codec/message-table.ts';
import { type ExplainedField, explainFields, type FieldPart } from '../../codec/protobuf-fields.ts';
import { type Registry, readId } from '../../codec/registry.ts';
import { VARINT } from '../../codec/wire-reader.ts';
import { formatPlural } from '../amounts.ts';
import { code, type Prose, prose } from './document.ts';
import type { PayloadExplainer, PayloadPart } from './payload-explainer.ts';

/** https://protobuf.dev/programming-guides/encoding/ */
const WIRE_TYPES: readonly string[] = ['varint', '64 bits', 'length-delimited', 'group', 'end of group', '32 bits'];

/** A varint of more octets is not added up: the sum would be longer than it is clear. */
const SUMMED_OCTETS = 4;

export function registryExplainer(registry: Registry): PayloadExplainer {
  return (message) => {
    const { width, byteOrder } = registry.framing;
    if (message.length < width) {
      const meaning = prose`the id would take ${formatPlural(width, 'octet')}`;
      return [{ start: 0, end: message.length, tone: 'masked', name: 'too short', meaning }];
    }
    const id = readId(registry.framing, message, 0);
    const table = registry.messages.get(id) ?? null;
    const order = width > 1 ? `, ${byteOrder}-endian` : '';
    const type = table === null ? prose`not in the registry` : prose`${code(table.name)} in the registry`;
    const parts: PayloadPart[] = [
      { start: 0, end: width, tone: 'id', name: 'id', meaning: prose`${id}${order}: ${type}` },
    ];
    addFields(parts, explainFields(table, message, width, message.length), table, message);
    return parts;
  };
}

function addFields(
  parts: PayloadPart[],
  fields: readonly ExplainedField[],
  table: MessageTable | null,
  message: Uint8Array,
  path = '',
): void {
  for (const field of fields) {
    const name = field.fieldNumber === 0 ? 'field' : `${path}${field.name ?? field.fieldNumber}`;
    let first = true;
    for (const part of field.parts) {
      if (part.what === 'value' && field.children !== undefined) {
        addFields(parts, field.children, null, message, `${name}.`);
        continue;
      }
      parts.push(describe(field, part, name, table, message, first));
      if (part.what === 'value') first = false;
    }
  }
}

function describe(
  field: ExplainedField,
  part: FieldPart,
  name: string,
  table: MessageTable | null,
  message: Uint8Array,
  firstValue: boolean,
): PayloadPart {
  const { start, end } = part;
  switch (part.what) {
    case 'tag':
      return { start, end, tone: 'tag', name: 'tag', meaning: tagMeaning(field, message, part, table) };
    case 'length':
      return { start, end, tone: 'length', name: 'length', meaning: lengthMeaning(field, part) };
    case 'value':
      return {
        start,
        end,
        tone: 'value',
        name,
        meaning: firstValue ? valueMeaning(field, message, part) : prose`and on`,
      };
    case 'end-tag':
      return { start, end, tone: 'tag', name: 'tag', meaning: prose`end of the group` };
    case 'rest':
      return { start, end, tone: 'masked', name: 'broken', meaning: prose`cannot be read: ${field.text}` };
  }
}

function tagMeaning(field: ExplainedField, message: Uint8Array, part: FieldPart, table: MessageTable | null): Prose {
  const { fieldNumber, wireType, name, typeName } = field;
  const declared =
    name === null
      ? table === null
        ? prose``
        : prose`, which ${code(table.name)} does not have in this form`
      : prose` ${code(`${typeName} ${name}`)}`;
  // A tag of one octet is the number times eight and the wire type, which is worth seeing once.
  const sum =
    part.end - part.start === 1 ? prose`${message[part.start]} = ${fieldNumber} × 8 + ${wireType}: ` : prose``;
  return prose`${sum}field ${fieldNumber}${declared}, wire type ${wireType} (${WIRE_TYPES[wireType] ?? 'unknown'})`;
}

function lengthMeaning(field: ExplainedField, part: FieldPart): Prose {
  const length = field.end - part.end;
  return length === 0 ? prose`0: the value is empty` : prose`${formatPlural(length, 'octet')} of value`;
}

function valueMeaning(field: ExplainedField, message: Uint8Array, part: FieldPart): Prose {
  const count = part.end - part.start;
  if (field.wireType !== VARINT || count < 2 || count > SUMMED_OCTETS) return prose`${code(field.text)}`;
  const groups = Array.from(message.subarray(part.start, part.end), (octet) => octet & 0x7f);
  const value = groups.reduce((sum, group, index) => sum + group * 128 ** index, 0);
  const sum = groups.map((group, index) => (index === 0 ? `${group}` : `${group} × ${128 ** index}`)).join(' + ');
  // Signed and zigzag numbers, booleans and enums stand for something else than the sum.
  const stands =
    String(value) === field.text ? prose`${code(field.text)}` : prose`${value}, which stands for ${code(field.text)}`;
  return prose`7 bits an octet, the lowest first: ${sum} = ${stands}`;
}
