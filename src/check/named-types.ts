// The message types that expectations name, held against those that a codec knows: what has a type that no message can have is
// never found, and where it must not be there, that would hold for ever.

import { DocumentError } from '../codec/document-error.ts';
import { nearestName } from '../nearest-name.ts';
import type { Expectation } from './expectations.ts';
import type { JsonSchema } from './json-schema.ts';
import type { JudgeableExpectations } from './judge.ts';
import { matcherProperties } from './matcher.ts';
import type { Path } from './path-error.ts';

/** A type as an expectation names it; patterns of names are none. */
export interface NamedType {
  name: string;
  path: Path;
}

/** @param spec fits the schema */
export function typesNamedIn(schema: JsonSchema | undefined, spec: unknown, path: Path): NamedType[] {
  if (schema === undefined || typeof spec !== 'object' || spec === null) return [];
  if (Array.isArray(spec)) {
    return spec.flatMap((item, index) => typesNamedIn(schema.items as JsonSchema | undefined, item, [...path, index]));
  }
  const properties = (schema.properties ?? {}) as Record<string, JsonSchema>;
  return Object.entries(spec).flatMap(([key, member]) => {
    const at = [...path, key];
    const isType = properties[key] === matcherProperties.type && typeof member === 'string';
    return isType ? [{ name: member, path: at }] : typesNamedIn(properties[key], member, at);
  });
}

/**
 * @param known what the codec may call a message; undefined where it does not say
 * @throws {DocumentError} of the first type that is none of these
 */
export function refuseUnknownTypes(
  { list, placeOf }: JudgeableExpectations,
  known: readonly string[] | undefined,
): void {
  if (known === undefined) return;
  const names = new Set(known);
  const unknown = firstType(list, ({ name }) => !names.has(name));
  if (unknown === undefined) return;
  const meant = nearestName(unknown.name, known);
  const advice = meant === null ? `it has ${known.join(', ')}` : `did you mean ${meant}?`;
  throw new DocumentError(placeOf(unknown.path), `the registry gives no id to ${unknown.name}`, advice);
}

export function firstType(
  list: readonly Expectation[],
  is: (type: NamedType) => boolean = () => true,
): NamedType | undefined {
  return list.flatMap(({ types }) => types).find(is);
}
