// Where a compressed message ends (RFC 7692 §7.2.1, §7.2.3): at the end of a block, its own last octets removed or not. Each is
// tried with both kinds of inflater.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { Inflaters } from '../../src/ws/inflaters.ts';
import { MESSAGE_END } from '../../src/ws/raw-inflater.ts';
import type { Random } from '../support/random.ts';
import { forSeeds } from '../support/time-box.ts';
import { BINARY, concat, TEXT, utf8 } from '../support/websocket-writer.ts';
import { compressedFrames, Deflater } from './deflater.ts';
import { cut, deflate, drawOctets, drawText, hex, kinds, latin1, said } from './inflating.ts';
import { Reading } from './readings.ts';

for (const [kind, make] of kinds) {
  const read = (octets: Uint8Array, extensions = deflate(true)) => {
    const inflaters = new Inflaters({ inflated: 1 << 26, ratio: 250, windows: 1 << 26 }, make);
    return new Reading({ extensions, inflaters }).feed(octets).end();
  };

  describe(`the ${kind} inflater`, () => {
    it('shows nothing of octets that are not DEFLATE, or end within a block', () => {
      for (const payload of ['ff', '000500faff4865', '000500faff48', 'f248cdc9', 'f348cdc9c9', 'f20011', '07']) {
        const reading = read(compressedFrames(TEXT, hex(payload)));
        assert.deepEqual(said(reading), [null], payload);
        assert.equal(reading.messages[0].length, -1);
        assert.deepEqual(reading.findings, ['inflate-failed'], payload);
      }
      // zlib would say so of the octet that it is given to see whether a block ended before it: the message has none such.
      const cutShort = read(compressedFrames(TEXT, hex('5ce3')));
      if (kind === 'lasting') assert.deepEqual(cutShort.details, ['it ends in the middle of a block']);
    });

    it('shows a message that lacks only the octet at its end, and says so', () => {
      for (const [payload, text] of [
        [deflateRawSync('final'), 'final'],
        [new Uint8Array(0), ''],
      ] as const) {
        const octets = concat(compressedFrames(TEXT, payload), compressedFrames(TEXT, hex('f248cdc9c90700')));
        const reading = read(octets);
        assert.deepEqual(said(reading), [text, 'Hello']);
        assert.deepEqual(reading.findings, ['deflate-end-missing']);
      }
    });

    it('shows a message that still has at its end what its sender should have removed, and those after it', () => {
      const texts = ['Hello', '', 'Hello', 'x'.repeat(50), 'Hello again'];
      for (const takeover of [true, false]) {
        const deflater = new Deflater(takeover);
        const messages = texts.map((text) => concat(deflater.message(utf8(text)), MESSAGE_END));
        for (const sizes of [[1], [3], [1000], [1000, 3]]) {
          const octets = messages.map((message, number) => {
            const size = sizes[number % sizes.length];
            const parts = Array.from({ length: Math.ceil(message.length / size) }, (_, at) => at * size);
            return compressedFrames(TEXT, ...parts.map((at) => message.subarray(at, at + size)));
          });
          const reading = read(concat(...octets), deflate(takeover));
          assert.deepEqual(said(reading), texts);
          assert.deepEqual(reading.findings, new Array(texts.length).fill('deflate-end-kept'));
        }
      }
    });

    it('knows that end wherever a long message is cut', () => {
      const noise = drawOctets(70_000);
      const message = concat(new Deflater(true).message(noise), MESSAGE_END);
      const hello = compressedFrames(TEXT, hex('f248cdc9c90700'));
      for (let last = 1; last < 8; last++) {
        const parts = [message.subarray(0, 66_000), message.subarray(66_000, -last), message.subarray(-last)];
        const reading = read(concat(compressedFrames(BINARY, ...parts), hello));
        assert.ok(reading.messages[0].octets === latin1(noise), `the last ${last} apart`);
        assert.equal(reading.messages[1].octets, 'Hello');
        assert.deepEqual(reading.findings, ['deflate-end-kept']);
      }
    });

    it('takes an empty block for the end of a message though BFINAL is set in it', () => {
      for (const [payload, findings] of [
        ['01', []],
        ['000500faff48656c6c6f01', []],
        ['010000ffff', ['deflate-end-kept']],
      ] as const) {
        const reading = read(
          concat(compressedFrames(TEXT, hex(payload)), compressedFrames(TEXT, hex('f248cdc9c90700'))),
        );
        assert.deepEqual(said(reading), [payload.startsWith('00') ? 'Hello' : '', 'Hello'], payload);
        assert.deepEqual(reading.findings, findings, payload);
      }
    });

    it('refuses that end alone, also behind a message whose last block was final', () => {
      const reading = read(concat(...['01', '0000ffff'].map((payload) => compressedFrames(TEXT, hex(payload)))));
      assert.deepEqual(said(reading), ['', null]);
      assert.deepEqual(reading.findings, ['inflate-failed']);
    });

    it('takes octets that only look like that end for what they are', () => {
      const hello = hex('f248cdc9c90700');
      for (const [payload, text, finding] of [
        // A final stored block whose last octets they are.
        ['010600f9ff4869 0000ffff', 'Hi\0\0\xff\xff', 'deflate-end-missing'],
        // Behind a final block, where the header of the empty one is missing.
        ['f348cdc9c90700 0000ffff', 'Hello', 'deflate-end-missing'],
        // A stored block ends with them, and no empty block follows.
        ['000600f9ff4869 0000ffff', null, 'inflate-failed'],
        // The block is not over.
        ['000700f8ff4869 0000ffff', null, 'inflate-failed'],
        ['0000ffff', null, 'inflate-failed'],
      ] as const) {
        const octets = concat(compressedFrames(BINARY, hex(payload)), compressedFrames(TEXT, hello));
        const reading = read(octets);
        assert.deepEqual(said(reading)[0], text, payload);
        assert.equal(reading.findings[0], finding, payload);
        assert.equal(said(reading)[1], 'Hello', payload);
      }
    });

    it('bears a message of nothing but final blocks', () => {
      const blocks = new Uint8Array(200_000);
      for (let at = 0; at < blocks.length; at += 2) blocks[at] = 3;
      assert.deepEqual(read(compressedFrames(TEXT, blocks)).findings, ['inflate-failed']);
      assert.deepEqual(said(read(compressedFrames(TEXT, concat(blocks.subarray(0, 200), hex('00'))))), ['']);
    });
  });
}

