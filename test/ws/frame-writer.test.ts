// What the frame writer writes, held to the octets of RFC 6455 §5.7, to the `ws` package's receiver, and to what
// gorilla/websocket put on the wire.

import assert from 'node:assert/strict';
import type { Writable } from 'node:stream';
import { describe, it, test } from 'node:test';
import * as ws from 'ws';
import { dissectSync } from '../../src/dissect/dissect.ts';
import { closePayload, type FrameForm, writeFragments, writeFrame } from '../../src/ws/frame-writer.ts';
import { gorillaFragments } from '../../src/ws/gorilla-fragments.ts';
import { BINARY, CLOSE, PING, PONG, TEXT } from '../../src/ws/opcodes.ts';
import { Random } from '../support/random.ts';
import { sharedCaptures, withoutSharedCaptures } from '../support/shared-captures.ts';

const KEY = Uint8Array.of(0x37, 0xfa, 0x21, 0x3d);
const utf8 = (text: string) => new TextEncoder().encode(text);
const hex = (octets: Uint8Array) => Buffer.from(octets).toString('hex');
const plain = (text: string) => text.replaceAll(' ', '');

describe('the examples of RFC 6455 §5.7', () => {
  const examples: [what: string, opcode: number, payload: string, form: FrameForm, octets: string][] = [
    ['an unmasked text message', TEXT, 'Hello', {}, '81 05 48 65 6c 6c 6f'],
    ['a masked text message', TEXT, 'Hello', { key: KEY }, '81 85 37 fa 21 3d 7f 9f 4d 51 58'],
    ['an unmasked ping', PING, 'Hello', {}, '89 05 48 65 6c 6c 6f'],
    ['a masked pong', PONG, 'Hello', { key: KEY }, '8a 85 37 fa 21 3d 7f 9f 4d 51 58'],
  ];
  for (const [what, opcode, payload, form, octets] of examples) {
    it(`writes ${what}`, () => assert.equal(hex(writeFrame(opcode, utf8(payload), form)), plain(octets)));
  }

  it('writes an unmasked text message in fragments', () => {
    const frames = writeFragments(TEXT, utf8('Hello'), [3, 2]);
    assert.deepEqual(frames.map(hex), ['010348656c', '80026c6f']);
  });

  it('writes 256 octets and 64 KiB in their forms of length', () => {
    assert.equal(hex(writeFrame(BINARY, new Uint8Array(256)).subarray(0, 5)), '827e010000');
    assert.equal(hex(writeFrame(BINARY, new Uint8Array(65536)).subarray(0, 11)), '827f000000000001000000');
  });
});

describe('frames that are wrong on purpose', () => {
  const wrong: [what: string, opcode: number, payload: string, form: FrameForm, octets: string][] = [
    ['RSV bits', TEXT, '', { rsv: 7 }, 'f1 00'],
    ['a reserved opcode', 11, '', {}, '8b 00'],
    ['a ping that is not final', PING, '', { fin: false }, '09 00'],
    ['5 octets of length in 16 bits', TEXT, 'Hello', { lengthBits: 16 }, '81 7e 00 05 48 65 6c 6c 6f'],
    [
      'a length in 64 bits, masked',
      TEXT,
      '',
      { lengthBits: 64, key: KEY },
      '81 ff 00 00 00 00 00 00 00 00 37 fa 21 3d',
    ],
    ['a length with its top bit set', TEXT, '', { statedLength: 2n ** 63n + 1n }, '81 7f 80 00 00 00 00 00 00 01'],
    ['a length that promises more', TEXT, 'He', { statedLength: 5 }, '81 05 48 65'],
    ['a key of zeros', TEXT, 'He', { key: new Uint8Array(4) }, '81 82 00 00 00 00 48 65'],
    ['a mask without a payload', CLOSE, '', { key: KEY }, '88 80 37 fa 21 3d'],
  ];
  for (const [what, opcode, payload, form, octets] of wrong) {
    it(`writes ${what}`, () => assert.equal(hex(writeFrame(opcode, utf8(payload), form)), plain(octets)));
  }
});

test('a close payload is its code and its reason', () => {
  assert.equal(hex(closePayload(1000, 'bye')), '03e8627965');
  assert.equal(hex(closePayload(1005)), '03ed');
  assert.equal(hex(closePayload(1000, Uint8Array.of(0xff))), '03e8ff');
});

test('RSV1 stands on the first fragment only, and each frame has the key that it was given', () => {
  const keys = [KEY, Uint8Array.of(1, 2, 3, 4)];
  const frames = writeFragments(BINARY, new Uint8Array(3), [1, 2], () => ({ rsv: 4, key: keys.shift() }));
  assert.deepEqual(frames.map(hex), ['428137fa213d37', '8082010203040102']);
});

test('the `ws` package reads what was written', async () => {
  const { Receiver } = ws as unknown as { Receiver: new (options: { isServer: boolean }) => Writable };
  const random = new Random(11);
  const receiver = new Receiver({ isServer: true });
  const received: string[] = [];
  receiver.on('message', (data: Buffer) => received.push(hex(data)));
  const sent = [0, 1, 125, 126, 127, 4096, 65535, 65536, 100_000].map((length) => random.octets(length));
  for (const payload of sent) {
    const lengths = gorillaFragments(payload.length, 'client');
    const frames = writeFragments(BINARY, payload, lengths, () => ({ key: random.octets(4) }));
    for (const frame of frames) receiver.write(frame);
  }
  receiver.end();
  await new Promise((resolve) => receiver.once('finish', resolve));
  assert.deepEqual(received, sent.map(hex));
});

test('gorilla put the same lengths on the wire', { skip: withoutSharedCaptures }, () => {
  const capture = `${sharedCaptures}/core/gorilla-big.pcap`;
  let compared = 0;
  const open = new Map<string, number[]>();
  for (const event of dissectSync(capture, { frames: true })) {
    // In connection 2 each message is one `Write` of either side; the server has net/http's buffer.
    if (event.type !== 'frame' || event.opcode === 'close' || event.connection !== 2) continue;
    const lengths = [...(open.get(event.direction) ?? []), event.length];
    open.set(event.direction, event.fin ? [] : lengths);
    if (!event.fin) continue;
    const total = lengths.reduce((sum, length) => sum + length, 0);
    const expected =
      event.direction === 'c2s' ? gorillaFragments(total, 'client') : gorillaFragments(total, 'server', 4082);
    assert.deepEqual(lengths, expected, `${event.direction} ${total}`);
    compared++;
  }
  assert.ok(compared > 10);
});
