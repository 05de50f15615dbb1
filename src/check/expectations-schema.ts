// The JSON Schema of a file of expectations, put together from the kinds. `scripts/make-schemas.ts` publishes it; files are
// judged by the same.

import { HIGHEST_PORT } from '../link/segment.ts';
import { choice, type JsonSchema, mapping, text } from './json-schema.ts';
import { diagnosticCode } from './kinds/diagnostics.ts';
import { KINDS } from './kinds/index.ts';
import { matcherProperties, matcherSchema } from './matcher.ts';

/** Of what stands beside the kind in an expectation. */
const onSchema = {
  ...mapping('which connections; all by default', {
    index: {
      type: 'integer',
      minimum: 0,
      description: 'number among the connections that asked for WebSocket or speak it, from 0',
    },
    connection: { type: 'integer', minimum: 0, description: 'number of the TCP connection, from 0' },
    target: text('target of the request'),
    port: { type: 'integer', minimum: 0, maximum: HIGHEST_PORT, description: 'port of either end' },
    host: { type: 'string', description: 'address of either end' },
    subprotocol: { ...text('the subprotocol agreed upon'), type: ['string', 'object', 'null'] },
  }),
  minProperties: 1,
};

export const COMMON: Readonly<Record<string, JsonSchema>> = {
  name: { type: 'string', description: 'what reports call it' },
  on: onSchema,
  in: choice('each of the connections, at least one, none of them, or all together', [
    'all',
    'any',
    'none',
    'together',
  ]),
  recorded: choice('written by check --record, and renewed by --update', ['strict', 'loose']),
};

export const TOP: Readonly<Record<string, JsonSchema>> = {
  $schema: { type: 'string' },
  registry: {
    type: 'string',
    description: 'registry file, relative to this one, or article; --registry goes before it',
  },
  expect: { type: 'array', description: 'what is expected', minItems: 1 },
};

/** For editors and other readers. */
export function publishedSchema(): JsonSchema {
  const kinds = KINDS.map(({ key, schema }) => ({
    type: 'object',
    properties: { ...COMMON, [key]: { $ref: `#/$defs/${key}` } },
    required: [key],
    additionalProperties: false,
    title: key,
    description: schema.description,
  }));
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'https://unpkg.com/wsdissect/schemas/expectations.schema.json',
    title: 'Expectations of wsdissect check',
    ...mapping('What a capture is expected to hold', { ...TOP, expect: { ...TOP.expect, items: { oneOf: kinds } } }, [
      'expect',
    ]),
    $defs: {
      matcher: matcherSchema('A message or control frame'),
      code: diagnosticCode,
      ...Object.fromEntries(KINDS.map(({ key, schema }) => [key, withReferences(schema) as JsonSchema])),
    },
  };
}

/**
 * The schema with a reference wherever a message is described or a diagnostic named: written out each time it would be ten times
 * as long.
 */
function withReferences(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withReferences);
  if (typeof schema !== 'object' || schema === null) return schema;
  if (schema === diagnosticCode) return { $ref: '#/$defs/code' };
  if ('properties' in schema && schema.properties === matcherProperties) {
    return { $ref: '#/$defs/matcher', description: (schema as JsonSchema).description };
  }
  return Object.fromEntries(Object.entries(schema).map(([key, member]) => [key, withReferences(member)]));
}
