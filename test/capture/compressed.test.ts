// Compressed captures: what is inside comes out however the octets arrive, and what was there before a damage is not lost.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import * as zlib from 'node:zlib';
import { CaptureError } from '../../src/capture/capture-error.ts';
import type { CaptureParser } from '../../src/capture/capture-parser.ts';
import { crc32ByTable } from '../../src/capture/crc32.ts';
import { parserFor } from '../../src/capture/formats.ts';
import { ZstdDecompressor } from '../../src/capture/zstd/index.ts';
import { concatOctets, PcapngBuilder } from '../support/pcapng-builder.ts';
import { Random } from '../support/random.ts';
import { sharedCaptures, withoutSharedCaptures } from '../support/shared-captures.ts';
import { behindSkippable, zstdOf } from '../support/zstd-writer.ts';
import { PacketList } from './packet-list.ts';
import { MICROSECONDS_LE, makePcap, randomRecords } from './synthetic-pcap.ts';

interface Reading {
  list: PacketList;
  error: CaptureError | null;
}

/** Feeds the file in pieces as a block reader does; `length` says how long the next piece is. */
function read(
  file: Uint8Array,
  length: () => number,
  parser: CaptureParser = parserFor(file, 0, file.length, {}),
): Reading {
  const list = new PacketList();
  try {
    let start = 0;
    for (let end = 0; end < file.length; ) {
      end = Math.min(file.length, end + length());
      do start += parser.feed(file, start, end, list);
      while (parser.hasMore);
    }
    parser.finish(file.length - start, list);
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    return { list, error };
  }
  return { list, error: null };
}

const whole = (file: Uint8Array): Reading => read(file, () => file.length);

const pcap = makePcap(MICROSECONDS_LE, randomRecords(30, 400, 2));
const pcapng = new PcapngBuilder()
  .section()
  .interface()
  .enhanced({ octets: new Uint8Array(700).fill(7) })
  .octets();
const long = makePcap(MICROSECONDS_LE, [{ octets: new Uint8Array(1_500_000).map((_, i) => i * 7) }]);

/** RFC 1952 §2.3 with every optional field, of which the first has so many octets. */
function gzipWithEverything(octets: Uint8Array, extra = 5): Uint8Array {
  const text = (words: string) => new TextEncoder().encode(`${words}\0`);
  const trailer = new DataView(new ArrayBuffer(8));
  trailer.setUint32(0, crc32ByTable(octets, 0), true);
  trailer.setUint32(4, octets.length, true);
  return concatOctets([
    Uint8Array.of(0x1f, 0x8b, 8, 0x1e, 1, 2, 3, 4, 0, 3),
    Uint8Array.of(extra & 0xff, extra >> 8),
    new Uint8Array(extra).fill(7),
    text('capture.pcap'),
    text('a comment'),
    Uint8Array.of(9, 9),
    zlib.deflateRawSync(octets),
    new Uint8Array(trailer.buffer),
  ]);
}

const FILES: [name: string, compressed: Uint8Array, plain: Uint8Array][] = [
  ['gzip of pcap', zlib.gzipSync(pcap), pcap],
  ['gzip of pcapng', zlib.gzipSync(pcapng), pcapng],
  ['gzip of a long record', zlib.gzipSync(long), long],
  ['gzip with every field of the header', gzipWithEverything(pcap), pcap],
  ['gzip with an extra field of no octets', gzipWithEverything(pcap, 0), pcap],
  ['gzip with an extra field of 300 octets', gzipWithEverything(pcap, 300), pcap],
  [
    'gzip in members',
    concatOctets([0, 1, 500, 501].map((at, i, ats) => zlib.gzipSync(pcap.subarray(at, ats[i + 1])))),
    pcap,
  ],
  ['gzip with zeros behind', concatOctets([zlib.gzipSync(pcap), new Uint8Array(512)]), pcap],
  ['gzip in gzip', zlib.gzipSync(zlib.gzipSync(pcap)), pcap],
  ['zstd by hand', zstdOf(pcap, 100), pcap],
  ['zstd in gzip', zlib.gzipSync(zstdOf(pcap, 50)), pcap],
  ['zstd behind a skippable frame', behindSkippable(zstdOf(pcap, 100)), pcap],
  ['zstd behind a skippable frame, in gzip', zlib.gzipSync(behindSkippable(zstdOf(pcap, 100))), pcap],
];

