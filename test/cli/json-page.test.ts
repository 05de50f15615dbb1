// docs/json.md and what `--format json` prints, held together: what is printed is in the tables, with one of the types that they
// name, and each field and type of the tables is met.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { rulesByCode } from '../../src/dissect/diagnostics.ts';
import { skipRows } from '../../src/link/skip-explanations.ts';
import { gapRows } from '../../src/tcp/gap-explanations.ts';
import { upgraded } from '../dissect/dissection.ts';
import { type CaptureOptions, captureOf } from '../support/capture-builder.ts';
import type { TcpConversation } from '../support/tcp-conversation.ts';
import type { TcpPacket } from '../support/tcp-packet.ts';
import { CLOSE, clientFrame, closePayload, frame, PING, TEXT } from '../support/websocket-writer.ts';
import { exampleFolder, wsdissect } from './command-line.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const ajv = new Ajv2020().addSchema(
  JSON.parse(readFileSync(join(root, 'schemas/events.schema.json'), 'utf8')),
  'events',
);
/** Shapes that docs/events.md describes. */
const EVENTS: readonly string[] = ['summary', 'message', 'control'];

/** Fields of a shape by name, each with its types. */
type Shape = ReadonlyMap<string, readonly string[]>;
const shapes = new Map<string, Shape>();
/** `flow.rate: null` and the like, until it is met. */
const unmet = new Set<string>();

for (const [, name, table] of readFileSync(join(root, 'docs/json.md'), 'utf8').matchAll(/^### (.+)\n([^#]*)/gm)) {
  const fields = new Map<string, readonly string[]>();
  for (const [, names, types] of table.matchAll(/^\| (`.+?) \| (.*?) \|/gm)) {
    for (const [, field] of names.matchAll(/`(\w+)`/g)) fields.set(field, types.replaceAll('`', '').split(' or '));
  }
  shapes.set(name, fields);
  for (const [field, types] of fields) for (const type of types) unmet.add(`${name}.${field}: ${type}`);
}

function isOf(value: unknown, type: string): boolean {
  if (type === 'absent') return value === undefined;
  if (type === 'null') return value === null;
  if (type === 'any') return value !== undefined;
  if (type === 'text') return typeof value === 'string';
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'number' || type === 'boolean') return typeof value === type;
  if (type.startsWith('"')) return value === JSON.parse(type);
  if (type.startsWith('list of ')) return Array.isArray(value) && value.every((each) => isOf(each, type.slice(8)));
  if (EVENTS.includes(type)) return ajv.validate(`events#/$defs/${type}`, value);
  return isOfShape(value, type);
}

function isOfShape(value: unknown, name: string): boolean {
  const shape = shapes.get(name);
  assert.ok(shape !== undefined, `docs/json.md says nothing of ${name}`);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const unknown = Object.keys(value).filter((field) => !shape.has(field));
  assert.deepEqual(unknown, [], `docs/json.md names no such field of ${name}`);
  for (const [field, types] of shape) {
    const found = (value as Record<string, unknown>)[field];
    const type = types.find((each) => isOf(found, each));
    assert.ok(
      type !== undefined,
      `${name}.${field} is ${JSON.stringify(found)}, and docs/json.md says ${types.join(' or ')}`,
    );
    unmet.delete(`${name}.${field}: ${type}`);
  }
  return true;
}

function holds(type: string, words: readonly string[]): void {
  const { output } = wsdissect([...words, '--format', 'json'], { directory: folder });
  assert.ok(isOf(JSON.parse(output), type), words.join(' '));
}

const folder = mkdtempSync(join(tmpdir(), 'wsdissect-'));
after(() => rmSync(folder, { recursive: true }));
const fixture = (name: string) => join(exampleFolder, '..', name, `${name}.pcap`);

function written(name: string, packets: readonly TcpPacket[], options: CaptureOptions = {}): string {
  writeFileSync(join(folder, name), captureOf(packets, options));
  return name;
}

/** Seven packets until it is upgraded, then two a word. */
const said = (words: readonly string[]): TcpConversation =>
  words.reduce((talk, word) => talk.exchange('c2s', clientFrame(TEXT, word)), upgraded());
const bye = frame(CLOSE, closePayload(1000));
const spoken = said(['one', 'two', 'three', 'four', '{"at":1}']).exchange('s2c', bye).close('s2c').packets;
const good = written('good.pcap', spoken);
const moved = said(['two', 'three', 'one', 'four', '{"on":1}']).exchange('s2c', frame(PING, 'x')).reset('s2c').packets;
const bad = written('bad.pcap', moved, { interval: 2e9 });
const late = written('late.pcap', spoken.slice(7));
const lossy = written('lossy.pcap', spoken.toSpliced(9, 1));

test('stats prints what docs/json.md says', () => {
  holds('statistics', ['stats', fixture('violations')]);
  holds('list of statistics', ['stats', '--each', fixture('chat'), fixture('refused'), fixture('no-websocket'), bad]);
  holds('statistics', ['stats', fixture('chat'), '--limit', '1']);
  holds('statistics', ['stats', fixture('chat'), '--opcode', 'text']);
  holds('statistics', ['stats', late, '--ws-port', '8888']);
  holds('statistics', ['stats', lossy]);
});

test('diff prints what docs/json.md says', () => {
  holds('comparison', ['diff', fixture('walkthrough'), fixture('walkthrough')]);
  holds('comparison', ['diff', good, bad]);
  holds('comparison', ['diff', bad, good]);
  holds('comparison', ['diff', fixture('walkthrough'), fixture('chat')]);
  holds('comparison', ['diff', fixture('walkthrough'), fixture('refused')]);
  holds('comparison', ['diff', fixture('refused'), late, '--ws-port', '8888']);
});

test('check prints what docs/json.md says', () => {
  const expectations = join(folder, 'expectations.yaml');
  writeFileSync(
    expectations,
    'expect:\n  - message: { text: two }\n  - message: { text: four }\n  - connections: { webSocket: 1 }\n',
  );
  holds('report', ['check', good, fixture('no-websocket'), fixture('cut'), '--expect', expectations]);
});

test('explain prints what docs/json.md says', () => {
  holds('list of rule', ['explain', ...rulesByCode().keys()]);
  holds('list of reason', ['explain', ...[...skipRows(), ...gapRows()].map(({ reason }) => reason)]);
});

test('docs/json.md names nothing that is not printed', () => {
  assert.ok(shapes.size >= 20, `${shapes.size} tables`);
  assert.deepEqual([...unmet], []);
});
