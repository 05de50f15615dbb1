// Events as objects and events as NDJSON are made by different code, for speed: here they are held together, octet for
// octet, over the options, recorded and built captures, and numbers that print strangely.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { loadRegistry, type PayloadCodec, ProtobufCodec } from '../../src/codec/index.ts';
import { jsonText } from '../../src/codec/json-text.ts';
import { EventMaker, type EventOptions } from '../../src/dissect/event-maker.ts';
import { runDissectionSync } from '../../src/dissect/run.ts';
import { NdjsonWriter } from '../../src/output/ndjson.ts';
import { type CaptureOptions, captureOf } from '../support/capture-builder.ts';
import { Random } from '../support/random.ts';
import { sharedCaptures, withoutSharedCaptures } from '../support/shared-captures.ts';
import { TcpConversation } from '../support/tcp-conversation.ts';
import type { TcpPacket } from '../support/tcp-packet.ts';
import {
  BINARY,
  CLOSE,
  CONTINUATION,
  clientFrame,
  closePayload,
  concat,
  frame,
  PING,
  PONG,
  TEXT,
  upgradeRequest,
  upgradeResponse,
} from '../support/websocket-writer.ts';
import { upgraded } from './dissection.ts';

/** Decodes by the first octet: a value, or one of the failures, whose words hold what JSON must escape. */
const fakeCodec: PayloadCodec = {
  write(octets, start, end, writer) {
    if (end - start < 2) return { code: 'ErrMsgShort', message: 'too "short"\n\u2028' };
    if (octets[start] % 3 === 0) return { code: 'ErrNotRegister', message: `no id ${octets[start]}` };
    if (octets[start] % 3 === 1) return { code: 'ErrProtobuf', message: 'broken \\ off' };
    writer.ascii(`{"id":${octets[start]},"type":"a.B","value":{"n":${end - start}}}`);
    return null;
  },
  typeOf: () => null,
};

const MEBI = 1 << 20;
/** JSON has it, and the NDJSON says it, but JSON.stringify does not. */
const NEGATIVE_ZERO = /([:,[])-0(?=[,}\]])/g;

function eventsOf(capture: Uint8Array | string, options: EventOptions): object[] {
  const events: object[] = [];
  runDissectionSync(capture, (clock) => new EventMaker({ onEvent: (event) => events.push(event) }, options, clock));
  return events;
}

function ndjsonLines(capture: Uint8Array | string, options: EventOptions): string[] {
  const chunks: Buffer[] = [];
  let writer: NdjsonWriter | null = null;
  runDissectionSync(capture, (clock) => {
    writer = new NdjsonWriter((octets) => chunks.push(Buffer.from(octets)), options, clock);
    return writer;
  });
  (writer as NdjsonWriter | null)?.flush();
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
  assert.ok(text.endsWith('\n'));
  return text.slice(0, -1).split('\n');
}

function assertAgreement(capture: Uint8Array | string, codecs: readonly (PayloadCodec | null)[]): void {
  for (const payload of ['undecoded', 'always', 'never'] as const) {
    for (const codec of codecs) {
      const options = { payload, codec, frames: payload === 'always' };
      const events = eventsOf(capture, options);
      const lines = ndjsonLines(capture, options);
      assert.equal(lines.length, events.length);
      for (const [at, line] of lines.entries()) {
        assert.deepEqual(JSON.parse(line), events[at]);
        assert.equal(line.replaceAll(NEGATIVE_ZERO, '$10'), jsonText(events[at]));
      }
    }
  }
}