describe('compressed captures give the packets inside', () => {
  for (const [name, compressed, plain] of FILES) {
    it(name, () => {
      const expected = whole(plain);
      assert.equal(expected.error, null);
      const random = new Random(4);
      const lengths = [() => compressed.length, () => random.between(1, 3000)];
      if (compressed.length < 50_000) lengths.push(() => 1);
      for (const length of lengths) assert.deepEqual(read(compressed, length), expected);
    });
  }

  const zstd = spawnSync('zstd', ['--version']).error === undefined ? false : 'zstd is not installed';
  it('what zstd compresses, by Node and by the package', { skip: zstd }, () => {
    for (const [plain, flags] of [
      [pcap, ['-1', '--no-check']],
      [long, ['-19', '--check']],
      // Frames of one segment, whose window is their content.
      [pcapng.subarray(0, 200), ['-19', '--stream-size=200']],
      [pcap.subarray(0, 600), ['-19', '--stream-size=600']],
      [new Uint8Array([...pcap, ...new Uint8Array(0)]), ['-3']],
    ] as const) {
      const { stdout } = spawnSync('zstd', [...flags, '-c'], { input: plain, maxBuffer: 1 << 26 });
      for (const decompressor of [new ZstdDecompressor(), new ZstdDecompressor(null)]) {
        const parts: Uint8Array[] = [];
        const take = (octets: Uint8Array, start: number, end: number) => {
          parts.push(octets.slice(start, end));
          return false;
        };
        for (let at = 0; at < stdout.length; at += 777) {
          decompressor.push(stdout, at, Math.min(stdout.length, at + 777), take);
        }
        decompressor.finish();
        assert.ok(Buffer.concat(parts).equals(plain));
      }
      assert.deepEqual(whole(stdout), whole(plain));
    }
  });

  it('or nothing but the error of whoever takes them', () => {
    const enough = new Error('enough');
    for (const compressed of [zlib.gzipSync(pcap), zstdOf(pcap, 100)]) {
      const sink = new PacketList();
      sink.onPacket = () => {
        throw enough;
      };
      const parser = parserFor(compressed, 0, compressed.length, {});
      assert.throws(
        () => parser.feed(compressed, 0, compressed.length, sink),
        (error) => error === enough,
      );
    }
  });

  it('a little at a time, where much becomes of it, also one in the other and before a fault', () => {
    // 16 MiB of empty records.
    const empty = makePcap(MICROSECONDS_LE, []);
    const file = concatOctets([empty, new Uint8Array(16 << 20)]);
    const once = zlib.gzipSync(file);
    const damaged = concatOctets([zlib.gzipSync(once), new Uint8Array(20).fill(1)]);
    for (const compressed of [once, zlib.gzipSync(once), zstdOf(once, 100), damaged]) {
      let [packets, most] = [0, 0];
      const sink = { onStart: () => {}, onPacket: () => packets++ };
      const parser = parserFor(compressed, 0, compressed.length, {});
      const feedAll = () => {
        let start = 0;
        do {
          const before = packets;
          start += parser.feed(compressed, start, compressed.length, sink);
          most = Math.max(most, packets - before);
        } while (parser.hasMore);
        parser.finish(compressed.length - start, sink);
      };
      if (compressed === damaged) assert.throws(feedAll, /something else behind/);
      else feedAll();
      assert.equal(packets, 1 << 20);
      assert.ok(most <= (4 << 20) / 16, `${most} packets`);
    }
  });

  it('in a window of 128 MiB, by the package, at the pace of what there is', () => {
    const head = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 17 << 3);
    const octet = Uint8Array.of(0x0a, 0, 0, 7);
    const last = Uint8Array.of(1, 0, 0);
    const blocks = concatOctets([head, ...new Array<Uint8Array>(10_000).fill(octet), last]);
    const frames = new Array<Uint8Array>(1000).fill(concatOctets([head, octet, last]));
    const begun = process.cpuUsage();
    for (const file of [blocks, concatOctets(frames)]) {
      const decompressor = new ZstdDecompressor(null);
      let made = 0;
      const take = (octets: Uint8Array, start: number, end: number) => {
        assert.ok(octets.subarray(start, end).every((value) => value === 7));
        made += end - start;
        return false;
      };
      assert.equal(decompressor.push(file, 0, file.length, take), file.length);
      decompressor.finish();
      assert.equal(made, file === blocks ? 10_000 : 1000);
    }
    assert.ok(process.cpuUsage(begun).user < 2_000_000);
  });

  it('a checksum by table is what zlib computes', () => {
    // Of 'The quick brown fox…', as everybody has it.
    const fox = new TextEncoder().encode('The quick brown fox jumps over the lazy dog');
    assert.equal(crc32ByTable(fox, 0), 0x414fa339);
    assert.equal(crc32ByTable(fox.subarray(9), crc32ByTable(fox.subarray(0, 9), 0)), 0x414fa339);
  });
});

