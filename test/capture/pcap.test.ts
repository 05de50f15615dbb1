// The pcap parser alone: every variant, every way to cut the octets, every way for a file to lie.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CaptureError } from '../../src/capture/capture-error.ts';
import { PcapParser } from '../../src/capture/pcap.ts';
import { PacketList } from './packet-list.ts';
import { MICROSECONDS_LE, makePcap, PCAP_VARIANTS, randomRecords } from './synthetic-pcap.ts';

function parseWhole(file: Uint8Array, recordLimit?: number): PacketList {
  const list = new PacketList();
  const parser = new PcapParser({ recordLimit });
  const consumed = parser.feed(file, 0, file.length, list);
  parser.finish(file.length - consumed);
  return list;
}

function errorOf(action: () => void): CaptureError {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof CaptureError, String(error));
    assert.doesNotMatch(error.message, /\n/);
    return error;
  }
  assert.fail('no error was thrown');
}

const one = (octets: number[]) => [{ seconds: 1, fraction: 2, octets: Uint8Array.from(octets) }];

describe('PcapParser', () => {
  for (const variant of PCAP_VARIANTS) {
    it(`reads ${variant.name}`, () => {
      const records = [
        { seconds: 1_700_000_000, fraction: 999_999, octets: Uint8Array.from([1, 2, 3]), originalLength: 60 },
        { seconds: 4_294_967_295, fraction: 5, octets: new Uint8Array(0) },
      ];
      const { descriptions, packets } = parseWhole(makePcap(variant, records, { linkField: 101 }));
      assert.deepEqual(descriptions, [{ format: 'pcap', linkTypes: [101], resolution: variant.resolution }]);
      assert.deepEqual(
        packets.map(({ sha256: _, comments: __, ...rest }) => rest),
        [
          {
            number: 1,
            seconds: 1_700_000_000,
            nanoseconds: variant.resolution === 6 ? 999_999_000 : 999_999,
            originalLength: 60,
            linkType: 101,
            fcsLength: 0,
            length: 3,
          },
          {
            number: 2,
            seconds: 4_294_967_295,
            nanoseconds: variant.resolution === 6 ? 5000 : 5,
            originalLength: 0,
            linkType: 101,
            fcsLength: 0,
            length: 0,
          },
        ],
      );
    });

    it(`gives the same packets of ${variant.name} however the octets arrive`, () => {
      const file = makePcap(variant, randomRecords(40, 120, 7));
      const whole = parseWhole(file);
      assert.equal(whole.packets.length, 40);
      const list = new PacketList();
      const parser = new PcapParser();
      let start = 0;
      for (let end = 0; end <= file.length; end++) {
        const { wanted } = parser;
        const consumed = parser.feed(file, start, end, list);
        if (end - start < wanted) assert.equal(consumed, 0, `fewer octets than wanted bring nothing, at ${end}`);
        start += consumed;
      }
      parser.finish(file.length - start);
      assert.deepEqual(list, whole);
    });
  }

  it('takes the link type from the low 16 bits and the FCS length from the high ones', () => {
    const [flagged] = parseWhole(makePcap(MICROSECONDS_LE, one([1]), { linkField: 0x24000114 })).packets;
    assert.deepEqual([flagged.linkType, flagged.fcsLength], [276, 4]);
    const [unflagged] = parseWhole(makePcap(MICROSECONDS_LE, one([1]), { linkField: 0x20000001 })).packets;
    assert.deepEqual([unflagged.linkType, unflagged.fcsLength], [1, 0]);
  });

  it('carries a fraction of a second or more into the seconds', () => {
    for (const [variant, fraction, seconds, nanoseconds] of [
      [PCAP_VARIANTS[0], 1_000_000, 11, 0],
      [PCAP_VARIANTS[0], 4_294_967_295, 4304, 967_295_000],
      [PCAP_VARIANTS[2], 1_000_000_001, 11, 1],
    ] as const) {
      const [packet] = parseWhole(makePcap(variant, [{ seconds: 10, fraction, octets: new Uint8Array(1) }])).packets;
      assert.deepEqual([packet.seconds, packet.nanoseconds], [seconds, nanoseconds]);
    }
  });

  it('reads the swapped lengths of versions before 2.3', () => {
    const records = [
      { octets: new Uint8Array(3), capturedLength: 60, originalLength: 3 },
      { octets: new Uint8Array(4), capturedLength: 4, originalLength: 4 },
    ];
    const { packets } = parseWhole(makePcap(MICROSECONDS_LE, records, { minor: 2 }));
    assert.deepEqual(
      packets.map(({ length, originalLength }) => [length, originalLength]),
      [
        [3, 60],
        [4, 4],
      ],
    );
  });

  it('takes the greater length for the original one in version 2.3, as some files of it have them in the order before', () => {
    const records = [
      { octets: new Uint8Array(3), capturedLength: 60, originalLength: 3 },
      { octets: new Uint8Array(4), capturedLength: 4, originalLength: 70 },
      { octets: new Uint8Array(5), capturedLength: 0xffffffff, originalLength: 5 },
      { octets: new Uint8Array(6), capturedLength: 6, originalLength: 6 },
    ];
    for (const variant of PCAP_VARIANTS) {
      const { packets } = parseWhole(makePcap(variant, records, { minor: 3 }));
      assert.deepEqual(
        packets.map(({ length, originalLength }) => [length, originalLength]),
        [
          [3, 60],
          [4, 70],
          [5, 0xffffffff],
          [6, 6],
        ],
      );
    }
  });

  it('takes the lengths of version 2.4 as they stand', () => {
    const records = [{ octets: new Uint8Array(60), originalLength: 3 }];
    const [{ length, originalLength }] = parseWhole(makePcap(MICROSECONDS_LE, records)).packets;
    assert.deepEqual([length, originalLength], [60, 3]);
  });

  it('refuses another version', () => {
    const { kind, message } = errorOf(() => parseWhole(makePcap(MICROSECONDS_LE, [], { major: 3, minor: 7 })));
    assert.deepEqual([kind, message], ['format', 'this is pcap version 3.7; only versions 2.x are known']);
  });

  it('tells a hostile length, after the records before it', () => {
    const records = [...one([1, 2]), { octets: new Uint8Array(9), capturedLength: 0xffffffff }];
    const list = new PacketList();
    const file = makePcap(MICROSECONDS_LE, records);
    const error = errorOf(() => new PcapParser().feed(file, 0, file.length, list));
    assert.equal(list.packets.length, 1);
    assert.deepEqual([error.kind, error.packet, error.offset], ['damaged', 2, 42]);
    assert.equal(
      error.message,
      'record 2 at octet 42 claims 4,294,967,295 octets, more than the limit of 16,777,216; the file is damaged from here; everything before it was read',
    );
  });

  it('tells where cat put another capture behind this one', () => {
    for (const variant of PCAP_VARIANTS.filter(({ recordHeaderLength }) => recordHeaderLength === 16)) {
      const file = makePcap(variant, one([1, 2]));
      const twice = Buffer.concat([file, file]);
      const list = new PacketList();
      const error = errorOf(() => new PcapParser().feed(twice, 0, twice.length, list));
      assert.equal(list.packets.length, 1);
      assert.deepEqual([error.kind, error.packet, error.offset], ['damaged', 2, 42]);
      assert.match(
        error.message,
        /^at octet 42 another capture's file header follows, as cat puts it there; .*mergecap/,
      );
    }
  });

  it('takes the limit of records as an option, and a record of just that length', () => {
    const file = makePcap(MICROSECONDS_LE, one([1, 2, 3]));
    assert.equal(parseWhole(file, 3).packets.length, 1);
    assert.equal(errorOf(() => parseWhole(file, 2)).kind, 'damaged');
  });

  it('tells at which octet of which record the capture ends', () => {
    const file = makePcap(MICROSECONDS_LE, [...one([1, 2]), ...one([3, 4, 5, 6])]);
    const cuts: [length: number, offset: number, message: RegExp][] = [
      [0, 0, /^the capture is empty/],
      [10, 10, /ends inside its file header: 10 of 24 octets/],
      [24 + 5, 29, /ends inside record 1 at octet 24: 5 of 16 octets/],
      [42 + 16 + 3, 61, /ends inside record 2 at octet 42: 19 of 20 octets are there; everything before it was read$/],
    ];
    for (const [length, offset, message] of cuts) {
      const error = errorOf(() => parseWhole(file.subarray(0, length)));
      assert.deepEqual([error.kind, error.offset], ['cut', offset]);
      assert.match(error.message, message);
    }
    assert.equal(parseWhole(file.subarray(0, 24)).packets.length, 0, 'a capture without packets is whole');
  });
});
