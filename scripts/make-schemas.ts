// Writes what of the JSON Schemas is made: the one of expectations from the kinds' own; in the one of events the codes of diagnostics,
// those of payloads not decoded, the reasons for skipping packets and the formats of captures, from their tables: `node --import tsx
// scripts/make-schemas.ts`, then `npx biome check --write schemas`. Tests fail where the files in the repository say anything else.

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FORMAT_NAMES } from '../src/capture/formats.ts';
import { UNKNOWN_CAPTURE } from '../src/capture/packet.ts';
import { publishedSchema } from '../src/check/expectations-schema.ts';
import { DECODE_FAILURES } from '../src/codec/codec.ts';
import { rulesByCode } from '../src/dissect/diagnostics.ts';
import { SKIP } from '../src/link/skip-reason.ts';

export const EXPECTATIONS_SCHEMA = fileURLToPath(new URL('../schemas/expectations.schema.json', import.meta.url));
export const EVENTS_SCHEMA = fileURLToPath(new URL('../schemas/events.schema.json', import.meta.url));

export function expectationsSchema(): string {
  return jsonText(publishedSchema());
}

/** What `capture.format` may say: the names of the formats of one file or several, each once and in any order. */
export function formatsOfCaptures(names: readonly string[]): string[] {
  const shortestFirst = ordersOf(names).sort((one, other) => one.length - other.length);
  return [...shortestFirst.map((order) => order.join(', ')), UNKNOWN_CAPTURE.format];
}

/** Every order of some of the names, one at least. */
function ordersOf(names: readonly string[]): string[][] {
  return names.flatMap((first) => {
    const others = names.filter((name) => name !== first);
    return [[first], ...ordersOf(others).map((order) => [first, ...order])];
  });
}

/** The schema of events as it is written, but for what the tables say. */
export function eventsSchema(): string {
  const schema = JSON.parse(readFileSync(EVENTS_SCHEMA, 'utf8'));
  schema.$defs.diagnostic.properties.code.enum = [...rulesByCode().keys()].sort();
  schema.$defs.capture.properties.format.enum = formatsOfCaptures(FORMAT_NAMES);
  schema.$defs.decodeError.properties.code.enum = DECODE_FAILURES;
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
