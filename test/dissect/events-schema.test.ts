// The published schema of events, held to the events of every capture at hand, and the page that describes them to the schema.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { loadRegistry, ProtobufCodec } from '../../src/codec/index.ts';
import { dissectSync } from '../../src/dissect/dissect.ts';
import { sharedCaptures, withoutSharedCaptures } from '../support/shared-captures.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const schema = JSON.parse(readFileSync(join(root, 'schemas/events.schema.json'), 'utf8'));
const fits = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);
const codec = new ProtobufCodec(await loadRegistry(join(root, 'fixtures/walkthrough/walkthrough.registry.yaml')));
/** A capture of several hundred frames shows no more than its first ones do. */
const EVENTS = 300;

function captureFilesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(pcap|pcapng)(\.gz)?$/.test(name))
    .map((name) => join(folder, name))
    .sort();
}

/** Types of events met, each held to the schema. */
function typesHeldIn(files: readonly string[]): Set<string> {
  const met = new Set<string>();
  for (const file of files) {
    const seen = new Map<string, number>();
    for (const event of dissectSync(file, { frames: true, payload: 'always', codec })) {
      const count = (seen.get(event.type) ?? 0) + 1;
      seen.set(event.type, count);
      if (count > EVENTS) continue;
      assert.ok(fits(event), `${file}: ${JSON.stringify(event)}: ${JSON.stringify(fits.errors)}`);
    }
    for (const type of seen.keys()) met.add(type);
  }
  return met;
}

describe('the schema of events', () => {
  it('fits those of every fixture', () => {
    const met = typesHeldIn(captureFilesIn(join(root, 'fixtures')));
    for (const type of ['capture', 'handshake', 'frame', 'message', 'control', 'diagnostic', 'end', 'summary']) {
      assert.ok(met.has(type), type);
    }
  });

  it('fits those of recorded captures, right, wrong, lossy and damaged', { skip: withoutSharedCaptures }, () => {
    const folders = ['core', 'deflate', 'violations', 'lossy'].map((name) => join(sharedCaptures!, name));
    const met = typesHeldIn(folders.flatMap((folder) => captureFilesIn(folder).filter((_, at) => at % 4 === 0)));
    for (const type of ['gap', 'midstream']) assert.ok(met.has(type), type);
  });

  it('refuses what is no event', () => {
    const [event] = dissectSync(join(root, 'fixtures/walkthrough/walkthrough.pcap'));
    assert.equal(fits(event), true);
    assert.equal(fits({ ...event, type: 'captured' }), false);
    assert.equal(fits({ ...event, files: 'walkthrough.pcap' }), false);
    assert.equal(fits({ ...event, colour: 'red' }), false);
  });

  it('has no field that docs/events.md does not name', () => {
    const page = readFileSync(join(root, 'docs/events.md'), 'utf8');
    const common = ['type', 'connection', 'packet', 'time', 'elapsed', 'file', 'filePacket'];
    const types = Object.entries<{ properties?: Record<string, unknown> }>(schema.$defs).filter(
      ([, { properties }]) => properties?.type !== undefined && 'const' in (properties.type as object),
    );
    assert.ok(types.length >= 11, `${types.length} types`);
    for (const [type, { properties }] of types) {
      const row = page.split('\n').find((line) => line.startsWith(`| \`${type}\``)) ?? '';
      const missing = Object.keys(properties!).filter((name) => !common.includes(name) && !row.includes(`\`${name}\``));
      assert.deepEqual(missing, [], type);
    }
  });
});
