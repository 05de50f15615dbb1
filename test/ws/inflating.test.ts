// permessage-deflate, RFC 7692: its own examples, whatever zlib writes, what is lost and what is too much. Each is tried with both
// kinds of inflater: the one that lasts, and its understudy by the public functions of zlib.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { constants, deflateRawSync } from 'node:zlib';
import { Allowance } from '../../src/ws/allowance.ts';
import type { DirectionExtensions } from '../../src/ws/extensions.ts';
import { type InflaterFactory, Inflaters, type InflationLimits } from '../../src/ws/inflaters.ts';
import { LastingInflater, lastingWorks } from '../../src/ws/lasting-inflater.ts';
import { MESSAGE_END } from '../../src/ws/raw-inflater.ts';
import { RepeatedInflater } from '../../src/ws/repeated-inflater.ts';
import { Random } from '../support/random.ts';
import { forSeeds } from '../support/time-box.ts';
import { BINARY, CONTINUATION, clientFrame, concat, PING, TEXT, utf8 } from '../support/websocket-writer.ts';
import { compressedFrames, Deflater } from './deflater.ts';
import { Reading, type ReadingOptions, readInPieces } from './readings.ts';

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const said = (reading: Reading) => reading.messages.map((message) => message.octets);
const latin1 = (octets: Uint8Array) => Buffer.from(octets).toString('latin1');

function deflate(takeover: boolean, windowBits = 15, assumed = false): DirectionExtensions {
  return { deflate: { takeover, windowBits, assumed }, unknown: false };
}

const kinds: [name: string, make: InflaterFactory][] = [
  ['lasting', (windowBits, output) => new LastingInflater(windowBits, output)],
  ['repeated', (windowBits) => new RepeatedInflater(windowBits)],
];

it('the lasting inflater works on this Node', () => {
  assert.equal(lastingWorks(), true);
});

