// Expectations as data, checked and made ready to judge. Faults are told by path, as it is not known here whether they come
// from a file or from a program.

import type { ErrorObject, ValidateFunction } from 'ajv';
import { nearestName } from '../nearest-name.ts';
import { type ConnectionLog, handshakeOf } from './capture-log.ts';
import { COMMON, TOP } from './expectations-schema.ts';
import type { JsonSchema } from './json-schema.ts';
import type { Judge, Kind } from './kind.ts';
import { KINDS } from './kinds/index.ts';
import { type NamedType, typesNamedIn } from './named-types.ts';
import { type Path, PathError } from './path-error.ts';
import { makeComparer } from './values.ts';

export type Quantifier = 'all' | 'any' | 'none' | 'together';

/** One expectation, ready to judge. */
export interface Expectation {
  readonly name: string;
  readonly kind: Kind;
  readonly quantifier: Quantifier;
  readonly judge: Judge;
  /** The place of the only connection among those of the capture that it may be about; null where it may be about any. */
  readonly index: number | null;
  /** Whether the connection, if it is at that place, is one of those that it is about. */
  readonly concerns: (log: ConnectionLog) => boolean;
  /** Of the expectation in its document. */
  readonly path: Path;
  /** The message types that it is about. */
  readonly types: readonly NamedType[];
}

export interface Expectations {
  registry: string | null;
  list: readonly Expectation[];
}

interface On {
  index?: number;
  connection?: number;
  target?: unknown;
  port?: number;
  host?: string;
  subprotocol?: unknown;
}

/** @throws {PathError} of the first thing that is wrong */
export async function prepareExpectations(document: unknown): Promise<Expectations> {
  refuseUndefined(document, []);
  const validators = await makeValidators();
  validators.check(TOP_SCHEMA, document, []);
  const { registry = null, expect } = document as { registry?: string; expect: unknown[] };
  const list = await Promise.all(expect.map((each, index) => prepare(each, ['expect', index], validators)));
  return { registry, list };
}

/** A program's slip, such as a property that is spelt wrong: what asks for nothing would hold of anything. */
function refuseUndefined(value: unknown, path: Path, seen = new Set<object>()): void {
  if (value === undefined) throw new PathError(path, 'it is undefined', 'leave it out, or give a value');
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  for (const [key, member] of Object.entries(value))
    refuseUndefined(member, [...path, Array.isArray(value) ? Number(key) : key], seen);
}

const TOP_SCHEMA: JsonSchema = {
  type: 'object',
  properties: TOP,
  required: ['expect'],
  additionalProperties: false,
};

/** Of every expectation; one object, as what is compiled of a schema is known by it. */
const COMMON_SCHEMA: JsonSchema = { type: 'object', properties: COMMON };

async function prepare(given: unknown, path: Path, validators: Validators): Promise<Expectation> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new PathError(path, 'an expectation must be a mapping', `begin it with one of ${KEYS.join(', ')}`);
  }
  const kind = kindOf(given, path);
  const { [kind.key]: spec, name, on = {}, in: quantifier } = given as Record<string, unknown>;
  validators.check(COMMON_SCHEMA, given, path);
  validators.check(kind.schema, spec, [...path, kind.key]);
  if (kind.scope === 'capture' && ('on' in given || 'in' in given)) {
    throw new PathError(path, `${kind.key} is about the capture as a whole`, 'leave out on and in');
  }
  return {
    name: typeof name === 'string' ? name : kind.name(spec as never),
    kind,
    quantifier: (quantifier as Quantifier | undefined) ?? (kind.scope === 'together' ? 'together' : 'all'),
    judge: await kind.prepare(spec as never, [...path, kind.key]),
    index: (on as On).index ?? null,
    concerns: await concernsOf(on as On, [...path, 'on']),
    path,
    types: typesNamedIn(kind.schema, spec, [...path, kind.key]),
  };
}

const KEYS = KINDS.map(({ key }) => key);

function kindOf(given: object, path: Path): Kind {
  const found = KINDS.filter(({ key }) => key in given);
  const unknown = Object.keys(given).find((key) => !KEYS.includes(key) && !Object.hasOwn(COMMON, key));
  if (unknown !== undefined) {
    const owner = found.find(({ schema }) => Object.hasOwn(schema.properties ?? {}, unknown));
    const meant = nearestName(unknown, [...KEYS, ...Object.keys(COMMON)]);
    const advice = meant === null ? `known are ${KEYS.join(', ')}` : `did you mean ${meant}?`;
    const whatToDo = owner === undefined ? advice : `put it under ${owner.key}`;
    throw new PathError([...path, unknown], `unknown key ${JSON.stringify(unknown)}`, whatToDo);
  }
  if (found.length === 0) throw new PathError(path, 'nothing is expected here', `add one of ${KEYS.join(', ')}`);
  if (found.length > 1) {
    const second = [...path, found[1].key];
    throw new PathError(second, `${found[0].key} and ${found[1].key} stand in one expectation`, 'make two of them');
  }
  return found[0];
}

