// The pcapng parser alone: every block, both byte orders, every way to cut the octets, every way for a file to lie.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CaptureError } from '../../src/capture/capture-error.ts';
import { PcapngParser } from '../../src/capture/pcapng.ts';
import { concatOctets, PcapngBuilder } from '../support/pcapng-builder.ts';
import { Random } from '../support/random.ts';
import { PacketList } from './packet-list.ts';

function parse(file: Uint8Array): PacketList {
  const list = new PacketList();
  const parser = new PcapngParser();
  const consumed = parser.feed(file, 0, file.length, list);
  parser.finish(file.length - consumed, list);
  return list;
}

/** The error, and what was handed on before it. */
function fault(file: Uint8Array): { error: CaptureError; packets: number; started: number } {
  const list = new PacketList();
  const parser = new PcapngParser();
  try {
    parser.finish(file.length - parser.feed(file, 0, file.length, list), list);
  } catch (error) {
    assert.ok(error instanceof CaptureError, String(error));
    assert.doesNotMatch(error.message, /\n/);
    return { error, packets: list.packets.length, started: list.descriptions.length };
  }
  assert.fail('no error was thrown');
}

const some = (length: number) => new Uint8Array(length).map((_, index) => index + 1);
const ORDERS = ['little', 'big'] as const;

/** Every kind of block, in an order that real writers use. */
function everything(byteOrder: 'little' | 'big', seed: number): Uint8Array {
  const random = new Random(seed);
  const builder = new PcapngBuilder(byteOrder);
  builder.section({ options: [{ code: 1, value: 'a comment of the section' }] }).interface({ name: 'eth0' });
  builder.interface({ linkType: 276, snapLength: 40, resolution: 9, fcsLength: 4 });
  builder.secrets(0x544c534b, 'CLIENT_RANDOM 00 11\n');
  builder.names([Uint8Array.of(10, 0, 0, 1), 'one.example', 'uno.example'], [new Uint8Array(16).fill(1), 'six']);
  for (let packet = 0; packet < 20; packet++) {
    const octets = random.octets(random.between(0, 40));
    const ticks = BigInt(random.word()) * 4096n + BigInt(random.word());
    const comments = random.once(3) ? [`comment ${packet}`, 'ü'] : [];
    const kind = random.between(0, 4);
    if (kind === 0) builder.simple({ octets });
    else if (kind === 1) builder.obsolete({ interface: random.between(0, 2), ticks, octets, comments });
    else builder.enhanced({ interface: random.between(0, 2), ticks, octets, originalLength: 1500, comments });
    if (random.once(5)) builder.custom();
    if (random.once(5)) builder.block(0x7fff, random.octets(4 * random.between(0, 9)));
  }
  return builder.statistics(0, { 4: 100n, 5: 3n, 7: 4n }).octets();
}