it('shows the same of broken messages with both kinds of inflater', () => {
  forSeeds(600, (random) => {
    const takeover = random.once(2);
    const deflater = new Deflater(takeover, { level: random.between(0, 10), strategy: random.pick([0, 2, 4]) });
    const messages = Array.from({ length: random.between(1, 6) }, () => {
      return broken(random, deflater, drawText(random, utf8('price 30001.50')).subarray(0, 500));
    });
    const octets = concat(...messages.map((message) => compressedFrames(BINARY, ...cut(random, message))));
    const [lasting, repeated] = kinds.map(([, make]) => {
      const inflaters = new Inflaters({ inflated: 1 << 20, ratio: 250, windows: 1 << 20 }, make);
      return said(new Reading({ extensions: deflate(takeover), inflaters }).feed(octets).end());
    });
    assert.deepEqual(lasting, repeated);
  });
});

/** A message right or wrong: with a final block, cut short, with a bit that is another, or with more behind its end. */
function broken(random: Random, deflater: Deflater, text: Uint8Array): Uint8Array {
  const message = random.once(5) ? Uint8Array.from(deflateRawSync(text)) : deflater.message(text, random.between(1, 3));
  if (random.once(4)) message[random.between(0, message.length)] ^= 1 << random.between(0, 8);
  const kept = random.once(5) ? message.subarray(0, random.between(0, message.length + 1)) : message;
  return concat(kept, random.once(3) ? MESSAGE_END : random.octets(random.pick([0, 0, 0, 1, 5])));
}
