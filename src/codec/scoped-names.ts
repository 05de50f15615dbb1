// To which type a name in a .proto file leads: the innermost scope in which its first part is defined, as protoc finds it
// (descriptor.proto, FieldDescriptorProto.type_name). protobufjs also looks into the types beside, and at the root first, where a
// name that comes twice leads to the wrong one. Knows no files.

import type { Field, NamespaceBase, ReflectionObject } from 'protobufjs';

type Protobuf = typeof import('protobufjs');

/** Writes out in full what fields are of, where the rule finds it; of the rest protobufjs says what is missing. */
export function qualifyFieldTypes(protobuf: Protobuf, namespace: NamespaceBase): void {
  if (namespace instanceof protobuf.Type) {
    for (const field of namespace.fieldsArray) {
      const type = Object.hasOwn(protobuf.types.basic, field.type) ? null : typeOf(protobuf, field);
      if (type !== null) field.type = type.fullName;
    }
  }
  for (const nested of namespace.nestedArray) {
    if (nested instanceof protobuf.Namespace) qualifyFieldTypes(protobuf, nested);
  }
}

function typeOf(protobuf: Protobuf, field: Field): ReflectionObject | null {
  const isType = (found: ReflectionObject | null) => found instanceof protobuf.Type || found instanceof protobuf.Enum;
  const [first, ...rest] = field.type.split('.');
  // An extension stands among the fields of what it extends, and its names are those of where it is declared.
  let scope = (field.declaringField ?? field).parent;
  for (; scope !== null; scope = scope.parent) {
    let found = memberOf(scope, first);
    // A field or method of that name hides nothing.
    if (found === null || !(isType(found) || found instanceof protobuf.Namespace)) continue;
    if (rest.length === 0 && !isType(found)) continue;
    for (const part of rest) found = found instanceof protobuf.Namespace ? memberOf(found, part) : null;
    return isType(found) ? found : null;
  }
  return null;
}

function memberOf({ nested }: NamespaceBase, name: string): ReflectionObject | null {
  return nested !== undefined && Object.hasOwn(nested, name) ? nested[name] : null;
}