async function concernsOf(on: On, path: Path): Promise<Expectation['concerns']> {
  const target = on.target === undefined ? null : await makeComparer(on.target, [...path, 'target']);
  const subprotocol =
    on.subprotocol === undefined ? null : await makeComparer(on.subprotocol, [...path, 'subprotocol']);
  return (log) => {
    if (on.connection !== undefined && on.connection !== log.connection) return false;
    const handshake = handshakeOf(log);
    if (target !== null && target(handshake?.request.target, 'target').length > 0) return false;
    if (subprotocol !== null && subprotocol(handshake?.subprotocol, 'subprotocol').length > 0) return false;
    const ends = [handshake ?? log.midstream].flatMap((event) => (event === null ? [] : [event.client, event.server]));
    if (on.port !== undefined && !ends.some(({ port }) => port === on.port)) return false;
    return on.host === undefined || ends.some(({ address }) => address === on.host);
  };
}

class Validators {
  readonly #compile: (schema: JsonSchema) => ValidateFunction;
  readonly #known = new Map<JsonSchema, ValidateFunction>();

  constructor(compile: (schema: JsonSchema) => ValidateFunction) {
    this.#compile = compile;
  }

  /** @throws {PathError} */
  check(schema: JsonSchema, value: unknown, path: Path): void {
    let validate = this.#known.get(schema);
    if (validate === undefined) {
      validate = this.#compile(schema);
      this.#known.set(schema, validate);
    }
    if (!validate(value)) throw faultOf(gravest(validate.errors ?? []), path);
  }
}

async function makeValidators(): Promise<Validators> {
  // A CommonJS package: in a bundle only its default export is there.
  const { Ajv } = (await import('ajv')).default;
  // With the value that is wrong, and the schema that it does not fit.
  const ajv = new Ajv({ allErrors: true, strict: false, allowUnionTypes: true, verbose: true });
  return new Validators((schema) => ajv.compile(schema));
}

/** Of faults at one place; any other weighs 2. */
const WEIGHTS: Readonly<Record<string, number>> = { additionalProperties: 5, type: 1, anyOf: 0 };

/** The deepest fault is the cause; that one of several forms does not fit is only its consequence. */
function gravest(errors: readonly ErrorObject[]): ErrorObject {
  const weight = ({ keyword, instancePath, data }: ErrorObject) => {
    // What is a list or a mapping was never meant as one of the names that may stand in its place.
    const isOtherForm = keyword === 'enum' && typeof data === 'object';
    return instancePath.split('/').length * 10 + (isOtherForm ? 0 : (WEIGHTS[keyword] ?? 2));
  };
  return errors.reduce((best, each) => (weight(each) > weight(best) ? each : best));
}

function faultOf(error: ErrorObject, path: Path): PathError {
  const { keyword, instancePath, params, message, parentSchema } = error;
  const keys = instancePath
    .split('/')
    .slice(1)
    .map((key) => key.replace(/~1/g, '/').replace(/~0/g, '~'))
    .map((key) => (/^\d+$/.test(key) ? Number(key) : key));
  const at = [...path, ...keys];
  const last = String(at.at(-1) ?? 'the document');
  switch (keyword) {
    case 'additionalProperties': {
      const unknown = String(params.additionalProperty);
      return new PathError(
        [...at, unknown],
        `unknown key ${JSON.stringify(unknown)}`,
        adviceFor(unknown, Object.keys(parentSchema?.properties ?? {})),
      );
    }
    case 'required':
      return new PathError(at, `${params.missingProperty} is missing`, 'add it');
    case 'type':
      return new PathError(
        at,
        `${last} must be ${[params.type].flat().map(typeWord).join(' or ')}`,
        'see docs/check.md',
      );
    case 'enum':
      return wrongName(error, at);
    case 'pattern':
      return new PathError(at, `${last} is not written as it must be`, 'see docs/check.md');
    case 'anyOf':
    case 'minProperties':
    case 'minItems':
      return new PathError(at, `${last} says nothing`, 'see docs/check.md for what it can say');
    default:
      return new PathError(at, `${last} ${message ?? 'is wrong'}`, 'see docs/check.md');
  }
}

/** So many names are listed where another stands. */
const NAMES_LISTED = 12;

function wrongName({ params, data, propertyName, parentSchema }: ErrorObject, path: Path): PathError {
  const names: string[] = params.allowedValues;
  if (names.length <= NAMES_LISTED)
    return new PathError(path, `${path.at(-1)} can be ${names.join(', ')}`, 'choose one of these');
  const given = propertyName ?? String(data);
  const meant = nearestName(given, names);
  return new PathError(
    propertyName === undefined ? path : [...path, propertyName],
    `${JSON.stringify(given)} is no ${parentSchema?.description}`,
    meant === null ? 'write one of these' : `did you mean ${meant}?`,
  );
}

function typeWord(type: string): string {
  const words: Record<string, string> = {
    string: 'text',
    integer: 'a whole number',
    object: 'a mapping',
    array: 'a list',
  };
  return words[type] ?? (type === 'boolean' ? 'true or false' : type);
}

/** The nearest of the keys that are known where the unknown one stands. */
function adviceFor(unknown: string, known: readonly string[]): string {
  const meant = nearestName(unknown, known);
  if (meant !== null) return `did you mean ${meant}?`;
  return known.length === 0 ? 'leave it out' : `known here: ${known.join(', ')}`;
}
