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

const PLACE = { connection: 0, packet: 1, time: '2026-11-24T06:07:42.000000Z', elapsed: 0 };
const MESSAGE = {
  ...{ type: 'message', ...PLACE, direction: 'c2s', index: 0, opcode: 'binary', length: 1, wireLength: 1, frames: 1 },
  ...{ compressed: false, firstPacket: 1 },
};
const { length: _, ...LENGTHLESS } = MESSAGE;
const FRAME = {
  ...{ type: 'frame', ...PLACE, direction: 'c2s', opcode: 'text', fin: true, rsv: 0, masked: true, key: '00000000' },
  ...{ length: 0, headerLength: 6, offset: 0 },
};
const CONTROL = { type: 'control', ...PLACE, direction: 'c2s', length: 0, data: '' };
const CLOSE = { ...CONTROL, opcode: 'close', code: null, name: null, reason: '' };
const PIECE = { at: 0, data: 'AA==' };
const INCOMPLETE = {
  ...{ opcode: 'text', wireLength: 2, captured: 1, frames: 1, compressed: false, firstPacket: 1, pieces: [PIECE] },
};
const DIAGNOSTIC = {
  ...{ type: 'diagnostic', ...PLACE, code: 'message-incomplete', severity: 'warning', direction: 'c2s' },
  ...{ message: '', reference: '', incomplete: INCOMPLETE },
};
const SUMMARY = {
  ...{ type: 'summary', packets: 0, octets: 0, tcpConnections: 0, webSocketConnections: 0, messages: 0 },
  ...{ otherConnections: [], skipped: {}, complete: true },
};
const HANDSHAKE = {
  ...{ type: 'handshake', ...PLACE, client: { address: '::1', port: 1 }, server: { address: '::1', port: 2 } },
  ...{ request: { method: 'GET', target: '/', headers: [] }, response: null, upgraded: false, accept: 'missing' },
  ...{ subprotocol: null, extensions: null },
};
const CAPTURE = { type: 'capture', files: ['a.pcap'], format: 'pcap, pcapng', linkTypes: [] };
const DECODED = { id: 1, type: 'pb.Ping', value: {} };

/** Each differs from one above, which is an event, in what it is named by. */
const NO_EVENTS: Record<string, object> = {
  'packet 0': { ...MESSAGE, packet: 0 },
  'a message without its length': LENGTHLESS,
  'a message not inflated that was not compressed': { ...LENGTHLESS, inflated: false },
  'a message not inflated with its octets': { ...LENGTHLESS, compressed: true, inflated: false, data: 'AA==' },
  'text and data at once': { ...MESSAGE, text: 'x', data: 'AA==' },
  'a value and why there is none': { ...MESSAGE, decoded: DECODED, decodeError: { code: 'ErrMsgShort', message: '' } },
  'a file without the number of the packet in it': { ...MESSAGE, file: 'a.pcap' },
  'a ping with a status code': { ...CLOSE, opcode: 'ping' },
  'a close without one': { ...CONTROL, opcode: 'close' },
  'a masked frame without its key': { ...FRAME, key: null },
  'an unmasked frame with a key': { ...FRAME, masked: false },
  'a header of 3 octets': { ...FRAME, headerLength: 3 },
  'an incomplete message without what is there of it': { ...DIAGNOSTIC, incomplete: undefined },
  'what is there of something else': { ...DIAGNOSTIC, code: 'rsv2' },
  'a piece without its octets': { ...DIAGNOSTIC, incomplete: { ...INCOMPLETE, pieces: [{ at: 0 }] } },
  'an incomplete message of an opcode there is not': { ...DIAGNOSTIC, incomplete: { ...INCOMPLETE, opcode: 'banana' } },
  'a whole capture with an error': { ...SUMMARY, error: 'x' },
  'a capture that is not whole, without why': { ...SUMMARY, complete: false },
  'a format there is not': { ...CAPTURE, format: 'erf' },
  'an upgrade without an answer': { ...HANDSHAKE, upgraded: true },
};

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

  it('fits the events that those below are made of', () => {
    for (const event of [
      MESSAGE,
      FRAME,
      CLOSE,
      { ...CONTROL, opcode: 'ping' },
      DIAGNOSTIC,
      SUMMARY,
      HANDSHAKE,
      CAPTURE,
    ]) {
      assert.ok(fits(event), `${event.type}: ${JSON.stringify(fits.errors)}`);
    }
  });

  for (const [what, event] of Object.entries(NO_EVENTS)) {
    it(`refuses ${what}`, () => assert.equal(fits(event), false));
  }

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
