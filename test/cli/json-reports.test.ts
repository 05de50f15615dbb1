// What `--format json` prints where it prints no events, held to the page that describes it.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { wsdissect } from './command-line.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(join(root, 'docs/json.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'wsdissect-json-'));
after(() => rmSync(folder, { recursive: true }));

const chat = join(root, 'fixtures/chat/chat.pcap');
const expectations = join(folder, 'expectations.yaml');
writeFileSync(expectations, 'expect:\n  - message: { type: pb.Ping }\n  - close: { code: 1000 }\n');

/** Fields whose values are described elsewhere: events, and what messages say. */
const ELSEWHERE: Record<string, readonly string[]> = { stats: ['summary'], diff: ['left', 'right'] };

const COMMANDS: [command: string, words: readonly string[]][] = [
  ['stats', ['walkthrough.pcap', '--registry', 'walkthrough.registry.yaml']],
  ['stats', [join(root, 'fixtures/violations/violations.pcap'), chat, '--each']],
  ['diff', ['walkthrough.pcap', chat]],
  ['check', ['walkthrough.pcap', '--expect', expectations]],
  ['explain', []],
];

/** Names of all fields of a value and of what is in it. */
function fieldsOf(value: unknown, elsewhere: readonly string[], found = new Set<string>()): Set<string> {
  if (Array.isArray(value)) for (const each of value) fieldsOf(each, elsewhere, found);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, field] of Object.entries(value)) {
      found.add(name);
      if (!elsewhere.includes(name)) fieldsOf(field, elsewhere, found);
    }
  }
  return found;
}

const printed = new Map<string, Set<string>>();
for (const [command, words] of COMMANDS) {
  const { output } = wsdissect([command, ...words, '--format', 'json']);
  const found = fieldsOf(JSON.parse(output), ELSEWHERE[command] ?? []);
  printed.set(command, new Set([...(printed.get(command) ?? []), ...found]));
}

for (const [command, fields] of printed) {
  const section = page.split(/^## /m).find((text) => text.startsWith(`\`${command}\``)) ?? '';
  test(`docs/json.md names every field that ${command} prints, and has a row for no other`, () => {
    const named = new Set([...section.matchAll(/`([A-Za-z0-9]+)`/g)].map(([, name]) => name));
    assert.deepEqual(
      [...fields].filter((name) => !named.has(name)),
      [],
    );
    const rows = [...section.matchAll(/^\| (`[^|]*) \|/gm)].flatMap(([, cell]) => cell.match(/[A-Za-z0-9]+/g) ?? []);
    assert.ok(rows.length > 3, `${rows.length} rows`);
    assert.deepEqual(
      rows.filter((name) => !fields.has(name)),
      [],
    );
  });
}