/** Every kind of frame and text. */
function everything(): TcpPacket[] {
  const random = new Random(9);
  const strange = '"\\\u0000\u001f\u007f\u0080\u2028\u2029\ufeff\b\f\n\r\té€😀\u202e</script>';
  const talk = upgraded();
  const payloads = [0, 1, 2, 3, 4, 5, 125, 126, 1000, 70_000].map((length) => random.octets(length));
  for (const payload of payloads) {
    talk.exchange('c2s', clientFrame(BINARY, payload)).exchange('s2c', frame(BINARY, payload));
    talk.exchange('c2s', clientFrame(TEXT, payload));
  }
  for (const text of ['', 'plain', strange, `\ufeff${strange}`, strange.repeat(50)]) {
    talk.exchange('s2c', frame(TEXT, text)).exchange('c2s', clientFrame(TEXT, text));
    talk.exchange('s2c', frame(PING, Buffer.from(text).subarray(0, 125))).exchange('c2s', clientFrame(PONG, 'x'));
  }
  talk.exchange('c2s', clientFrame(TEXT, 'one', { fin: false }));
  talk.exchange('c2s', concat(clientFrame(PING), clientFrame(CONTINUATION, 'two')));
  for (let opcode = 0; opcode < 16; opcode++) talk.exchange('s2c', frame(opcode, 'ab', { rsv: opcode & 7 }));
  talk.exchange('s2c', frame(TEXT, 'masked', { key: Uint8Array.of(0xff, 0, 0xff, 0) }));
  talk.exchange('s2c', frame(PING, new Uint8Array(200))).exchange('s2c', frame(PING, new Uint8Array(5000)));
  talk.exchange('c2s', clientFrame(CLOSE)).exchange('s2c', frame(CLOSE, 'x'));
  for (const code of [0, 999, 1000, 1006, 3000, 4000, 65535])
    talk.exchange('s2c', frame(CLOSE, closePayload(code, strange)));
  talk.exchange('s2c', frame(CLOSE, closePayload(1000, 'cut €').subarray(0, -1)));
  talk.exchange('s2c', frame(BINARY, '', { lengthBits: 64, statedLength: 2 ** 52 }));
  return talk.packets;
}

