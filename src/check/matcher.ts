// What a message or control frame must be like: the fields that an expectation names, and how far a message is from them.
// Knows nothing of counts, order and connections.

import { createHash } from 'node:crypto';
import type { Said } from './capture-log.ts';
import { bounds, choice, choices, type JsonSchema, mapping, text } from './json-schema.ts';
import { factsOf, jsonOf, MESSAGE_FACTS } from './message-facts.ts';
import type { Path } from './path-error.ts';
import {
  type Bounds,
  boundsOf,
  type Comparer,
  conditionAt,
  type Difference,
  makeComparer,
  show,
  showBounds,
  within,
} from './values.ts';

export interface MatcherSpec {
  kind?: 'message' | 'control';
  type?: unknown;
  id?: number;
  value?: unknown;
  json?: unknown;
  text?: unknown;
  data?: string;
  sha256?: string;
  error?: unknown;
  exact?: boolean;
  opcode?: string | string[];
  direction?: 'c2s' | 's2c';
  length?: number | Bounds;
  wireLength?: number | Bounds;
  frames?: number | Bounds;
  compressed?: boolean;
  code?: number | null | (number | null)[];
  reason?: unknown;
  where?: string;
}

const OPCODES = ['text', 'binary', 'ping', 'pong', 'close'];

export const matcherProperties: Readonly<Record<string, JsonSchema>> = {
  kind: choice('a data message or a control frame', ['message', 'control']),
  type: text('name of the message type in the registry'),
  id: { type: 'integer', minimum: 0, description: 'id of the message type' },
  value: { description: 'the decoded value; a mapping is compared in part, unless exact' },
  json: { description: 'a text message read as JSON, compared as value is' },
  text: text('the text of a text message'),
  data: { type: 'string', description: 'the application data in base64' },
  sha256: { type: 'string', pattern: '^[0-9a-f]{64}$', description: 'SHA-256 of the application data, in hex' },
  error: text('code of the decoding error, such as ErrNotRegister'),
  exact: { type: 'boolean', description: 'value and json have nothing but what is named' },
  opcode: choices('kind of frame, one or several', OPCODES),
  direction: choice('from the client to the server, or back', ['c2s', 's2c']),
  length: bounds('octets of application data'),
  wireLength: bounds('octets of payload on the wire: of a compressed message fewer'),
  frames: bounds('frames that the message came in'),
  compressed: { type: 'boolean', description: 'whether it was compressed' },
  code: {
    type: ['integer', 'null', 'array'],
    description: 'status code of a close frame, null for none; one or several',
  },
  reason: text('reason of a close frame'),
  where: { type: 'string', description: 'a condition in CEL, see docs/conditions.md' },
};

export function matcherSchema(description: string): JsonSchema {
  return { ...mapping(description, matcherProperties), minProperties: 1 };
}

/** One thing that is asked of a message; `weight` says how far away one is that does not have it. */
interface Trait {
  weight: number;
  compare: (said: Said) => Difference[];
}

/** What makes two messages different in kind, and what only in detail. */
const IN_KIND = 100;
const IN_DETAIL = 1;

export interface Matcher {
  /** In words, for messages. */
  readonly says: string;
  matches(said: Said): boolean;
  differences(said: Said): Difference[];
  /** 0 for a match; less is nearer. */
  distance(said: Said): number;
}

/** @throws {PathError} */
export async function makeMatcher(spec: MatcherSpec, path: Path): Promise<Matcher> {
  const traits: Trait[] = [];
  const add = (weight: number, name: string, compare: Comparer, of: (said: Said) => unknown) =>
    traits.push({ weight, compare: (said) => compare(of(said), name) });
  const compareAt = (key: keyof MatcherSpec) =>
    makeComparer(spec[key], [...path, key], { exact: spec.exact === true, unsetIsDefault: key === 'value' });

  if (spec.kind !== undefined) add(IN_KIND, 'kind', await compareAt('kind'), (said) => said.type);
  if (spec.direction !== undefined) add(IN_KIND, 'direction', await compareAt('direction'), (said) => said.direction);
  if (spec.opcode !== undefined) add(IN_KIND, 'opcode', oneOf(spec.opcode), (said) => said.opcode);
  if (spec.type !== undefined) add(IN_KIND, 'type', await compareAt('type'), (said) => decodedOf(said)?.type);
  if (spec.id !== undefined) add(IN_KIND, 'id', await compareAt('id'), (said) => decodedOf(said)?.id);
  if (spec.error !== undefined) add(IN_KIND, 'error', await compareAt('error'), errorOf);
  if (spec.code !== undefined) add(IN_KIND, 'code', oneOf(spec.code), codeOf);
  if (spec.value !== undefined) add(IN_DETAIL, 'value', await compareAt('value'), (said) => decodedOf(said)?.value);
  if (spec.json !== undefined) add(IN_DETAIL, 'json', await compareAt('json'), (said) => jsonOf(textOf(said) ?? ''));
  if (spec.text !== undefined) add(IN_DETAIL, 'text', await compareAt('text'), textOf);
  if (spec.data !== undefined) add(IN_DETAIL, 'data', await compareAt('data'), dataOf);
  if (spec.sha256 !== undefined) add(IN_DETAIL, 'sha256', await compareAt('sha256'), sha256Of);
  if (spec.reason !== undefined) add(IN_DETAIL, 'reason', await compareAt('reason'), reasonOf);
  if (spec.length !== undefined) add(IN_DETAIL, 'length', bounded(spec.length), (said) => said.length);
  if (spec.wireLength !== undefined) add(IN_DETAIL, 'wireLength', bounded(spec.wireLength), wireLengthOf);
  if (spec.frames !== undefined) add(IN_DETAIL, 'frames', bounded(spec.frames), framesOf);
  if (spec.compressed !== undefined) {
    const compare = await compareAt('compressed');
    add(IN_DETAIL, 'compressed', compare, (said) => said.type === 'message' && said.compressed);
  }
  if (spec.where !== undefined) traits.push(await conditionTrait(spec.where, [...path, 'where']));
  return new TraitMatcher(describe(spec), traits);
}

