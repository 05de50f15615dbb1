// Writes what of the JSON Schemas is made: the one of expectations from the kinds' own; in the one of events, the codes of diagnostics
// from the tables of rules and those of payloads not decoded from the codec's list: `node --import tsx scripts/make-schemas.ts`, then `npx biome check --write schemas`. Tests fail where the
// files in the repository say anything else.

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { publishedSchema } from '../src/check/expectations-schema.ts';
import { DECODE_FAILURES } from '../src/codec/codec.ts';
import { rulesByCode } from '../src/dissect/diagnostics.ts';

export const EXPECTATIONS_SCHEMA = fileURLToPath(new URL('../schemas/expectations.schema.json', import.meta.url));
const EVENTS_SCHEMA = fileURLToPath(new URL('../schemas/events.schema.json', import.meta.url));

export function expectationsSchema(): string {
  return jsonText(publishedSchema());
}

/** The schema of events as it is written, but for the two lists of codes. */
function eventsSchema(): string {
  const schema = JSON.parse(readFileSync(EVENTS_SCHEMA, 'utf8'));
  schema.$defs.diagnostic.properties.code.enum = [...rulesByCode().keys()].sort();
  schema.$defs.decodeError.properties.code.enum = DECODE_FAILURES;
  return jsonText(schema);
}

function jsonText(schema: unknown): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(EXPECTATIONS_SCHEMA, expectationsSchema());
  writeFileSync(EVENTS_SCHEMA, eventsSchema());
}
