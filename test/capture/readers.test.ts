// Every way to open a capture gives the same packets: path, octets, stream, at once or waiting. Files recorded from real
// networks are compared where they are at hand.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createReadStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { CaptureError, readCapture, readCaptureSync } from '../../src/capture/index.ts';
import { PcapngBuilder } from '../support/pcapng-builder.ts';
import { sharedCaptures, withoutSharedCaptures } from '../support/shared-captures.ts';
import { writerIn } from '../support/written-file.ts';
import { PacketList, recordedPcaps } from './packet-list.ts';
import { MICROSECONDS_LE, makePcap, PCAP_VARIANTS, randomRecords, seededRandom } from './synthetic-pcap.ts';

const folder = mkdtempSync(join(tmpdir(), 'wsdissect-capture-'));
after(() => rmSync(folder, { recursive: true }));

const written = writerIn(folder);

/** What a reading gave, its error included: damage must be told alike, too. */
async function outcome(read: (list: PacketList) => unknown): Promise<object> {
  const list = new PacketList();
  try {
    await read(list);
    return { ...list };
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    const { kind, message, offset, packet } = error;
    return { ...list, error: { kind, message, offset, packet } };
  }
}

function* cutInto(octets: Uint8Array, length: () => number): Generator<Buffer> {
  for (let at = 0; at < octets.length; ) {
    const next = at + length();
    yield Buffer.from(octets.subarray(at, next));
    at = next;
  }
}

async function assertAllReadersAgree(path: string, octets: Uint8Array, withSingleOctets: boolean): Promise<void> {
  const expected = await outcome((list) => readCaptureSync(octets, list));
  const random = seededRandom(octets.length);
  const readings: Record<string, (list: PacketList) => unknown> = {
    'path, at once': (list) => readCaptureSync(path, list),
    path: (list) => readCapture(path, list),
    'octets, waiting': (list) => readCapture(octets, list),
    'Buffer, waiting': (list) => readCapture(Buffer.from(octets), list),
    'stream of the file': (list) => readCapture(createReadStream(path), list),
    'stream in one piece': (list) => readCapture(Readable.from([Buffer.from(octets)]), list),
    'stream in random pieces': (list) =>
      readCapture(Readable.from(cutInto(octets, () => 1 + Math.floor(random() ** 4 * 5000))), list),
  };
  if (withSingleOctets) {
    readings['stream octet by octet'] = (list) => readCapture(Readable.from(cutInto(octets, () => 1)), list);
  }
  for (const [name, read] of Object.entries(readings)) assert.deepEqual(await outcome(read), expected, name);
}

describe('all readers give the same packets', () => {
  for (const variant of PCAP_VARIANTS) {
    it(`of ${variant.name}, whole and cut`, async () => {
      const file = makePcap(variant, randomRecords(60, 600, 3), { linkField: 0x24000001 });
      await assertAllReadersAgree(written('small.pcap', file), file, true);
      for (const length of [1, 3, 4, 23, 24, 25, 39, 40, file.length - 1]) {
        const cut = file.subarray(0, length);
        await assertAllReadersAgree(written('cut.pcap', cut), cut, true);
      }
    });

    it(`of ${variant.name} with a hostile length`, async () => {
      const records = [...randomRecords(5, 60, 4), { octets: new Uint8Array(100), capturedLength: 0x80000000 }];
      const file = makePcap(variant, records);
      await assertAllReadersAgree(written('hostile.pcap', file), file, true);
    });
  }

  it('of pcapng, whole and cut', async () => {
    const builder = new PcapngBuilder('big').section().interface().interface({ linkType: 101, resolution: 9 });
    for (const { octets } of randomRecords(60, 600, 3)) {
      builder.enhanced({
        interface: octets.length % 2,
        ticks: BigInt(octets.length) << 33n,
        octets,
        comments: ['here'],
      });
    }
    const file = builder.statistics(0, { 5: 1n }).octets();
    await assertAllReadersAgree(written('small.pcapng', file), file, true);
    for (const length of [1, 4, 11, 12, 27, 28, 29, 60, file.length - 1]) {
      const cut = file.subarray(0, length);
      await assertAllReadersAgree(written('cut.pcapng', cut), cut, true);
    }
  });

  it('of a version before 2.3, whose lengths are swapped', async () => {
    const records = [{ octets: new Uint8Array(3), capturedLength: 60, originalLength: 3 }, ...randomRecords(3, 9, 1)];
    for (const record of records) record.originalLength = record.octets.length;
    const file = makePcap(MICROSECONDS_LE, records, { minor: 1 });
    await assertAllReadersAgree(written('old.pcap', file), file, true);
  });

  it('of version 2.3, whose lengths may be swapped, also compressed and within a set', async () => {
    const records = randomRecords(20, 60, 6).map(({ octets, ...rest }) => ({
      ...rest,
      octets,
      capturedLength: octets.length + 10,
      originalLength: octets.length,
    }));
    const file = makePcap(MICROSECONDS_LE, records, { minor: 3 });
    const path = written('swapped.pcap', file);
    await assertAllReadersAgree(path, file, true);
    const list = new PacketList();
    readCaptureSync(file, list);
    assert.deepEqual(
      list.packets.map(({ length, originalLength }) => [length, originalLength]),
      records.map(({ octets, capturedLength }) => [octets.length, capturedLength]),
    );
    const compressed = gzipSync(file);
    await assertAllReadersAgree(written('swapped.pcap.gz', compressed), compressed, false);
    const inGzip = new PacketList();
    readCaptureSync(compressed, inGzip);
    assert.deepEqual(inGzip, list);
    for (const cut of [45, 50, file.length - 1]) {
      const part = file.subarray(0, cut);
      await assertAllReadersAgree(written('cut.pcap', part), part, true);
    }
    const set = new PacketList();
    await readCapture([path, path], set);
    assert.equal(set.packets.length, 2 * list.packets.length);
  });

  it('of records larger than any block, over many blocks', async () => {
    const lengths = [10, 3_000_000, 0, 300_000, 5_000_000, 1_048_576, 60];
    const records = lengths.map((length) => ({ octets: new Uint8Array(length).map((_, i) => i * 7 + length) }));
    for (const variant of [PCAP_VARIANTS[0], PCAP_VARIANTS[5]]) {
      const file = makePcap(variant, records);
      await assertAllReadersAgree(written('large.pcap', file), file, false);
    }
  });

  it('of many records over many blocks', async () => {
    const file = makePcap(MICROSECONDS_LE, randomRecords(3000, 3000, 5));
    assert.ok(file.length > 2 * 1024 * 1024);
    await assertAllReadersAgree(written('many.pcap', file), file, false);
  });

  for (const name of recordedPcaps()) {
    it(`of the recorded ${name}`, async () => {
      const path = join(sharedCaptures!, name);
      const octets = new Uint8Array(readFileSync(path));
      await assertAllReadersAgree(path, octets, octets.length < 5000);
    });
  }
});

