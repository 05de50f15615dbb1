// Writes every fixture that is made by script: `node --import tsx scripts/make-fixtures.ts`. The same octets come out each time.
// Knows no case; fixtures/walkthrough is recorded by record-walkthrough.ts instead.

import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type FixtureCase, fixtureCases } from './fixture-cases.ts';
import type { FixtureFamily } from './fixture-family.ts';
import { formatFamily } from './format-fixtures.ts';
import { linkFamily } from './link-fixtures.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url));

/** Octets; whatever a fixture shows can be shown in less. */
const LARGEST = 40 * 1024;

function readmeOf({ name, what }: FixtureCase): string {
  return [
    what,
    `Made by \`node --import tsx scripts/make-fixtures.ts\`; no dissector had a part in \`${name}.pcap\`.`,
    '`expected.json` is what the script sent, so what a reader must find: `test/fixtures.test.ts` compares.',
    '',
  ].join('\n');
}

function write(fixture: FixtureCase): void {
  const { name, what, capture, complete = true, connections, registry = null, files = {} } = fixture;
  if (capture.length > LARGEST) throw new Error(`${name} has ${capture.length} octets, more than ${LARGEST}`);
  const folder = `${FIXTURES}${name}/`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}${name}.pcap`, capture);
  writeFileSync(`${folder}README.md`, readmeOf(fixture));
  writeFileSync(`${folder}expected.json`, `${JSON.stringify({ what, registry, complete, connections }, null, 2)}\n`);
  for (const [file, text] of Object.entries(files)) writeFileSync(folder + file, text);
  console.log(`${name}: ${capture.length} octets`);
}

function writeFamily({ name, what, captures, sets, connections }: FixtureFamily): void {
  const folder = `${FIXTURES}${name}/`;
  mkdirSync(folder, { recursive: true });
  const readme = [
    what,
    'Made by `node --import tsx scripts/make-fixtures.ts`; no dissector had a part in the captures.',
    '`expected-of-each.json` is what the script sent, so what a reader must find in each, and in each set of files.',
    '',
  ];
  writeFileSync(`${folder}README.md`, readme.join('\n'));
  const expected = {
    what,
    captures: Object.keys(captures),
    sets: sets.map(({ files }) => Object.keys(files)),
    connections,
  };
  writeFileSync(`${folder}expected-of-each.json`, `${JSON.stringify(expected, null, 2)}\n`);
  const all = Object.assign({}, captures, ...sets.map(({ files }) => files)) as Record<string, Uint8Array>;
  for (const [file, octets] of Object.entries(all)) writeFileSync(folder + file, octets);
  console.log(`${name}: ${Object.keys(all).length} captures`);
}

for (const make of fixtureCases) write(make());
for (const make of [linkFamily, formatFamily]) writeFamily(make());