describe('PcapngParser', () => {
  for (const order of ORDERS) {
    it(`reads packets of all three kinds, ${order}-endian`, () => {
      const builder = new PcapngBuilder(order).section().interface({ snapLength: 4, fcsLength: 4 });
      builder.interface({ linkType: 101 });
      builder.enhanced({ ticks: 1_700_000_000_123_456n, octets: some(5), originalLength: 60 });
      builder.obsolete({ interface: 1, ticks: 1_700_000_001_000_000n, octets: some(3) });
      builder.simple({ octets: some(4), originalLength: 9 });
      const { descriptions, packets } = parse(builder.octets());
      assert.deepEqual(descriptions, [{ format: 'pcapng', linkTypes: [1, 101], resolution: 6 }]);
      assert.deepEqual(
        packets.map(({ number, seconds, nanoseconds, linkType, fcsLength, length, originalLength }) => [
          [number, seconds, nanoseconds],
          [linkType, fcsLength, length, originalLength],
        ]),
        [
          [
            [1, 1_700_000_000, 123_456_000],
            [1, 4, 5, 60],
          ],
          [
            [2, 1_700_000_001, 0],
            [101, 0, 3, 3],
          ],
          // It has no time of its own.
          [
            [3, 1_700_000_001, 0],
            [1, 4, 4, 9],
          ],
        ],
      );
    });
  }

  it('gives the same packets however the octets arrive', () => {
    for (const order of ORDERS) {
      const file = concatOctets([everything(order, 5), everything(order === 'big' ? 'little' : 'big', 6)]);
      const whole = parse(file);
      assert.equal(whole.packets.length, 40);
      assert.equal(whole.annexes.length, 8);
      const list = new PacketList();
      const parser = new PcapngParser();
      let start = 0;
      for (let end = 0; end <= file.length; end++) {
        const { wanted } = parser;
        const consumed = parser.feed(file, start, end, list);
        if (end - start < wanted) assert.equal(consumed, 0, `fewer octets than wanted bring nothing, at ${end}`);
        start += consumed;
      }
      parser.finish(file.length - start, list);
      assert.deepEqual(list, whole);
    }
  });

  it('begins anew with each section: byte order, interfaces, never the packet numbers', () => {
    const file = concatOctets([
      new PcapngBuilder('big')
        .section()
        .interface({ linkType: 101 })
        .enhanced({ octets: some(1) })
        .octets(),
      new PcapngBuilder('little')
        .section()
        .interface({ linkType: 113 })
        .enhanced({ octets: some(2) })
        .octets(),
    ]);
    assert.deepEqual(
      parse(file).packets.map(({ number, linkType, length }) => [number, linkType, length]),
      [
        [1, 101, 1],
        [2, 113, 2],
      ],
    );
  });

  it('reads clocks of every resolution and offset', () => {
    const CASES: [what: string, fields: object, ticks: bigint, seconds: number, nanoseconds: number][] = [
      ['microseconds where nothing is said', {}, 1_700_000_000_999_999n, 1_700_000_000, 999_999_000],
      ['seconds', { resolution: 0 }, 1_700_000_000n, 1_700_000_000, 0],
      ['milliseconds', { resolution: 3 }, 1_700_000_000_123n, 1_700_000_000, 123_000_000],
      ['nanoseconds', { resolution: 9 }, 1_700_000_000_123_456_789n, 1_700_000_000, 123_456_789],
      ['the last nanosecond of 64 bits', { resolution: 9 }, 18_446_744_073_709_551_615n, 18_446_744_073, 709_551_615],
      ['picoseconds', { resolution: 12 }, 1_700_000_123_456_789_012n, 1_700_000, 123_456_789],
      ['1/2 s', { resolution: 0x81 }, 3_400_000_001n, 1_700_000_000, 500_000_000],
      ['1/1024 s', { resolution: 0x8a }, 1_700_000_000n * 1024n + 1n, 1_700_000_000, 976_562],
      ['2^-30 s', { resolution: 0x9e }, (1_700_000_000n << 30n) + 3n, 1_700_000_000, 2],
      ['2^-64 s', { resolution: 0xc0 }, 1n << 63n, 0, 500_000_000],
      ['10^-127 s', { resolution: 127 }, 5n, 0, 0],
      ['an offset', { offset: 1_600_000_000n }, 1_500_000n, 1_600_000_001, 500_000_000],
      ['a negative offset', { offset: -3600n }, 1_700_003_600_000_001n, 1_700_000_000, 1000],
      ['a time beyond all calendars', { resolution: 0 }, 1n << 62n, 253_402_300_799, 0],
      ['a time before all calendars', { offset: -(1n << 60n) }, 0n, -62_167_219_200, 0],
    ];
    for (const [what, fields, ticks, seconds, nanoseconds] of CASES) {
      for (const order of ORDERS) {
        const file = new PcapngBuilder(order)
          .section()
          .interface(fields)
          .enhanced({ ticks, octets: some(1) });
        const [packet] = parse(file.octets()).packets;
        assert.deepEqual([packet.seconds, packet.nanoseconds], [seconds, nanoseconds], what);
      }
    }
  });

  it('says nanoseconds where an interface has them', () => {
    const resolutionOf = (...resolutions: number[]) => {
      const builder = new PcapngBuilder().section();
      for (const resolution of resolutions) builder.interface({ resolution });
      return parse(builder.octets()).descriptions[0].resolution;
    };
    assert.deepEqual([resolutionOf(6), resolutionOf(3), resolutionOf(6, 9), resolutionOf(0x94)], [6, 6, 9, 9]);
  });

  it('counts packets only: no custom, no unknown block', () => {
    const builder = new PcapngBuilder()
      .section()
      .interface()
      .custom()
      .enhanced({ octets: some(1) });
    builder
      .block(0x40000bad, new Uint8Array(8))
      .block(0xabc, new Uint8Array(0))
      .enhanced({ octets: some(2) });
    assert.deepEqual(
      parse(builder.octets()).packets.map(({ number, length }) => [number, length]),
      [
        [1, 1],
        [2, 2],
      ],
    );
  });

  it('keeps comments of packets, and forgets them with the next packet', () => {
    const builder = new PcapngBuilder().section().interface();
    builder.enhanced({ octets: some(3), comments: ['here it hangs\0', 'é'] }).enhanced({ octets: some(1) });
    builder.obsolete({ octets: some(2), comments: ['old'], options: [{ code: 99, value: 'x' }] });
    assert.deepEqual(
      parse(builder.octets()).packets.map(({ comments }) => comments),
      [['here it hangs', 'é'], [], ['old']],
    );
  });

  it('takes the check sequence from the flags of a packet', () => {
    const word = new PcapngBuilder().words(4 << 5);
    const builder = new PcapngBuilder().section().interface();
    builder.enhanced({ octets: some(8), options: [{ code: 2, value: word }] }).enhanced({ octets: some(8) });
    assert.deepEqual(
      parse(builder.octets()).packets.map(({ fcsLength }) => fcsLength),
      [4, 0],
    );
  });

  it('hands on names, drops and the kinds of secrets', () => {
    const { annexes } = parse(everything('little', 1));
    assert.deepEqual(annexes, [
      { kind: 'secrets', type: 'tls-key-log', length: 20 },
      { kind: 'names', address: '0a000001', names: ['one.example', 'uno.example'] },
      { kind: 'names', address: '01'.repeat(16), names: ['six'] },
      { kind: 'drops', dropped: 7 },
    ]);
  });

  it('tells what each interface dropped since its last report, in every section anew', () => {
    const section = () =>
      new PcapngBuilder()
        .section()
        .interface()
        .interface()
        .statistics(1, { 5: 4n })
        .statistics(0, { 7: 1n })
        .statistics(1, { 5: 6n })
        .octets();
    const { annexes } = parse(concatOctets([section(), section()]));
    assert.deepEqual(
      annexes.map((annex) => annex.kind === 'drops' && annex.dropped),
      [4, 1, 2, 4, 1, 2],
    );
  });

  it('believes no count of drops that falls, and none of an interface that no block described', () => {
    const file = new PcapngBuilder().section().interface().statistics(0, { 5: 4n }).statistics(0, { 5: 3n });
    file.statistics(1, { 5: 9n }).statistics(0, { 4: 100n }).statistics(0, { 5: 5n });
    assert.deepEqual(parse(file.octets()).annexes, [
      { kind: 'drops', dropped: 4 },
      { kind: 'drops', dropped: 0 },
      { kind: 'drops', dropped: 1 },
    ]);
  });

  it('takes nothing from blocks beside the packets that are too short for it', () => {
    for (const [type, least] of [
      [4, 8],
      [5, 12],
      [10, 8],
    ]) {
      for (let length = 0; length < least; length += 4) {
        const file = new PcapngBuilder().section().interface().block(type, new Uint8Array(length));
        const { annexes, packets } = parse(file.enhanced({ octets: some(8) }).octets());
        assert.deepEqual([annexes, packets.length], [[], 1], `block ${type}, ${length} octets`);
      }
    }
  });

  it('passes over names of other kinds of addresses', () => {
    const other = Uint8Array.of(9, 0, 20, 0, ...new Uint8Array(17).fill(5), 0x61, 0x62, 0);
    const known = Uint8Array.of(1, 0, 7, 0, 10, 0, 0, 1, 0x61, 0x62, 0, 0);
    const file = new PcapngBuilder()
      .section()
      .interface()
      .block(4, concatOctets([other, known, new Uint8Array(4)]));
    assert.deepEqual(parse(file.octets()).annexes, [{ kind: 'names', address: '0a000001', names: ['ab'] }]);
  });

  it('leaves out names longer than any name may be', () => {
    const longest = 'x'.repeat(255);
    const file = new PcapngBuilder().section().names([Uint8Array.of(10, 0, 0, 1), longest, `${longest}x`, '', 'one']);
    file.names([Uint8Array.of(10, 0, 0, 2), `${longest}x`]);
    assert.deepEqual(parse(file.octets()).annexes, [{ kind: 'names', address: '0a000001', names: [longest, 'one'] }]);
  });

  it('keeps a thousand comments of a packet', () => {
    const comments = Array.from({ length: 1001 }, (_, index) => `comment ${index}`);
    const file = new PcapngBuilder()
      .section()
      .interface()
      .enhanced({ octets: some(1), comments });
    assert.deepEqual(parse(file.octets()).packets[0].comments, comments.slice(0, 1000));
  });

  it('is a capture without packets, and without interfaces', () => {
    assert.deepEqual(parse(new PcapngBuilder().section().octets()).descriptions, [
      { format: 'pcapng', linkTypes: [], resolution: 6 },
    ]);
  });

  describe('tells what is wrong, after all packets before it:', () => {
    const begun = () =>
      new PcapngBuilder()
        .section()
        .interface()
        .enhanced({ octets: some(2) });
    const patched = (builder: PcapngBuilder, at: number, value: number) => {
      const octets = builder.octets();
      new DataView(octets.buffer).setUint32(octets.length + at, value, true);
      return octets;
    };
    const CASES: [what: string, file: Uint8Array, message: RegExp][] = [
      ['a length of 0', patched(begun().custom(), -20, 0), /^block 4 at octet 84 claims a length of 0 octets/],
      ['an odd length', patched(begun().custom(), -20, 25), /no multiple of 4/],
      [
        'a huge length',
        patched(begun().custom(), -20, 0xfffffff0),
        /claims 4,294,967,280 octets, more than the limit of/,
      ],
      ['another length behind', patched(begun().custom(), -4, 28), /says 24 octets in front and 28 behind/],
      [
        'a packet larger than its block',
        patched(begun().enhanced({ octets: some(4) }), -16, 5),
        /5 octets where 4 have/,
      ],
      [
        'a packet of no interface',
        begun()
          .enhanced({ interface: 7, octets: some(1) })
          .octets(),
        /interface 7, and only 1/,
      ],
      ['a packet block without a packet', begun().block(6, new Uint8Array(16)).octets(), /too short for a packet/],
      ['an empty simple packet block', begun().block(3, new Uint8Array(0)).octets(), /too short for a packet/],
      ['an interface of nothing', begun().block(1, new Uint8Array(4)).octets(), /too short for an interface/],
      [
        'one interface too many',
        concatOctets([
          begun().octets(),
          ...new Array<Uint8Array>(65_536).fill(new PcapngBuilder().interface().octets()),
        ]),
        /^block 65539 at octet \d+ describes one more interface than the limit of 65,536; the file is damaged from here/,
      ],
      ['a section without byte order', begun().block(0x0a0d0d0a, new Uint8Array(16)).octets(), /without a byte order/],
      ['a section of version 2', begun().section({ major: 2 }).octets(), /pcapng version 2\.0; only versions 1\.x/],
      ['an end inside a block', begun().custom().octets().subarray(0, -1), /ends inside block 4 .*: 23 of 24 octets/],
    ];
    for (const [what, file, message] of CASES) {
      it(what, () => {
        const { error, packets, started } = fault(file);
        assert.deepEqual([packets, started, error.packet], [1, 1, 2]);
        assert.match(error.message, message);
      });
    }

    it('an end inside the first block', () => {
      const { error, started } = fault(new PcapngBuilder().section().octets().subarray(0, 20));
      assert.deepEqual([error.kind, started], ['cut', 0]);
      assert.match(error.message, /ends inside its file header: 20 of 28 octets/);
    });
  });

  it('never throws anything else, whatever the octets are', () => {
    const random = new Random(3);
    const deadline = performance.now() + 600;
    for (let round = 0; round < 20_000 && performance.now() < deadline; round++) {
      const file = everything(random.pick(ORDERS), round % 50);
      for (let hits = random.between(1, 4); hits > 0; hits--) file[random.between(0, file.length)] = random.word();
      const list = new PacketList();
      const parser = new PcapngParser();
      try {
        parser.finish(file.length - parser.feed(file, 0, file.length, list), list);
      } catch (error) {
        if (!(error instanceof CaptureError)) throw error;
      }
      for (const { seconds, nanoseconds, length } of list.packets) {
        assert.ok(length >= 0 && nanoseconds >= 0 && nanoseconds < 1e9 && Number.isInteger(seconds));
        new Date(seconds * 1000).toISOString();
      }
    }
  });
});