for (const [kind, make] of kinds) {
  const inflaters = (limits: Partial<InflationLimits> = {}) =>
    new Inflaters({ inflated: 1 << 26, ratio: 250, windows: 1 << 26, ...limits }, make);
  const options = (extensions: DirectionExtensions, limits: Partial<InflationLimits> = {}): ReadingOptions => ({
    extensions,
    inflaters: inflaters(limits),
  });
  const read = (octets: Uint8Array, extensions = deflate(true)) => {
    return new Reading(options(extensions)).feed(octets).end();
  };

  describe(`the ${kind} inflater reads the examples of RFC 7692`, () => {
    for (const [section, what, payloads] of [
      ['§7.2.3.1', 'one block', ['f248cdc9c90700']],
      ['§7.2.3.2', 'a shared window', ['f248cdc9c90700', 'f200110000']],
      ['§7.2.3.3', 'a block without compression', ['000500faff48656c6c6f00']],
      ['§7.2.3.4', 'a block with BFINAL set', ['f348cdc9c9070000']],
      ['§7.2.3.5', 'two blocks', ['f248050000 00ffff cac9c90700']],
      ['§7.2.3.4', 'a block with BFINAL set, and another that refers to it', ['f348cdc9c9070000', 'f200110000']],
    ] as const) {
      it(`${section}, ${what}`, () => {
        const reading = read(concat(...payloads.map((payload) => compressedFrames(TEXT, hex(payload)))));
        assert.deepEqual(
          said(reading),
          payloads.map(() => 'Hello'),
        );
        assert.deepEqual(reading.findings, []);
      });
    }

    it('§7.2.3.1, in two fragments with a ping between', () => {
      const reading = read(
        concat(
          clientFrame(TEXT, hex('f248cd'), { fin: false, rsv: 4 }),
          clientFrame(PING),
          clientFrame(CONTINUATION, hex('c9c90700')),
        ),
      );
      assert.deepEqual(said(reading), ['Hello']);
      assert.deepEqual(reading.findings, []);
    });

    it('§7.2.3.6, an empty message, whole and in fragments of which the last is a lone 00', () => {
      const cut = compressedFrames(TEXT, hex('f248cdc9c907'), hex('00'));
      const reading = read(
        concat(compressedFrames(TEXT, hex('00')), cut, compressedFrames(BINARY, hex(''), hex('00'))),
      );
      assert.deepEqual(said(reading), ['', 'Hello', '']);
      assert.deepEqual(reading.findings, []);
    });
  });

  describe(`the ${kind} inflater`, () => {
    it('inflates whatever zlib writes, with and without context, in any window and any pieces', () => {
      forSeeds(1200, (random) => {
        const takeover = random.once(2);
        // Of 8 zlib makes 9, whose references go back 250 octets at most.
        const windowBits = random.between(8, 16);
        const deflater = new Deflater(takeover, {
          windowBits,
          memLevel: random.between(1, 10),
          level: random.between(0, 10),
          strategy: random.pick([0, 0, 1, 2, 3, 4]),
        });
        const sent: string[] = [];
        const octets: Uint8Array[] = [];
        let last: Uint8Array = new Uint8Array(0);
        for (let count = random.between(1, 12); count > 0; count--) {
          last = random.once(4) ? last : drawText(random, last);
          sent.push(latin1(last));
          if (random.once(4)) {
            octets.push(clientFrame(BINARY, last));
            continue;
          }
          octets.push(compressedFrames(BINARY, ...cut(random, deflater.message(last, random.between(1, 4)))));
        }
        const longest = random.pick([3, 100, 100_000]);
        const reading = readInPieces(
          concat(...octets),
          () => random.between(1, longest + 1),
          options(deflate(takeover, windowBits)),
        );
        assert.deepEqual(reading.findings.concat(reading.details), []);
        // Not deepEqual, which would print megabytes.
        assert.ok(said(reading).join('|') === sent.join('|'), 'other octets than were sent');
      });
    });

    it('serves more directions in turn than there are inflaters', () => {
      const shared = inflaters();
      const directions = Array.from({ length: 300 }, (_, number) => ({
        deflater: new Deflater(true, { memLevel: 1 }),
        reading: new Reading({ extensions: deflate(true, 15 - (number % 2)), inflaters: shared }),
        sent: [] as string[],
      }));
      for (let round = 0; round < 4; round++) {
        directions.forEach(({ deflater, reading, sent }, number) => {
          const text = `direction ${number} says the same as in round 0, and something of ${round}`;
          sent.push(text);
          const frames = compressedFrames(TEXT, deflater.message(utf8(text)));
          reading.feed(frames.subarray(0, 10)).feed(frames.subarray(10));
        });
      }
      for (const { reading, sent } of directions) assert.deepEqual(said(reading.end()), sent);
      assert.equal(shared.windows.held, 0);
    });

    it('says once that the context is lost, and shows nothing that is not what was said', () => {
      forSeeds(800, (random) => {
        const deflater = new Deflater(true, { memLevel: random.between(1, 10) });
        const reading = new Reading(options(deflate(true)));
        const shown: (string | null)[] = [];
        let lost = false;
        for (let count = 0; count < 12; count++) {
          const text = latin1(drawText(random, new Uint8Array(0)));
          const frames = compressedFrames(BINARY, deflater.message(Buffer.from(text, 'latin1')));
          if (frames.length > 20 && random.once(5)) {
            reading.feed(frames.subarray(0, 15));
            reading.lose(3);
            reading.feed(frames.subarray(18));
            lost = true;
          } else {
            const before = reading.messages.length;
            reading.feed(frames);
            shown.push(reading.messages[before].octets === null && lost ? null : text);
          }
        }
        assert.ok(said(reading).join('|') === shown.join('|'), 'other octets than were said');
        const told = reading.findings.filter((code) => code === 'compression-context-lost');
        assert.ok(told.length <= 1, reading.findings.join());
        assert.ok(!reading.findings.includes('inflate-failed'));
      });
    });

    it('shows the messages after a gap that refer to nothing before it', () => {
      const deflater = new Deflater(true);
      const [first, lost, refers] = ['once said', 'lost', 'once said'].map((text) => deflater.message(utf8(text)));
      const alone = new Deflater(true).message(utf8('refers to nothing'));
      const reading = new Reading(options(deflate(true))).feed(compressedFrames(TEXT, first));
      const frames = compressedFrames(TEXT, lost);
      reading.feed(frames.subarray(0, 7)).lose(1).feed(frames.subarray(8));
      reading.feed(compressedFrames(TEXT, refers)).feed(compressedFrames(TEXT, alone));
      assert.deepEqual(said(reading.end()), ['once said', null, 'refers to nothing']);
      assert.deepEqual(reading.findings, ['message-incomplete', 'compression-context-lost']);
    });

    it('needs no context where none is kept: a gap costs its own message only', () => {
      const deflater = new Deflater(false);
      const frames = ['one', 'two', 'two'].map((text) => compressedFrames(TEXT, deflater.message(utf8(text))));
      const reading = new Reading(options(deflate(false))).feed(frames[0].subarray(0, 7)).lose(1);
      reading.feed(frames[0].subarray(8)).feed(frames[1]).feed(frames[2]).end();
      assert.deepEqual(said(reading), ['two', 'two']);
      assert.deepEqual(reading.findings, ['message-incomplete']);
    });

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

    it('objects to a reference to what was never said, or said too long ago for the window', () => {
      assert.deepEqual(read(compressedFrames(TEXT, hex('f200110000'))).findings, ['inflate-failed']);
      const random = latin1(drawOctets(600));
      const far = new Deflater(true, { windowBits: 15 });
      const octets = [random, `${random.slice(0, 300)}`].map((text) => {
        return compressedFrames(BINARY, far.message(Buffer.from(text, 'latin1')));
      });
      const reading = read(concat(...octets), deflate(true, 9));
      assert.deepEqual(said(reading), [random, null]);
      assert.deepEqual(reading.findings, ['inflate-failed']);
    });

    it('shows a message that refers to its own octets from beyond the window, as they are known', () => {
      const twice = latin1(drawOctets(5000)).repeat(2);
      const message = new Deflater(true, { windowBits: 15 }).message(Buffer.from(twice, 'latin1'));
      const reading = read(compressedFrames(BINARY, message), deflate(true, 9));
      assert.ok(said(reading)[0] === twice);
      assert.deepEqual(reading.findings, []);
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

    it('stops at the limit of inflated octets, and at the ratio from 16 MiB on', () => {
      const bomb = deflateRawSync(new Uint8Array(40 << 20), { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
      const ok = compressedFrames(TEXT, hex('f248cdc9c90700'));
      for (const [limits, code] of [
        [{ inflated: 1000 }, 'inflated-too-large'],
        [{ inflated: 1 << 24 }, 'inflated-too-large'],
        [{}, 'inflated-ratio'],
      ] as const) {
        const reading = new Reading(options(deflate(false), limits))
          .feed(compressedFrames(BINARY, bomb))
          .feed(ok)
          .end();
        assert.deepEqual(said(reading), [null, 'Hello']);
        assert.deepEqual(reading.findings, [code]);
      }
      const allowed = new Reading(options(deflate(false), { ratio: 2000 })).feed(compressedFrames(BINARY, bomb)).end();
      assert.equal(allowed.messages[0].length, 40 << 20);
    });

    it('holds what is larger than a message may be no longer than it takes to count it', () => {
      const deflater = new Deflater(true);
      const large = compressedFrames(TEXT, deflater.message(utf8('large '.repeat(1000))));
      const next = compressedFrames(TEXT, deflater.message(utf8('large and small')));
      const reading = new Reading({ ...options(deflate(true)), messageLimit: 5999 }).feed(large).feed(next).end();
      assert.deepEqual(
        reading.messages.map(({ length, octets }) => [length, octets]),
        [
          [6000, null],
          [15, 'large and small'],
        ],
      );
      assert.deepEqual(reading.findings, ['message-too-large']);
    });

    it('inflates text that is too large to be shown as it does any other, though it is judged as it comes', () => {
      const deflater = new Deflater(true);
      const random = new Random(1);
      const text = Buffer.from(random.octets(200_000)).toString('hex');
      const large = clientFrame(TEXT, deflater.message(utf8(text)), { rsv: 4 });
      const next = compressedFrames(TEXT, deflater.message(utf8('and on')));
      const reading = new Reading({ ...options(deflate(true)), messageLimit: 100 }).feed(large).feed(next).end();
      assert.deepEqual(
        reading.messages.map(({ length }) => length),
        [text.length, 6],
      );
      assert.deepEqual(reading.findings, ['message-too-large']);
    });

    it('goes on without a context where windows may hold no more, and says so', () => {
      const deflater = new Deflater(true);
      const texts = ['a'.repeat(200), 'b'.repeat(4000), 'c', 'b'.repeat(4000)];
      const frames = texts.map((text) => compressedFrames(TEXT, deflater.message(utf8(text))));
      const reading = new Reading(options(deflate(true), { windows: 2000 }));
      for (const each of frames) reading.feed(each);
      for (const [at, message] of reading.messages.entries()) assert.ok([texts[at], null].includes(message.octets));
      assert.equal(reading.findings[0], 'compression-context-limit');
      assert.ok(!reading.findings.includes('inflate-failed'));
    });

    it('tries what may be compressed where nobody knows, and says that once, but nothing of what fails', () => {
      const deflater = new Deflater(true);
      const texts = ['said before the capture', 'said before the capture, too', 'new'];
      const [, second] = texts.map((text) => compressedFrames(TEXT, deflater.message(utf8(text))));
      const alone = compressedFrames(TEXT, new Deflater(true).message(utf8('new')));
      const reading = read(concat(second, alone, compressedFrames(TEXT, hex('ffff'))), deflate(true, 15, true));
      assert.deepEqual(said(reading), [null, 'new', null]);
      assert.deepEqual(reading.findings, ['compression-assumed']);
    });

    it('judges text as it comes out, and tells where it is broken', () => {
      const text = concat(utf8('x'.repeat(100_000)), hex('eda080'));
      const reading = read(compressedFrames(TEXT, new Deflater(true).message(text)));
      assert.deepEqual(reading.findings, ['invalid-utf8-text']);
      assert.deepEqual(reading.details, ['from octet 100000 of the message on']);
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

it('inflates a long message as it comes where only its length is asked, and holds next to nothing', () => {
  const allowance = new Allowance(200_000);
  const noise = drawOctets(4 << 20);
  const payload = deflateRawSync(noise, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
  const reading = new Reading({ extensions: deflate(true), keepPayloads: false, allowance });
  const frames = compressedFrames(BINARY, payload);
  for (let at = 0; at < frames.length; at += 1460) reading.feed(frames.subarray(at, at + 1460));
  assert.equal(reading.messages[0].length, noise.length);
  assert.deepEqual(reading.end().findings, []);
  assert.equal(allowance.held, 0);
});

/** Text with much in common with itself and with `before`. */
function drawText(random: Random, before: Uint8Array): Uint8Array {
  const words = Array.from({ length: random.pick([0, 1, 5, 50, 500, 3000]) }, () => {
    return random.pick(['price', '"', ':', '12.5', ',', 'size', `${random.between(0, 1e6)}`, '\xe9']);
  });
  const mixed = `${latin1(before.subarray(0, random.between(0, before.length + 1)))}${words.join('')}`;
  return random.once(6) ? random.octets(random.between(0, 2000)) : Uint8Array.from(Buffer.from(mixed, 'latin1'));
}

/** A message right or wrong: with a final block, cut short, with a bit that is another, or with more behind its end. */
function broken(random: Random, deflater: Deflater, text: Uint8Array): Uint8Array {
  const message = random.once(5) ? Uint8Array.from(deflateRawSync(text)) : deflater.message(text, random.between(1, 3));
  if (random.once(4)) message[random.between(0, message.length)] ^= 1 << random.between(0, 8);
  const kept = random.once(5) ? message.subarray(0, random.between(0, message.length + 1)) : message;
  return concat(kept, random.once(3) ? MESSAGE_END : random.octets(random.pick([0, 0, 0, 1, 5])));
}

/** Octets in which nothing repeats. */
function drawOctets(length: number): Uint8Array {
  const octets = new Uint8Array(length);
  let state = 1;
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1103515245) + 12345) | 0;
    octets[at] = state >>> 16;
  }
  return octets;
}

function cut(random: Random, octets: Uint8Array): Uint8Array[] {
  if (random.once(2)) return [octets];
  const at = random.between(0, octets.length + 1);
  return [octets.subarray(0, at), ...(random.once(2) ? [new Uint8Array(0)] : []), octets.subarray(at)];
}
