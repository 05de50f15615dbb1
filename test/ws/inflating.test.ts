// permessage-deflate, RFC 7692: its own examples, whatever zlib writes, what is lost and what is too much. Each is tried with both
// kinds of inflater: the one that lasts, and its understudy by the public functions of zlib.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { constants, deflateRawSync } from 'node:zlib';
import { Allowance } from '../../src/ws/allowance.ts';
import type { DirectionExtensions } from '../../src/ws/extensions.ts';
import { Inflaters, type InflationLimits } from '../../src/ws/inflaters.ts';
import { lastingWorks } from '../../src/ws/lasting-inflater.ts';
import { Random } from '../support/random.ts';
import { forSeeds } from '../support/time-box.ts';
import { BINARY, CONTINUATION, clientFrame, concat, PING, TEXT, utf8 } from '../support/websocket-writer.ts';
import { compressedFrames, Deflater } from './deflater.ts';
import { cut, deflate, drawOctets, drawText, hex, kinds, latin1, said } from './inflating.ts';
import { Reading, type ReadingOptions, readInPieces } from './readings.ts';

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
      const directions = Array.from({ length: 600 }, (_, number) => ({
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

    it('refers back as far as the window goes, wherever in it messages end, also behind final blocks', () => {
      forSeeds(60, (random) => {
        // Where others speak meanwhile, more than there are inflaters, it is given one anew, which is told its window.
        const shared = inflaters();
        const others = random.pick([0, 0, 0, 513]);
        const direction = new Reading({ extensions: deflate(true), inflaters: shared });
        const window = 1 << 15;
        let before = new Uint8Array(0);
        let length = 0;
        const sent: string[] = [];
        for (let count = 12; count > 0; count--) {
          const toTheEnd = window - (length % window);
          const size = random.pick([0, 1, 300, toTheEnd - 1, toTheEnd, toTheEnd + 1, window, 2 * window + 1]);
          const octets = random.octets(Math.min(size, 700));
          const again = before.subarray(0, random.between(0, before.length + 1));
          const message = concat(again, octets, again, new Uint8Array(2 * window)).subarray(0, size);
          const isFinal = random.once(4);
          const options = {
            finishFlush: isFinal ? constants.Z_FINISH : constants.Z_SYNC_FLUSH,
            ...(before.length > 0 ? { dictionary: before } : {}),
          };
          const deflated = Uint8Array.from(deflateRawSync(message, options));
          // RFC 7692 §7.2.3.4: behind a final block stands an octet of no block.
          const payload = isFinal ? concat(deflated, Uint8Array.of(0)) : deflated.subarray(0, -4);
          direction.feed(compressedFrames(BINARY, payload.length === 0 ? Uint8Array.of(0) : payload));
          sent.push(latin1(message));
          before = concat(before, message).slice(-window);
          length += size;
          for (let other = 0; other < others && count === 6; other++) {
            const reading = new Reading({ extensions: deflate(true), inflaters: shared });
            reading.feed(compressedFrames(TEXT, hex('f248cdc9c90700')));
          }
        }
        direction.end();
        assert.deepEqual(direction.findings.concat(direction.details), []);
        assert.ok(said(direction).join('|') === sent.join('|'), 'other octets than were sent');
      });
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

    it('knows of no context before the first compressed message either, where frames were lost that may have been', () => {
      const deflater = new Deflater(true);
      deflater.message(utf8('lost with its header'));
      const refers = compressedFrames(TEXT, deflater.message(utf8('lost with its header')));
      const reading = new Reading(options(deflate(true))).feed(clientFrame(TEXT, utf8('not compressed')));
      reading.lose(40).resume().feed(refers).end();
      assert.deepEqual(said(reading), ['not compressed', null]);
      assert.deepEqual(reading.findings, ['compression-context-lost']);
      const fromTheBeginning = new Reading(options(deflate(true))).resume().feed(refers).end();
      assert.deepEqual(fromTheBeginning.findings, ['compression-context-lost']);
    });

    it('takes what came of a message that failed for no context, and says once that it is lost', () => {
      const deflater = new Deflater(true);
      const first = compressedFrames(TEXT, deflater.message(utf8('lost')));
      const broken = deflater.message(drawOctets(140_000)).slice(0, -8);
      const reading = new Reading(options(deflate(true))).feed(first.subarray(0, 7)).lose(1).feed(first.subarray(8));
      reading.feed(compressedFrames(BINARY, broken));
      reading.feed(compressedFrames(TEXT, new Deflater(true).message(utf8('alone')))).end();
      assert.deepEqual(said(reading), [null, 'alone']);
      assert.deepEqual(reading.findings, ['message-incomplete', 'compression-context-lost', 'inflate-failed']);
    });

    it('blames nobody for references to what its windows had no memory for', () => {
      const shared = inflaters({ windows: 65_536 });
      const directions = Array.from({ length: 600 }, () => {
        const reading = new Reading({ extensions: deflate(true), inflaters: shared });
        return { reading, deflater: new Deflater(true, { memLevel: 1 }) };
      });
      const text = 'the same again '.repeat(3000);
      for (let round = 0; round < 2; round++)
        for (const { reading, deflater } of directions)
          reading.feed(compressedFrames(TEXT, deflater.message(utf8(text))));
      for (const { reading } of directions) {
        assert.ok(said(reading)[0] === text && [text, null].includes(said(reading)[1]));
        assert.ok(!reading.findings.includes('inflate-failed'), reading.findings.join());
      }
      for (const { reading } of directions) reading.end();
    });

    it('shows all of a final block whose last octets look like the end that its sender removed', () => {
      const last = Uint8Array.of(0x61, 0x62, 0, 0, 0xff, 0xff);
      const stored = (octets: Uint8Array) =>
        compressedFrames(BINARY, Uint8Array.from(deflateRawSync(octets, { level: 0 })));
      // Of 32 KiB that are all there four octets are left before the end, and of 64 KiB in pieces one.
      const deflater = new Deflater(true);
      const before = [40_000, 32_764].map((length) => new Uint8Array(length).fill(length));
      const frames = before.map((octets) => compressedFrames(BINARY, deflater.message(octets)));
      assert.equal(said(read(concat(...frames, stored(last)))).at(-1), latin1(last));
      const long = concat(drawOctets(65_531), last);
      assert.ok(said(read(stored(long), deflate(false)))[0] === latin1(long));
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