class TraitMatcher implements Matcher {
  readonly says: string;
  readonly #traits: readonly Trait[];

  constructor(says: string, traits: readonly Trait[]) {
    this.says = says;
    this.#traits = traits;
  }

  matches(said: Said): boolean {
    return this.#traits.every((trait) => trait.compare(said).length === 0);
  }

  differences(said: Said): Difference[] {
    return this.#traits.flatMap((trait) => trait.compare(said));
  }

  distance(said: Said): number {
    return this.#traits.reduce((sum, trait) => sum + trait.weight * trait.compare(said).length, 0);
  }
}

async function conditionTrait(source: string, path: Path): Promise<Trait> {
  const condition = await conditionAt(source, path, MESSAGE_FACTS);
  return {
    weight: IN_DETAIL,
    compare: (said) => {
      const { value, trouble } = condition.evaluate(factsOf(said));
      if (value === true) return [];
      return [{ path: 'where', expected: source, found: trouble ?? show(value) }];
    },
  };
}

function oneOf(wanted: unknown): Comparer {
  const list = Array.isArray(wanted) ? wanted : [wanted];
  return (found, path) =>
    list.includes(found) ? [] : [{ path, expected: list.map(show).join(' or '), found: show(found) }];
}

function bounded(wanted: number | Bounds): Comparer {
  const bounds = boundsOf(wanted);
  return (found, path) =>
    typeof found === 'number' && within(found, bounds)
      ? []
      : [{ path, expected: showBounds(bounds), found: show(found) }];
}

function decodedOf(said: Said) {
  return said.type === 'message' ? said.decoded : undefined;
}

function errorOf(said: Said): unknown {
  return said.type === 'message' ? said.decodeError?.code : undefined;
}

function codeOf(said: Said): unknown {
  return said.type === 'control' ? said.code : undefined;
}

function reasonOf(said: Said): unknown {
  return said.type === 'control' ? said.reason : undefined;
}

function wireLengthOf(said: Said): number {
  return said.type === 'message' ? said.wireLength : said.length;
}

function framesOf(said: Said): number {
  return said.type === 'message' ? said.frames : 1;
}

function textOf(said: Said): string | undefined {
  return said.type === 'message' ? said.text : undefined;
}

/** The application data in base64; undefined where it is not at hand. */
export function dataOf(said: Said): string | undefined {
  const text = textOf(said);
  return text === undefined ? said.data : Buffer.from(text).toString('base64');
}

export function sha256Of(said: Said): string | undefined {
  const data = dataOf(said);
  return data === undefined ? undefined : createHash('sha256').update(Buffer.from(data, 'base64')).digest('hex');
}

/** `a c2s pb.Ping with value {seq: 150}` */
export function describe(spec: MatcherSpec): string {
  const { direction, type, opcode, kind, exact: _, ...details } = spec;
  const opcodes = Array.isArray(opcode) ? opcode.join(' or ') : opcode;
  const noun = typeof type === 'string' ? type : (opcodes ?? (kind === 'control' ? 'control frame' : 'message'));
  const patterned = type !== undefined && typeof type !== 'string' ? [`type ${show(type)}`] : [];
  const rest = [...patterned, ...Object.entries(details).map(([key, wanted]) => `${key} ${show(wanted)}`)];
  const head = [direction, noun].filter((word) => word !== undefined).join(' ');
  return rest.length === 0 ? head : `${head} with ${rest.join(', ')}`;
}