describe('damage', () => {
  const compressed = zlib.gzipSync(pcap);
  const all = whole(pcap).list.packets;

  function assertBeginning({ list, error }: Reading, kind: string, says: RegExp): void {
    assert.equal(error?.kind, kind);
    assert.match(error?.message ?? '', says);
    assert.doesNotMatch(error?.message ?? '', /\n/);
    assert.deepEqual(list.packets, all.slice(0, list.packets.length));
  }

  it('a cut at any octet of gzip is told, and what came before is there', () => {
    let found = 0;
    for (
      let length = 3;
      length < compressed.length;
      length += length < 40 || length > compressed.length - 20 ? 1 : 61
    ) {
      const reading = whole(compressed.subarray(0, length));
      assertBeginning(
        reading,
        'cut',
        new RegExp(`the gzip data ends early, at octet ${length} of the file; everything`),
      );
      found = Math.max(found, reading.list.packets.length);
    }
    assert.equal(found, all.length);
  });

  it('a cut at any octet of zstd too', () => {
    const file = zstdOf(pcap, 300);
    for (let length = 4; length < file.length; length += 61) {
      const reading = whole(file.subarray(0, length));
      // Between two frames it could be whole, but for the pcap inside.
      assertBeginning(reading, 'cut', /zstd data ends early|the capture ends inside/);
    }
  });

  it('a wrong checksum, after all that was inflated', () => {
    const file = Uint8Array.from(compressed);
    file[file.length - 6] ^= 1;
    const reading = whole(file);
    assert.equal(reading.list.packets.length, all.length);
    assertBeginning(reading, 'damaged', /the gzip data has a wrong checksum at octet \d+ of the file; it is damaged/);
  });

  it('broken data in the middle, after what was inflated before', () => {
    const file = concatOctets([zlib.gzipSync(pcap.subarray(0, 4000)), zlib.gzipSync(pcap.subarray(4000))]);
    const second = zlib.gzipSync(pcap.subarray(0, 4000)).length + 10;
    file[second] = 0xff;
    const reading = whole(file);
    assert.ok(reading.list.packets.length > 5);
    assertBeginning(reading, 'damaged', /the gzip data is broken \(invalid block type\)/);
  });

  it('something else behind the data', () => {
    for (const rest of ['text', '\0text', '\x1f\x8b\x07nothing'] as const) {
      const file = concatOctets([compressed, new TextEncoder().encode(rest), new Uint8Array(20)]);
      assertBeginning(whole(file), 'damaged', /has something else behind/);
    }
    assertBeginning(whole(concatOctets([zstdOf(pcap, 100), pcap])), 'damaged', /else behind a frame/);
  });

  it('something else behind the data also where it is short, and a cut where it can be the beginning of more', () => {
    const zstd = zstdOf(pcap, 100);
    for (const [data, rests, says] of [
      [compressed, ['\n', 'garbage', '\x1f\n', '\x1f\x8b\x07'], /gzip data has something else behind a member/],
      [compressed, ['\x1f', '\x1f\x8b', '\x1f\x8b\x08', '\x1f\x8b\x08garba'], /gzip data ends early/],
      [zstd, ['\n', 'ab', 'abc', '\0', 'Pa', '\x28\xb5/\0'], /zstd data has something else behind a frame/],
      [zstd, ['\x28', '\x28\xb5/', '\x28\xb5/\xfd', 'P', '_*', '_*M\x18'], /zstd data ends early/],
    ] as const) {
      for (const rest of rests) {
        const file = concatOctets([data, Buffer.from(rest, 'latin1')]);
        for (const length of [file.length, 1]) {
          const { list, error } = read(file, () => length);
          const [kind, offset] = /early/.test(`${says}`) ? ['cut', file.length] : ['damaged', data.length];
          assert.deepEqual([error?.kind, error?.offset, list.packets.length], [kind, offset, all.length], rest);
          assert.match(error?.message ?? '', says);
        }
      }
    }
  });

  it('zstd that asks for too much, or for what is not there', () => {
    const head = (...octets: number[]) =>
      concatOctets([Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, ...octets), new Uint8Array(30)]);
    const says = (file: Uint8Array) => whole(file).error?.message ?? '';
    assert.match(says(head(0, 0xa0)), /a window of 1,024 MiB, more than the limit of 128; decompress it with: zstd -d/);
    assert.match(says(head(0xa0, 0xff, 0xff, 0xff, 0xff)), /a window of 4,096 MiB/);
    assert.match(says(head(1, 0x58, 7)), /needs a dictionary/);
    assert.match(says(head(0, 0x58, 0x07, 0, 0)), /a block of an unknown type at octet 6/);
    assert.match(says(head(0, 0x58, 0x0b, 0, 0x10)), /a block of more than 128 KiB at octet 6/);
  });

  it('what is inside and no capture is named', () => {
    const { error } = whole(zlib.gzipSync('just text that goes on for a while'));
    assert.match(error?.message ?? '', /^this is text, not a capture/);
  });

  it('a file that decompresses to itself ends', () => {
    let file: Uint8Array = pcap;
    for (let times = 0; times < 4; times++) file = zlib.gzipSync(file);
    assert.match(whole(file).error?.message ?? '', /compressed more than 3 times over; decompress it first/);
  });

  it('of any kind throws nothing else', () => {
    const random = new Random(8);
    const seeds = [compressed, zstdOf(pcap, 200), gzipWithEverything(pcap)];
    if (sharedCaptures !== null) seeds.push(readFileSync(join(sharedCaptures, 'formats/zst.pcap.zst')));
    const deadline = performance.now() + 600;
    for (let round = 0; round < 4000 && performance.now() < deadline; round++) {
      const file = Uint8Array.from(random.pick(seeds));
      for (let hits = random.between(1, 4); hits > 0; hits--) file[random.between(4, file.length)] = random.word();
      read(file, () => random.between(1, 20_000));
    }
  });

  it('of recorded captures is as the recorder says', { skip: withoutSharedCaptures }, () => {
    assert.equal(whole(readFileSync(join(sharedCaptures!, 'damaged/crc.pcap.gz'))).list.packets.length, 16);
  });
});