describe('damaged captures', { skip: withoutSharedCaptures }, () => {
  /** The kind of error is ours; the number of records before it is the recorder's. */
  const KINDS: Record<string, string | null> = {
    'empty.pcap': 'cut',
    'short.pcap': 'cut',
    'png.pcap': 'format',
    'elf.pcap': 'format',
    'text.pcap': 'format',
    'length-max.pcap': 'damaged',
    'length-2g.pcap': 'damaged',
    'header-cut.pcap': 'cut',
    'body-cut.pcap': 'cut',
    'linktype-147.pcap': null,
    'caplen-over-origlen.pcap': null,
    'caplen-over-snaplen.pcap': null,
  };
  for (const [name, expectedKind] of Object.entries(KINDS)) {
    it(`${name}: all whole records, then ${expectedKind === null ? 'no error' : `the error "${expectedKind}"`}`, async () => {
      const truth = JSON.parse(readFileSync(join(sharedCaptures!, 'damaged/damaged.json'), 'utf8'))[name];
      const list = new PacketList();
      const kind = await readCapture(join(sharedCaptures!, 'damaged', name), list).then(
        () => null,
        (error) => (error instanceof CaptureError ? error.kind : error),
      );
      assert.deepEqual([list.packets.length, kind], [truth.whole_records_before, expectedKind]);
    });
  }
});

describe('what cannot be opened', () => {
  const missing = join(folder, 'missing.pcap');
  for (const [what, path, message] of [
    ['a missing file', missing, 'cannot be read: there is no such file'],
    ['a directory', folder, 'cannot be read: it is a directory; name a capture file in it'],
  ]) {
    it(`${what} is told in one line, without its path`, async () => {
      const expected = { kind: 'unreadable', message };
      await assert.rejects(readCapture(path, new PacketList()), expected);
      assert.throws(() => readCaptureSync(path, new PacketList()), expected);
    });
  }
});

describe('a path to a pipe', { skip: process.platform === 'win32' && 'there are no FIFOs here' }, () => {
  it('is read as a stream', async () => {
    const file = makePcap(MICROSECONDS_LE, randomRecords(500, 900, 6));
    const path = written('piped.pcap', file);
    const fifo = join(folder, 'fifo');
    await promisify(execFile)('mkfifo', [fifo]);
    const writer = promisify(execFile)('sh', ['-c', 'cat "$0" > "$1"', path, fifo]);
    const list = new PacketList();
    await readCapture(fifo, list);
    await writer;
    assert.deepEqual({ ...list }, await outcome((expected) => readCaptureSync(file, expected)));
  });
});

describe('reading for a consumer', () => {
  const file = makePcap(MICROSECONDS_LE, randomRecords(4000, 2500, 8));
  const path = written('consumed.pcap', file);
  const sources: Record<string, () => string | Uint8Array | Readable> = {
    path: () => path,
    octets: () => file,
    stream: () => createReadStream(path),
  };
  for (const [name, source] of Object.entries(sources)) {
    it(`waits for it between the blocks of a ${name}`, async () => {
      let open = true;
      let pauses = 0;
      const list = new PacketList();
      const sink = {
        onStart: () => undefined,
        onPacket: (packet: Parameters<PacketList['onPacket']>[0]) => {
          assert.ok(open, 'a packet came while the consumer had asked to wait');
          list.onPacket(packet);
        },
      };
      const pause = () => {
        pauses++;
        open = false;
        return new Promise<void>((resolve) =>
          setImmediate(() => {
            open = true;
            resolve();
          }),
        );
      };
      await readCapture(source(), sink, { pause });
      assert.equal(list.packets.length, 4000);
      assert.ok(pauses >= 2);
    });

    it(`stops on its signal in a ${name}, with the signal's reason`, async () => {
      const abort = new AbortController();
      const reason = new Error('enough');
      const list = new PacketList();
      const pause = async () => abort.abort(reason);
      await assert.rejects(readCapture(source(), list, { signal: abort.signal, pause }), reason);
      assert.ok(list.packets.length > 0 && list.packets.length < 4000);
    });

    it(`passes on what it throws at a packet of a ${name}`, async () => {
      const thrown = new Error('the sink objects');
      const sink = {
        onStart: () => undefined,
        onPacket: () => {
          throw thrown;
        },
      };
      const opened = source();
      await assert.rejects(readCapture(opened, sink), thrown);
      if (opened instanceof Readable) assert.ok(opened.destroyed);
    });
  }
});
