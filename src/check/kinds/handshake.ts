// `handshake`: what was asked for and what was agreed upon.

import type { HandshakeEvent } from '../../dissect/events.ts';
import { handshakeOf } from '../capture-log.ts';
import { choice, type JsonSchema, mapping, text } from '../json-schema.ts';
import { each, type Kind } from '../kind.ts';
import { type Path, PathError } from '../path-error.ts';
import { type Comparer, makeComparer } from '../values.ts';

interface HandshakeSpec {
  status?: unknown;
  method?: unknown;
  target?: unknown;
  subprotocol?: unknown;
  extensions?: unknown;
  accept?: unknown;
  request?: unknown;
  response?: unknown;
  body?: unknown;
}

const nullable = (schema: JsonSchema): JsonSchema => ({ ...schema, type: ['string', 'object', 'null'] });
const fields = (whose: string): JsonSchema => ({
  type: 'object',
  description: `fields of the ${whose} by name, in any case of letters; several of one name are joined by commas`,
  additionalProperties: nullable(text('value of the field, null where it must be absent')),
});

const READERS: Readonly<Record<keyof HandshakeSpec, (handshake: HandshakeEvent) => unknown>> = {
  status: ({ response }) => response?.status ?? null,
  method: ({ request }) => request.method,
  target: ({ request }) => request.target,
  subprotocol: ({ subprotocol }) => subprotocol,
  extensions: ({ extensions }) => extensions,
  accept: ({ accept }) => accept,
  request: ({ request }) => fieldsOf(request.headers),
  response: ({ response }) => fieldsOf(response?.headers ?? []),
  body: ({ response }) => response?.body,
};

export const handshake: Kind<HandshakeSpec> = {
  key: 'handshake',
  scope: 'each',
  refused: true,
  schema: {
    ...mapping('What was asked for and what was agreed upon', {
      status: { type: ['integer', 'null', 'object'], description: 'status of the answer, null where none came' },
      method: text('method of the request'),
      target: text('target of the request'),
      subprotocol: nullable(text('the subprotocol agreed upon, null for none')),
      extensions: nullable(text('the extensions agreed upon, null for none')),
      accept: choice('whether the accept key is right', ['ok', 'wrong', 'missing']),
      request: fields('request'),
      response: fields('answer'),
      body: text('body of a refusal'),
    }),
    minProperties: 1,
  },
  name: ({ target, status }) => {
    const asked = typeof target === 'string' ? ` of ${target}` : '';
    return `handshake${asked}${typeof status === 'number' ? ` is answered ${status}` : ''}`;
  },
  async prepare(spec, path) {
    const compares = await Promise.all(
      (Object.keys(spec) as (keyof HandshakeSpec)[]).map(async (key): Promise<[keyof HandshakeSpec, Comparer]> => {
        const make = key === 'request' || key === 'response' ? fieldsComparer : makeComparer;
        return [key, await make(spec[key], [...path, key])];
      }),
    );
    return each((log) => {
      const found = handshakeOf(log);
      const { connection } = log;
      if (found === null) {
        return [{ connection, packet: null, expected: 'a handshake', found: 'none: the capture began after it' }];
      }
      const differences = compares.flatMap(([key, compare]) => compare(READERS[key](found), key));
      return differences.map(({ path: at, expected, found: instead }) => ({
        connection,
        packet: found.packet,
        expected: `${at} ${expected}`,
        found: instead,
      }));
    });
  },
};

/**
 * Names of fields are the same in any case of letters (RFC 9110 §5.1); differences have them as they are spelt.
 *
 * @throws {PathError}
 */
async function fieldsComparer(expected: unknown, path: Path): Promise<Comparer> {
  const names = Object.keys(expected as object);
  // What is asked of all fields together.
  if (names[0]?.startsWith('$')) return makeComparer(expected, path);
  const spelt = new Map<string, string>();
  for (const name of names) {
    const before = spelt.get(name.toLowerCase());
    if (before !== undefined)
      throw new PathError([...path, name], `${before} and ${name} are one field`, 'leave one out');
    spelt.set(name.toLowerCase(), name);
  }
  const compares = await Promise.all(
    Object.entries(expected as object).map(async ([name, wanted]): Promise<[string, Comparer]> => {
      return [name, await makeComparer(wanted, [...path, name])];
    }),
  );
  return (found, at) => {
    const fields = found as Record<string, string>;
    return compares.flatMap(([name, compare]) => compare(fields[name.toLowerCase()], `${at}.${name}`));
  };
}

/** By name in small letters. */
function fieldsOf(headers: readonly [string, string][]): Record<string, string> {
  const joined: Record<string, string> = Object.create(null);
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    joined[key] = joined[key] === undefined ? value : `${joined[key]}, ${value}`;
  }
  return joined;
}
