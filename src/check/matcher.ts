// What a message or control frame must be like: the fields that an expectation names, and how far a message is from them.
// Knows nothing of counts, order and connections.

import { createHash } from 'node:crypto';
import { DIRECTIONS } from '../dissect/direction.ts';
import type { SaidEvent } from '../dissect/said-event.ts';
import type { Condition } from './condition.ts';
import { bounds, choice, choices, type JsonSchema, mapping, text } from './json-schema.ts';
import { FACTS, type Fact, factsOf, MESSAGE_FACTS } from './message-facts.ts';
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
  kind?: 'message' | 'control' | 'any';
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

/** One field that an expectation may name. */
interface TraitRow {
  schema: JsonSchema;
  /** How far away a message is that does not have it. */
  weight: number;
  of: Fact;
  /** By default it is compared as values are: whole, in part or by an operator. */
  comparer?: (wanted: unknown) => Comparer;
}

/** What makes two messages different in kind, and what only in detail: at a distance below the first only details differ. */
export const IN_KIND = 100;
const IN_DETAIL = 1;

/** In the order in which differences are told. */
const TRAITS: Readonly<Record<Exclude<keyof MatcherSpec, 'exact' | 'where'>, TraitRow>> = {
  kind: {
    weight: IN_KIND,
    of: FACTS.kind,
    schema: choice(
      'a data message, a control frame, or any of the two; a message where none of kind, opcode, code and reason is named',
      ['message', 'control', 'any'],
    ),
  },
  direction: {
    weight: IN_KIND,
    of: FACTS.direction,
    schema: choice('from the client to the server, or back', DIRECTIONS),
  },
  opcode: {
    weight: IN_KIND,
    of: FACTS.opcode,
    comparer: oneOf,
    schema: choices('kind of frame, one or several', OPCODES),
  },
  type: { weight: IN_KIND, of: FACTS.type, schema: text('name of the message type in the registry') },
  id: {
    weight: IN_KIND,
    of: FACTS.id,
    schema: { type: 'integer', minimum: 0, description: 'id of the message type' },
  },
  error: { weight: IN_KIND, of: FACTS.error, schema: text('code of the decoding error, such as ErrNotRegister') },
  code: {
    weight: IN_KIND,
    of: FACTS.code,
    comparer: oneOf,
    schema: {
      type: ['integer', 'null', 'array'],
      description: 'status code of a close frame, null for none; one or several',
    },
  },
  value: {
    weight: IN_DETAIL,
    of: FACTS.value,
    schema: { description: 'the decoded value; a mapping is compared in part, unless exact' },
  },
  json: {
    weight: IN_DETAIL,
    of: FACTS.json,
    schema: { description: 'a text message read as JSON, compared as value is' },
  },
  text: { weight: IN_DETAIL, of: FACTS.text, schema: text('the text of a text message') },
  data: {
    weight: IN_DETAIL,
    of: dataOf,
    schema: { type: 'string', description: 'the application data in base64' },
  },
  sha256: {
    weight: IN_DETAIL,
    of: sha256Of,
    schema: {
      type: 'string',
      pattern: '^[0-9a-f]{64}$',
      description: 'SHA-256 of the application data, in hex',
    },
  },
  reason: { weight: IN_DETAIL, of: FACTS.reason, schema: text('reason of a close frame') },
  length: { weight: IN_DETAIL, of: FACTS.length, comparer: bounded, schema: bounds('octets of application data') },
  wireLength: {
    weight: IN_DETAIL,
    of: FACTS.wireLength,
    comparer: bounded,
    schema: bounds('octets of payload on the wire: of a compressed message fewer'),
  },
  frames: { weight: IN_DETAIL, of: FACTS.frames, comparer: bounded, schema: bounds('frames that the message came in') },
  compressed: {
    weight: IN_DETAIL,
    of: FACTS.compressed,
    schema: { type: 'boolean', description: 'whether it was compressed' },
  },
};

export const matcherProperties: Readonly<Record<string, JsonSchema>> = {
  ...Object.fromEntries(Object.entries(TRAITS).map(([key, { schema }]) => [key, schema])),
  exact: { type: 'boolean', description: 'value and json have nothing but what is named' },
  where: { type: 'string', description: 'a condition in CEL, see docs/conditions.md' },
};

export function matcherSchema(description: string): JsonSchema {
  return { ...mapping(description, matcherProperties), minProperties: 1 };
}

/** One thing that is asked of a message. */
interface Trait {
  weight: number;
  compare: (said: SaidEvent) => Difference[];
}

