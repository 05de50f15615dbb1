// Writes what of the JSON Schemas is made: the one of expectations from the kinds' own, the codes of diagnostics and the reasons for
// skipping packets in the one of events from their tables: `node --import tsx scripts/make-schemas.ts`, then `npx biome check --write schemas`. Tests fail where the
// files in the repository say anything else.

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { publishedSchema } from '../src/check/expectations-schema.ts';
import { rulesByCode } from '../src/dissect/diagnostics.ts';
import { SKIP } from '../src/link/skip-reason.ts';

export const EXPECTATIONS_SCHEMA = fileURLToPath(new URL('../schemas/expectations.schema.json', import.meta.url));
const EVENTS_SCHEMA = fileURLToPath(new URL('../schemas/events.schema.json', import.meta.url));

export function expectationsSchema(): string {
  return jsonText(publishedSchema());
}

/** The schema of events as it is written, but for the codes and the reasons. */
function eventsSchema(): string {
  const schema = JSON.parse(readFileSync(EVENTS_SCHEMA, 'utf8'));
  schema.$defs.diagnostic.properties.code.enum = [...rulesByCode().keys()].sort();
  schema.$defs.summary.properties.skipped.propertyNames = skipNames();
  return jsonText(schema);
}

/** Keys of `skipped`. */
export function skipNames(): object {
  return { anyOf: [{ enum: Object.keys(SKIP) }, { pattern: '^unknown-link-type-[0-9]+$' }] };
}

function jsonText(schema: unknown): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(EXPECTATIONS_SCHEMA, expectationsSchema());
  writeFileSync(EVENTS_SCHEMA, eventsSchema());
}
