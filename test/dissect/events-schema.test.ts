// The published schema of events: it fits those of every capture at hand and refuses what never is one, and the page that describes
// events names its fields.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { EVENTS_SCHEMA, eventsSchema, formatsOfCaptures, skipNames } from '../../scripts/make-schemas.ts';
import { FORMAT_NAMES } from '../../src/capture/formats.ts';
import { DECODE_FAILURES } from '../../src/codec/codec.ts';
import { loadRegistry, ProtobufCodec } from '../../src/codec/index.ts';
import { rulesByCode } from '../../src/dissect/diagnostics.ts';
import { dissectSync } from '../../src/dissect/dissect.ts';
import type {
  ControlEvent,
  DiagnosticEvent,
  FrameEvent,
  HandshakeEvent,
  IncompletePayload,
  MessageEvent,
  MidstreamEvent,
  SummaryEvent,
} from '../../src/dissect/events.ts';
import { capturesBelow } from '../support/capture-files.ts';
import { sharedCaptures, withoutSharedCaptures } from '../support/shared-captures.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const schema = JSON.parse(readFileSync(EVENTS_SCHEMA, 'utf8'));
const fits = new Ajv2020({ strict: true }).compile(schema);
const codec = new ProtobufCodec(await loadRegistry(join(root, 'fixtures/walkthrough/walkthrough.registry.yaml')));
/** A capture of several hundred frames shows no more than its first ones do. */
const EVENTS = 300;

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
    const met = typesHeldIn(capturesBelow(join(root, 'fixtures')));
    for (const type of ['capture', 'handshake', 'frame', 'message', 'control', 'diagnostic', 'end', 'summary']) {
      assert.ok(met.has(type), type);
    }
  });

  it('fits those of recorded captures, right, wrong, lossy and damaged', { skip: withoutSharedCaptures }, () => {
    const folders = ['core', 'deflate', 'violations', 'lossy'].map((name) => join(sharedCaptures!, name));
    const met = typesHeldIn(folders.flatMap((folder) => capturesBelow(folder).filter((_, at) => at % 4 === 0)));
    for (const type of ['gap', 'midstream']) assert.ok(met.has(type), type);
  });

  it('refuses what is no event', () => {
    const [event] = dissectSync(join(root, 'fixtures/walkthrough/walkthrough.pcap'));
    assert.equal(fits(event), true);
    assert.equal(fits({ ...event, type: 'captured' }), false);
    assert.equal(fits({ ...event, files: 'walkthrough.pcap' }), false);
    assert.equal(fits({ ...event, colour: 'red' }), false);
  });

  it('names the codes of all rules, and no others', () => {
    assert.deepEqual(schema.$defs.diagnostic.properties.code.enum, [...rulesByCode().keys()].sort());
  });

  it('is what scripts/make-schemas.ts makes', () => {
    assert.deepEqual(schema, JSON.parse(eventsSchema()));
  });

  it('takes the formats of any files together, each once', () => {
    assert.deepEqual(formatsOfCaptures(['pcap']), ['pcap', 'unknown']);
    const three = formatsOfCaptures(['pcap', 'pcapng', 'snoop']);
    assert.equal(three.length, 3 + 6 + 6 + 1);
    assert.equal(new Set(three).size, three.length);
    for (const format of ['snoop', 'snoop, pcap', 'pcapng, snoop, pcap', 'unknown']) assert.ok(three.includes(format));
  });

  it('has no format that docs/events.md does not name', () => {
    const page = readFileSync(join(root, 'docs/events.md'), 'utf8');
    const [line] = page.split('\n').filter((each) => each.startsWith('- `capture.format` is '));
    assert.deepEqual(
      FORMAT_NAMES.filter((name) => !line.includes(`\`${name}\``)),
      [],
    );
  });

  it('names why payloads are not decoded, as codecs say it and docs/registry.md lists it', () => {
    assert.deepEqual(schema.$defs.decodeError.properties.code.enum, DECODE_FAILURES);
    const page = readFileSync(join(root, 'docs/registry.md'), 'utf8');
    const listed = [...page.matchAll(/^\| `(Err\w+)` \|/gm)].map(([, code]) => code);
    assert.deepEqual(listed, DECODE_FAILURES);
  });

  it('names the reasons for which packets are skipped, and no others', () => {
    assert.deepEqual(schema.$defs.summary.properties.skipped.propertyNames, skipNames());
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

const at = { connection: 0, packet: 7, time: '2026-11-24T06:07:42.000000Z', elapsed: 0 };
const message: MessageEvent = {
  type: 'message',
  ...at,
  direction: 'c2s',
  index: 0,
  opcode: 'binary',
  length: 5,
  wireLength: 5,
  frames: 1,
  compressed: false,
  firstPacket: 7,
};
const { length: _, ...withoutLength } = message;
const notInflated: MessageEvent = { ...withoutLength, compressed: true, inflated: false };
const decoded = { id: 1, type: 'pb.Ping', value: {} };
const decodeError = { code: 'ErrMsgShort', message: '1 octet' } as const;
const key = '00aa00bb';
const rest = { fin: true, rsv: 0, length: 0, offset: 0 };
const masked: FrameEvent = {
  type: 'frame',
  ...at,
  direction: 'c2s',
  opcode: 'text',
  masked: true,
  key,
  headerLength: 6,
  ...rest,
};
const unmasked: FrameEvent = { ...masked, masked: false, key: null, headerLength: 2 };
const ping: ControlEvent = { type: 'control', ...at, direction: 'c2s', opcode: 'ping', length: 0, data: '' };
const closing = { code: 1000, name: 'normal closure', reason: '' };
const close: ControlEvent = { ...ping, opcode: 'close', ...closing };
const note: DiagnosticEvent = {
  type: 'diagnostic',
  ...at,
  code: 'pong-unsolicited',
  severity: 'note',
  direction: 'c2s',
  message: 'a pong',
  reference: 'RFC 6455 §5.5.3',
};
const incomplete: IncompletePayload = {
  opcode: 'text',
  wireLength: 9,
  captured: 4,
  frames: 1,
  compressed: false,
  firstPacket: 7,
  pieces: [{ at: 0, text: 'four' }],
};
const cut: DiagnosticEvent = { ...note, code: 'message-incomplete', incomplete };
const summary: SummaryEvent = {
  type: 'summary',
  packets: 0,
  octets: 0,
  tcpConnections: 0,
  webSocketConnections: 0,
  messages: 0,
  otherConnections: [],
  skipped: {},
  complete: true,
};
const parties = { client: { address: '::1', port: 40000 }, server: { address: '::1', port: 80 } };
const response = { status: 101, reason: 'Switching Protocols', headers: [], body: '' };
const upgraded: HandshakeEvent = {
  type: 'handshake',
  ...at,
  ...parties,
  request: { method: 'GET', target: '/', headers: [] },
  response,
  upgraded: true,
  accept: 'ok',
  subprotocol: 'chat',
  extensions: null,
};
const unanswered = { response: null, upgraded: false, accept: 'missing', subprotocol: null } as const;
const midstream: MidstreamEvent = { type: 'midstream', ...at, ...parties, confidence: 1, response };
const capture = { type: 'capture', files: ['a.pcap'], format: 'pcap', linkTypes: ['ETHERNET'] };

/** Each beside an event that there is, and what there never is of it (docs/events.md). */
const NEVER: readonly (readonly [what: string, event: object, changes: readonly object[]])[] = [
  ['a packet before the first', message, [{ packet: 0 }, { firstPacket: 0 }]],
  ['a message of a length that is not told', message, [{ length: undefined }]],
  ['a message inflated to a length, and not', notInflated, [{ length: 5 }, { compressed: false }]],
  ['a message that was not inflated, and its payload', notInflated, [{ data: 'AA==' }, { decoded }, { decodeError }]],
  ['text and data at once', { ...message, opcode: 'text', text: 'x' }, [{ data: 'AA==' }]],
  ['a binary message as text', { ...message, data: 'AA==' }, [{ data: undefined, text: 'x' }]],
  ['a message decoded, and not', { ...message, decoded }, [{ decodeError }]],
  ['a text message decoded', { ...message, opcode: 'text' }, [{ decoded }, { decodeError }]],
  ['a file without the number in it', { ...message, file: 'a.pcap', filePacket: 7 }, [{ filePacket: undefined }]],
  ['a number in a file that is not named', { ...ping, file: 'a.pcap', filePacket: 7 }, [{ file: undefined }]],
  ['a ping with what a close says', ping, [closing, { code: null }, { name: null }, { reason: '' }]],
  ['a close without what it says', close, [{ code: undefined }, { name: undefined }, { reason: undefined }]],
  ['a masked frame without its key', masked, [{ key: null }]],
  ['an unmasked frame with a key', unmasked, [{ key }]],
  ['a header of a length that none has', masked, [{ headerLength: 2 }, { headerLength: 3 }, { headerLength: 10 }]],
  ['a header without key of a length with it', unmasked, [{ headerLength: 6 }, { headerLength: 14 }]],
  ['a diagnostic of no rule', note, [{ code: 'no-such-code' }]],
  ['an incomplete message without what there is of it', cut, [{ incomplete: undefined }]],
  ['what there is of a message with another diagnostic', note, [{ incomplete }]],
  ['an incomplete message of an unknown kind', cut, [{ incomplete: { ...incomplete, opcode: 'banana' } }]],
  ['a piece of nothing', cut, [{ incomplete: { ...incomplete, pieces: [{ at: 0 }] } }]],
  ['a piece twice', cut, [{ incomplete: { ...incomplete, pieces: [{ at: 0, text: 'x', data: 'eA==' }] } }]],
  ['a whole capture with an error', summary, [{ error: 'cut' }]],
  [
    'a capture that is not whole without the reason',
    { ...summary, complete: false, error: 'x' },
    [{ error: undefined }],
  ],
  [
    'further connections where all are listed',
    { ...summary, furtherConnections: [{ protocol: 'tls', ports: 5, connections: 7 }] },
    [{ furtherConnections: [] }, { furtherConnections: [{ protocol: 'tls', ports: 0, connections: 0 }] }],
  ],
  ['a capture of no format', capture, [{ format: 'banana' }, { format: 'pcap, pcap' }, { format: '' }]],
  [
    'an upgrade that nobody agreed to',
    upgraded,
    [unanswered, { response: null }].map((answer) => ({ ...answer, upgraded: true })),
  ],
  ['an upgrade that was refused', upgraded, [{ response: { ...response, status: 403 } }]],
  ['a refusal by the status of an upgrade', upgraded, [{ upgraded: false }]],
  [
    'an answer that never came and says something',
    { ...upgraded, ...unanswered },
    [{ accept: 'ok' }, { subprotocol: '' }, { extensions: '' }],
  ],
  ['an answer to an upgrade with a body', upgraded, [{ response: { ...response, body: 'x' } }]],
  [
    'an answer captured that leaves a doubt',
    midstream,
    [{ confidence: 0.5 }, { response: { ...response, status: 200 } }],
  ],
];

describe('the schema of events refuses', () => {
  for (const [what, event, changes] of NEVER) {
    it(what, () => {
      assert.ok(fits(event), JSON.stringify(fits.errors));
      // What is undefined in an event is not in its JSON.
      for (const change of changes) {
        const never = JSON.parse(JSON.stringify({ ...event, ...change }));
        assert.equal(fits(never), false, JSON.stringify(never));
      }
    });
  }

  it('no other format than captures have', () => {
    for (const format of ['pcap', 'pcapng', 'pcap, pcapng', 'pcapng, pcap', 'unknown']) {
      assert.ok(fits({ ...capture, format }), format);
    }
  });
});
