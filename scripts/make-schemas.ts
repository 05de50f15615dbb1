// Writes the JSON Schema of expectations from the kinds' own: `node --import tsx scripts/make-schemas.ts`. A test fails where
// the file in the repository says anything else; biome has a say in its lines.

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { publishedSchema } from '../src/check/expectations-schema.ts';

export const EXPECTATIONS_SCHEMA = fileURLToPath(new URL('../schemas/expectations.schema.json', import.meta.url));

export function expectationsSchema(): string {
  return `${JSON.stringify(publishedSchema(), null, 2)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(EXPECTATIONS_SCHEMA, expectationsSchema());
