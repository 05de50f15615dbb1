// What only streams do: they fail, they stall, they run ahead of a slow consumer, they give something else than octets.

import assert from 'node:assert/strict';
import { PassThrough, Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { setImmediate as nextTurn, setTimeout } from 'node:timers/promises';
import { readCapture } from '../../src/capture/index.ts';
import { PacketList } from './packet-list.ts';
import { MICROSECONDS_LE, makePcap, PCAP_VARIANTS, randomRecords } from './synthetic-pcap.ts';

describe('a capture that comes by stream', () => {
  for (const variant of PCAP_VARIANTS) {
    it(`does not run ahead of a slow consumer (${variant.name})`, async () => {
      const record = makePcap(variant, [{ octets: new Uint8Array(1000) }]);
      const records = Buffer.concat(new Array<Uint8Array>(60).fill(record.subarray(24)));
      let given = 0;
      let taken = 0;
      let waiting = 0;
      let furthest = 0;
      const chunks = function* () {
        yield Buffer.from(record.subarray(0, 24));
        for (let i = 0; i < 80; i++) {
          given += records.length;
          furthest = Math.max(furthest, given - taken);
          yield records;
        }
      };
      const sink = {
        onStart: () => undefined,
        onPacket: () => {
          waiting += variant.recordHeaderLength + 1000;
        },
      };
      // The consumer takes what waits only in a turn of its own, whether the reader heeds it or not.
      const take = () => {
        taken += waiting;
        waiting = 0;
      };
      const timer = setInterval(take, 1);
      const pause = async () => {
        while (waiting > 0) await setTimeout(1);
      };
      // Not in object mode, so that the stream's own buffer is measured in octets.
      const stream = Readable.from(chunks(), { objectMode: false, highWaterMark: 64 * 1024 });
      await readCapture(stream, sink, { pause });
      clearInterval(timer);
      take();
      assert.equal(taken, 80 * records.length);
      assert.ok(furthest < 512 * 1024, `${furthest} octets were taken from the source and not yet consumed`);
    });
  }

  it('lets the consumer have its say within a single huge chunk', async () => {
    const file = makePcap(MICROSECONDS_LE, new Array(8000).fill({ octets: new Uint8Array(1000) }));
    let atAStretch = 0;
    let longest = 0;
    const sink = {
      onStart: () => undefined,
      onPacket: () => {
        longest = Math.max(longest, ++atAStretch);
      },
    };
    const pause = () => {
      atAStretch = 0;
      return undefined;
    };
    await readCapture(Readable.from([Buffer.from(file)]), sink, { pause });
    assert.ok(longest > 0 && longest < 200, `${longest} packets of 1,000 octets came at a stretch`);
  });

  it('hands on packets while the stream is still open', async () => {
    const file = Buffer.from(makePcap(MICROSECONDS_LE, randomRecords(3, 50, 2)));
    const stream = new PassThrough();
    const list = new PacketList();
    const reading = readCapture(stream, list);
    stream.write(file);
    while (list.packets.length < 3) await nextTurn();
    stream.end();
    await reading;
  });

  it('stops on the signal while the stream stalls', async () => {
    const abort = new AbortController();
    const stream = new PassThrough();
    const reading = readCapture(stream, new PacketList(), { signal: abort.signal });
    const reason = new Error('enough');
    setImmediate(() => abort.abort(reason));
    await assert.rejects(reading, reason);
    assert.ok(stream.destroyed);
  });

  it('tells that the stream failed, after the packets before', async () => {
    const file = makePcap(MICROSECONDS_LE, randomRecords(3, 50, 2));
    const cause = new Error('the wire broke\nand more');
    const chunks = function* () {
      yield Buffer.from(file);
      throw cause;
    };
    const list = new PacketList();
    const message = `cannot be read after octet ${file.length}: the wire broke; what is before is shown`;
    await assert.rejects(readCapture(Readable.from(chunks()), list), { kind: 'cut', message, cause });
    assert.equal(list.packets.length, 3);
  });

  it('destroys the stream at a hostile length, without collecting it', async () => {
    const file = makePcap(MICROSECONDS_LE, [{ octets: new Uint8Array(9), capturedLength: 0x7fffffff }]);
    let given = 0;
    const chunks = function* () {
      yield Buffer.from(file);
      for (; given < 1000; given++) yield Buffer.alloc(100_000);
    };
    const stream = Readable.from(chunks());
    await assert.rejects(readCapture(stream, new PacketList()), { kind: 'damaged', packet: 1, offset: 24 });
    assert.ok(stream.destroyed);
    assert.ok(given < 50, `${given} chunks were read after the damage`);
  });

  it('refuses text and objects in one line', async () => {
    for (const chunk of ['text', { octets: 1 }]) {
      await assert.rejects(readCapture(Readable.from([chunk]), new PacketList()), {
        kind: 'unreadable',
        message: /gives no octets/,
      });
      const whole = Readable.from([Buffer.from(makePcap(MICROSECONDS_LE, randomRecords(3, 50, 2)))]);
      await assert.rejects(readCapture([Readable.from([chunk]), whole], new PacketList()), {
        kind: 'unreadable',
        message: /gives no octets/,
      });
    }
  });

  it('of one long record in short pieces takes time in proportion to its length', async () => {
    const milliseconds = async (length: number): Promise<number> => {
      const file = makePcap(MICROSECONDS_LE, [{ octets: new Uint8Array(length) }]);
      const chunks = function* () {
        for (let at = 0; at < file.length; at += 512)
          yield Buffer.from(file.buffer, at, Math.min(512, file.length - at));
      };
      const began = performance.now();
      await readCapture(Readable.from(chunks()), new PacketList());
      return performance.now() - began;
    };
    await milliseconds(500_000);
    const short = await milliseconds(1_000_000);
    const long = await milliseconds(8_000_000);
    // Eight times as much; quadratic copying would be 64 times.
    assert.ok(long < 25 * short + 100, `${short} ms, then ${long} ms`);
  });
});