describe('built captures', () => {
  it('are told alike: every kind of frame, text and failure', () => {
    assertAgreement(captureOf(everything()), [null, fakeCodec]);
  });

  it('are told alike where payloads are so long that NDJSON writes them in pieces', () => {
    const long = 3 * 192 * 1024;
    const talk = upgraded().exchange('c2s', clientFrame(BINARY, new Random(3).octets(long + 2)));
    for (const character of ['\u0001', 'é', '收', '😀'])
      for (const before of ['', 'a', 'ab', 'abc'])
        talk.exchange('s2c', frame(TEXT, before + character.repeat(long / Buffer.byteLength(character))));
    const capture = captureOf(talk.packets);
    assertAgreement(capture, [null]);
    const pieces: number[] = [];
    const options: EventOptions = { payload: 'always', codec: null, frames: false };
    runDissectionSync(capture, (clock) => new NdjsonWriter((octets) => pieces.push(octets.length), options, clock));
    assert.ok(Math.max(...pieces) < 1.5 * MEBI, `a piece of ${Math.max(...pieces)}`);
  });

  it('are told alike where compressed messages are inflated, and where they cannot be', () => {
    const extension = [['Sec-WebSocket-Extensions', 'permessage-deflate']] as const;
    const talk = upgraded(undefined, extension).exchange('s2c', frame(TEXT, 'zip', { rsv: 4 }));
    talk
      .exchange('s2c', frame(TEXT, Uint8Array.of(0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00), { rsv: 4 }))
      .exchange('c2s', clientFrame(TEXT, 'zip', { rsv: 4, fin: false }))
      .exchange('c2s', clientFrame(CONTINUATION, 'zap'));
    assertAgreement(captureOf(talk.packets), [null, fakeCodec]);
  });

  it('are told alike where an answer or a request could not be read', () => {
    const talk = new TcpConversation().open().exchange('c2s', upgradeRequest());
    assertAgreement(captureOf(talk.exchange('s2c', Uint8Array.of(21, 3, 1, 0, 2, 2, 70)).packets), [null]);
    const fields = Array.from({ length: 300 }, (_, at) => [`X-${at}`, 'v'] as const);
    const large = new TcpConversation().open().exchange('c2s', upgradeRequest({ fields }));
    assertAgreement(captureOf(large.exchange('s2c', upgradeResponse()).exchange('s2c', frame(TEXT, 'hi')).packets), [
      null,
    ]);
  });

  const clocks: [name: string, options: CaptureOptions][] = [
    ['microseconds', { interval: 1000 }],
    ['half a microsecond', { interval: 500 }],
    ['nanoseconds', { interval: 1, resolution: 9 }],
    ['nanoseconds that never end in 0', { interval: 123_456_789, resolution: 9 }],
    ['tenths', { interval: 100_000_000 }],
    ['seconds', { interval: 1e9 }],
    ['hours', { interval: 3.6e12 + 1000 }],
    ['weeks in nanoseconds', { interval: 6e14 + 987_654_321, resolution: 9 }],
    ['none', { interval: 0 }],
    ['the first second of 1970', { start: 0, interval: 1000 }],
    ['the last second of the format', { start: 4_294_967_000, interval: 1000 }],
  ];
  for (const [name, options] of clocks) {
    it(`are told alike where the clock ticks in ${name}`, () => {
      const talk = upgraded();
      for (let message = 0; message < 60; message++) talk.exchange('s2c', frame(TEXT, 'tick'));
      assertAgreement(captureOf(talk.packets, options), [null]);
    });
  }

  it('are told alike where the clock goes back', () => {
    const talk = upgraded();
    for (let message = 0; message < 60; message++) talk.exchange('s2c', frame(TEXT, 'tick'));
    for (const resolution of [6, 9] as const) {
      const capture = captureOf(talk.packets, { resolution, interval: 1_234_567 });
      const view = new DataView(capture.buffer);
      for (let at = 24; at < capture.length; at += 16 + view.getUint32(at + 8, true)) {
        if (at > 24) view.setUint32(at, view.getUint32(at, true) - (at % 7), true);
      }
      assertAgreement(capture, [null]);
    }
  });

  it('are told alike a hundred days into a capture in nanoseconds, where not every number can be told', () => {
    const talk = upgraded();
    for (let message = 0; message < 500; message++) talk.exchange('s2c', frame(TEXT, 'tick'));
    const capture = captureOf(talk.packets, { resolution: 9, interval: 1_234_567 });
    const view = new DataView(capture.buffer);
    for (let at = 24, packet = 0; at < capture.length; at += 16 + view.getUint32(at + 8, true), packet++) {
      if (packet > 0) view.setUint32(at, view.getUint32(at, true) + 8_380_000 + packet * 700, true);
    }
    assertAgreement(capture, [null]);
  });

  it('are told alike where a capture states more than a second of fractions', () => {
    const talk = upgraded().exchange('s2c', frame(TEXT, 'tick'));
    for (const resolution of [6, 9] as const) {
      const capture = captureOf(talk.packets, { resolution });
      const view = new DataView(capture.buffer);
      const fractions = [1e6, 1e9, 0xffffffff, 999_999, 0x80000000];
      for (let at = 24, packet = 0; at < capture.length; at += 16 + view.getUint32(at + 8, true), packet++) {
        view.setUint32(at + 4, fractions[packet % fractions.length], true);
      }
      assertAgreement(capture, [null]);
    }
  });
});

describe('recorded captures', { skip: withoutSharedCaptures }, () => {
  for (const folder of ['core', 'violations', 'deflate']) {
    const path = join(sharedCaptures ?? '', folder);
    const names = sharedCaptures === null ? [] : readdirSync(path).filter((name) => name.endsWith('.truth.json'));
    for (const name of names) {
      it(`are told alike: ${folder}/${name.replace('.truth.json', '')}`, async () => {
        const truth = JSON.parse(readFileSync(join(path, name), 'utf8'));
        const codec = truth.registry ? new ProtobufCodec(await loadRegistry(join(path, truth.registry))) : fakeCodec;
        assertAgreement(join(path, truth.capture), [null, codec]);
      });
    }
  }
});