export interface Matcher {
  /** In words, for messages. */
  readonly says: string;
  matches(said: SaidEvent): boolean;
  differences(said: SaidEvent): Difference[];
  /** 0 for a match; less is nearer. */
  distance(said: SaidEvent): number;
}

/** What says whether a control frame may be meant: of a matcher that names none of these only messages are like it. */
const TELLING: readonly string[] = ['kind', 'opcode', 'code', 'reason', 'name'] satisfies (keyof typeof FACTS)[];

/** @throws {PathError} */
export async function makeMatcher(given: MatcherSpec, path: Path): Promise<Matcher> {
  const { where } = given;
  const condition = where === undefined ? null : await conditionAt(where, [...path, 'where'], MESSAGE_FACTS);
  const named = [...Object.keys(given), ...(condition?.names ?? [])];
  const { kind = named.some((name) => TELLING.includes(name)) ? 'any' : 'message', ...others } = given;
  const spec: MatcherSpec = kind === 'any' ? others : { kind, ...others };
  const traits: Trait[] = [];
  for (const [key, { weight, of, comparer }] of Object.entries(TRAITS)) {
    const wanted = spec[key as keyof typeof TRAITS];
    if (wanted === undefined) continue;
    const options = { exact: spec.exact === true, unsetIsDefault: key === 'value' };
    const compare = comparer?.(wanted) ?? (await makeComparer(wanted, [...path, key], options));
    traits.push({ weight, compare: (said) => compare(of(said), key) });
  }
  if (condition !== null) traits.push(conditionTrait(condition));
  return new TraitMatcher(describe(given), traits);
}

class TraitMatcher implements Matcher {
  readonly says: string;
  readonly #traits: readonly Trait[];

  constructor(says: string, traits: readonly Trait[]) {
    this.says = says;
    this.#traits = traits;
  }

  matches(said: SaidEvent): boolean {
    return this.#traits.every((trait) => trait.compare(said).length === 0);
  }

  differences(said: SaidEvent): Difference[] {
    return this.#traits.flatMap((trait) => trait.compare(said));
  }

  distance(said: SaidEvent): number {
    return this.#traits.reduce((sum, trait) => sum + trait.weight * trait.compare(said).length, 0);
  }
}

function conditionTrait(condition: Condition): Trait {
  return {
    weight: IN_DETAIL,
    compare: (said) => {
      const { holds, trouble } = condition.evaluate(factsOf(said));
      if (holds) return [];
      return [{ path: 'where', expected: condition.source, found: trouble ?? show(holds) }];
    },
  };
}

function oneOf(wanted: unknown): Comparer {
  const list = Array.isArray(wanted) ? wanted : [wanted];
  return (found, path) =>
    list.includes(found) ? [] : [{ path, expected: list.map(show).join(' or '), found: show(found) }];
}

/** @param wanted fits the schema of `bounds` */
function bounded(wanted: unknown): Comparer {
  const bounds = boundsOf(wanted as number | Bounds);
  return (found, path) =>
    typeof found === 'number' && within(found, bounds)
      ? []
      : [{ path, expected: showBounds(bounds), found: show(found) }];
}

/** The application data in base64; undefined where it is not at hand. */
export function dataOf(said: SaidEvent): string | undefined {
  const text = said.type === 'message' ? said.text : undefined;
  return text === undefined ? said.data : Buffer.from(text).toString('base64');
}

export function sha256Of(said: SaidEvent): string | undefined {
  const data = dataOf(said);
  return data === undefined ? undefined : createHash('sha256').update(Buffer.from(data, 'base64')).digest('hex');
}

const NOUNS = { message: 'message', control: 'control frame', any: 'message or control frame' };

/** `a c2s pb.Ping with value {seq: 150}` */
export function describe(spec: MatcherSpec): string {
  const { direction, type, opcode, kind, exact: _, ...details } = spec;
  const opcodes = Array.isArray(opcode) ? opcode.join(' or ') : opcode;
  const isClose = spec.code !== undefined || spec.reason !== undefined;
  const noun = typeof type === 'string' ? type : (opcodes ?? (isClose ? 'close' : NOUNS[kind ?? 'message']));
  const patterned = type !== undefined && typeof type !== 'string' ? [`type ${show(type)}`] : [];
  const rest = [...patterned, ...Object.entries(details).map(([key, wanted]) => `${key} ${show(wanted)}`)];
  const head = [direction, noun].filter((word) => word !== undefined).join(' ');
  return rest.length === 0 ? head : `${head} with ${rest.join(', ')}`;
}
