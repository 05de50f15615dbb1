// Several files as one capture: the order of time, whatever the order of arguments, formats and compressions; what is damaged
// in one of them; how many are open at once.

import assert from 'node:assert/strict';
import { createReadStream, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { CaptureError, readCapture } from '../../src/capture/index.ts';
import type { PacketView } from '../../src/capture/packet.ts';
import { concatOctets, PcapngBuilder } from '../support/pcapng-builder.ts';
import { Random } from '../support/random.ts';
import { writerIn } from '../support/written-file.ts';
import { PacketList } from './packet-list.ts';
import { MICROSECONDS_LE, makePcap, PCAP_VARIANTS } from './synthetic-pcap.ts';

const folder = mkdtempSync(join(tmpdir(), 'wsdissect-set-'));
after(() => rmSync(folder, { recursive: true }));

const written = writerIn(folder);

/** A packet that says which it is. */
interface Timed {
  id: number;
  microseconds: number;
}

const BASE = 1_700_000_000;
const octetsOf = ({ id }: Timed) => new Uint8Array(40).fill(id & 0xff).with(0, id >> 8);

function pcapOf(packets: readonly Timed[]): Uint8Array {
  return makePcap(
    MICROSECONDS_LE,
    packets.map((packet) => ({
      seconds: BASE + Math.floor(packet.microseconds / 1e6),
      fraction: packet.microseconds % 1e6,
      octets: octetsOf(packet),
    })),
  );
}

function pcapngOf(packets: readonly Timed[]): Uint8Array {
  const builder = new PcapngBuilder('big').section().interface({ linkType: 101, resolution: 9 });
  for (const packet of packets) {
    const ticks = (BigInt(BASE) * 1_000_000n + BigInt(packet.microseconds)) * 1000n;
    builder.enhanced({ ticks, octets: octetsOf(packet), comments: packet.id % 7 === 0 ? [`${packet.id}`] : [] });
  }
  return builder.statistics(0, { 5: 2n }).octets();
}

class Ids extends PacketList {
  readonly ids: number[] = [];
  readonly files: string[] = [];
  /** Where the packet's comment is not its id. */
  wrongComments = 0;

  override onPacket(packet: PacketView): void {
    super.onPacket(packet);
    const id = (packet.buffer[packet.start] << 8) | packet.buffer[packet.start + 1];
    this.ids.push(id);
    this.files.push(`${packet.origin.file}:${packet.origin.numberInFile}`);
    if (packet.comments.length > 0 && packet.comments[0] !== String(id)) this.wrongComments++;
    assert.equal(packet.origin.number, this.ids.length);
  }
}

function times(count: number, random: Random): Timed[] {
  let microseconds = 0;
  return Array.from({ length: count }, (_, id) => {
    microseconds += random.between(0, 3);
    return { id, microseconds };
  });
}

describe('a set of files', () => {
  it('is read in order of time, whoever has which packet', async () => {
    const random = new Random(6);
    for (let round = 0; round < 12; round++) {
      const packets = times(900, random);
      const count = random.between(2, 6);
      const hands = Array.from({ length: count }, (): Timed[] => []);
      for (const packet of packets) random.pick(hands).push(packet);
      const paths = hands.map((hand, index) => {
        const octets = random.once(2) ? pcapOf(hand) : pcapngOf(hand);
        return written(`dealt-${index}`, random.once(3) ? gzipSync(octets) : octets);
      });
      const ids = new Ids();
      let pauses = 0;
      await readCapture(random.shuffled(paths), ids, { pause: () => void pauses++ });
      // Of packets of one microsecond those of the file that begins first come first.
      const time = (id: number) => packets[id].microseconds;
      assert.deepEqual(
        [...ids.ids].sort((one, other) => one - other),
        packets.map(({ id }) => id),
      );
      for (let at = 1; at < ids.ids.length; at++) assert.ok(time(ids.ids[at - 1]) <= time(ids.ids[at]));
      assert.equal(ids.wrongComments, 0);
      assert.ok(pauses > 0);
    }
  });

  it('that was rotated is one capture, in whatever order its files are named', async () => {
    const packets = times(5000, new Random(1));
    const parts = [0, 1000, 1001, 3500].map((start, index, starts) => packets.slice(start, starts[index + 1]));
    const paths = parts.map((part, index) => written(`rotated-${index}.pcap`, pcapOf(part)));
    const whole = new Ids();
    const path = written('whole.pcap', pcapOf(packets));
    await readCapture(path, whole);
    for (const order of [paths, [...paths].reverse()]) {
      const ids = new Ids();
      const { files } = await readCapture(order, ids);
      assert.deepEqual(files, paths);
      assert.deepEqual(ids.packets, whole.packets);
      assert.deepEqual([ids.files[0], ids.files[1000], ids.files.at(-1)], ['0:1', '1:1', '3:1500']);
    }
  });

  it('says what its files have: formats, link types, the finest clock, drops of all', async () => {
    const one = written('one.pcap', pcapOf([{ id: 1, microseconds: 5 }]));
    const two = written('two.pcapng', pcapngOf([{ id: 2, microseconds: 3 }]));
    const three = written('three.pcapng', pcapngOf([]));
    const list = new PacketList();
    const description = await readCapture([one, two, three], list);
    assert.deepEqual(description, {
      format: 'pcap, pcapng',
      linkTypes: [1, 101],
      resolution: 9,
      files: [two, one, three],
    });
    assert.deepEqual(list.descriptions, [description]);
    assert.deepEqual(
      list.annexes.map((annex) => annex.kind === 'drops' && annex.dropped),
      [2],
    );
  });

  it('goes on behind a packet whose clock was set back', async () => {
    const one = written('back.pcap', pcapOf([1, 2, 3].map((id) => ({ id, microseconds: id === 2 ? 1 : id * 10 }))));
    const two = written('other.pcap', pcapOf([{ id: 4, microseconds: 15 }]));
    const ids = new Ids();
    await readCapture([one, two], ids);
    assert.deepEqual(ids.ids, [1, 2, 4, 3]);
  });

  it('may have a stream among its files, and a file without packets', async () => {
    const packets = times(300, new Random(2));
    const odd = written('odd.pcap', pcapOf(packets.filter(({ id }) => id % 2 === 1)));
    const even = written('even.pcap', pcapOf(packets.filter(({ id }) => id % 2 === 0)));
    const ids = new Ids();
    await readCapture([createReadStream(odd), written('empty.pcap', pcapOf([])), even], ids);
    assert.equal(ids.ids.length, 300);
  });

  it('keeps few files open at once, unless they overlap', async () => {
    const descriptors = '/proc/self/fd';
    let most = 0;
    const count = () => {
      try {
        most = Math.max(most, readdirSync(descriptors).length);
      } catch {
        // Where there is no such folder, nothing is counted.
      }
    };
    count();
    const before = most;
    const paths = Array.from({ length: 300 }, (_, index) =>
      written(
        `many-${index}.pcap`,
        pcapOf([
          { id: index, microseconds: index * 10 },
          { id: 400, microseconds: index * 10 + 5 },
        ]),
      ),
    );
    const ids = new Ids();
    await readCapture(paths, ids, { pause: () => void count() });
    assert.equal(ids.ids.length, 600);
    assert.ok(most <= before + 4, `${before} before, ${most} at most`);
  });

  it('of more files that overlap than can be open says what to do', async () => {
    const paths = Array.from({ length: 257 }, (_, index) =>
      written(
        `overlap-${index}.pcap`,
        pcapOf([
          { id: 1, microseconds: index },
          { id: 2, microseconds: 5000 },
        ]),
      ),
    );
    await assert.rejects(
      readCapture(paths, new Ids()),
      /more than 256 of the files overlap in time; merge some .*mergecap/,
    );
  });
});

describe('damage in a set', () => {
  const packets = times(90, new Random(3));
  const good = written('good.pcap', pcapOf(packets.slice(0, 60)));
  const rest = written('rest.pcap', pcapOf(packets.slice(60)));

  async function fault(paths: readonly string[]): Promise<{ error: CaptureError; ids: number[] }> {
    const ids = new Ids();
    try {
      await readCapture(paths, ids);
    } catch (error) {
      if (error instanceof CaptureError) return { error, ids: ids.ids };
      throw error;
    }
    assert.fail('no error was thrown');
  }

  it('of one file ends that file only, and is told with its name', async () => {
    const octets = pcapOf(packets.slice(0, 60));
    const cut = written('cut.pcap', octets.subarray(0, octets.length - 10));
    const { error, ids } = await fault([rest, cut]);
    assert.deepEqual(
      ids,
      packets.filter(({ id }) => id !== 59).map(({ id }) => id),
    );
    assert.deepEqual([error.kind, error.file], ['cut', cut]);
    assert.match(error.message, /ends inside record 60/);
  });

  it('of several is told of all', async () => {
    const text = written('notes.txt', new TextEncoder().encode('just text'));
    const cut = written('cut.pcap.gz', gzipSync(pcapOf(packets)).subarray(0, 400));
    const { error, ids } = await fault([text, good, cut]);
    assert.ok(ids.length >= 60);
    assert.equal(error.file, text);
    assert.match(error.message, /this is text.*; of the 3 files these are damaged too: .*cut\.pcap\.gz$/);
  });

  it('of all leaves nothing but the error', async () => {
    const png = written('a.png', concatOctets([Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)]));
    const { ids } = await fault([png, written('b.png', new Uint8Array(3))]);
    assert.deepEqual(ids, []);
  });

  it('a file that is not there is told before anything is read', async () => {
    const { error, ids } = await fault([good, join(folder, 'nowhere')]);
    assert.deepEqual([error.kind, error.file, ids.length], ['unreadable', join(folder, 'nowhere'), 0]);
  });

  it('a stream that breaks off is told with what was read of it', async () => {
    const octets = Buffer.from(pcapOf(packets.slice(0, 60)));
    const breaking = function* () {
      yield octets;
      throw new Error('boom');
    };
    const ids = new Ids();
    await assert.rejects(readCapture([rest, Readable.from(breaking())], ids), {
      kind: 'cut',
      message: `cannot be read after octet ${octets.length}: boom; what is before is shown`,
    });
    assert.equal(ids.ids.length, packets.length);
  });

  it('without files is refused', async () => {
    await assert.rejects(readCapture([], new Ids()), new TypeError('no capture is given; name at least one'));
  });

  it('every variant of pcap can be in a set', async () => {
    const paths = PCAP_VARIANTS.map((variant, index) =>
      written(`variant-${index}`, makePcap(variant, [{ seconds: 5 + index, octets: Uint8Array.of(0, index) }])),
    );
    const ids = new Ids();
    await readCapture([...paths].reverse(), ids);
    assert.deepEqual(
      ids.ids,
      PCAP_VARIANTS.map((_, index) => index),
    );
  });
});
