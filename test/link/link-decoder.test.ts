// From every link type to TCP, and every reason for which a packet is none, with the smallest packet that shows it.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatAddress } from '../../src/link/address.ts';
import { LinkDecoder } from '../../src/link/link-decoder.ts';
import { linkTypeName } from '../../src/link/link-types.ts';
import { SKIP } from '../../src/link/skip-reason.ts';
import {
  type Decoded,
  decode,
  ethernet,
  ipv4,
  ipv6,
  type Octets,
  PAYLOAD,
  type PacketOptions,
  packetOf,
  tcp,
  word16,
  word32,
} from './packets.ts';

function decoded(octets: Octets, options: PacketOptions = {}): Decoded {
  const result = decode(octets, options);
  if (typeof result === 'string') assert.fail(`skipped: ${result}`);
  return result;
}

const FROM_IPV4 = ethernet(ipv4(), 0x0800);
const EXTENSION = (next: number, type = 0): Octets => [next, 0, type, 0, 0, 0, 0, 0];
const JUMBO = (length: number): Octets => [6, 0, 0xc2, 4, ...word32(length)];

describe('a TCP segment is found', () => {
  const LAYERS: Record<string, [octets: Octets, linkType: number]> = {
    'Ethernet and IPv4': [FROM_IPV4, 1],
    'Ethernet and IPv6': [ethernet(ipv6(), 0x86dd), 1],
    'Ethernet with a VLAN tag': [ethernet(ipv4(), 0x8100, 0x0800), 1],
    'Ethernet with 802.1ad and 802.1Q tags': [ethernet(ipv6(), 0x88a8, 0x8100, 0x86dd), 1],
    'Ethernet with three tags, 0x9100 among them': [ethernet(ipv4(), 0x9100, 0x9100, 0x8100, 0x0800), 1],
    'NULL, little-endian': [[2, 0, 0, 0, ...ipv4()], 0],
    'NULL, big-endian': [[0, 0, 0, 2, ...ipv4()], 0],
    'NULL with IPv6 of Linux': [[10, 0, 0, 0, ...ipv6()], 0],
    'NULL with IPv6 of NetBSD': [[24, 0, 0, 0, ...ipv6()], 0],
    'NULL with IPv6 of FreeBSD': [[0, 0, 0, 28, ...ipv6()], 0],
    'NULL with IPv6 of Darwin': [[30, 0, 0, 0, ...ipv6()], 0],
    LOOP: [[0, 0, 0, 2, ...ipv4()], 108],
    'LOOP with IPv6': [[0, 0, 0, 24, ...ipv6()], 108],
    'RAW 12': [ipv4(), 12],
    'RAW 14': [ipv6(), 14],
    'RAW 101': [ipv4(), 101],
    IPV4: [ipv4(), 228],
    IPV6: [ipv6(), 229],
    'Linux cooked, version 1': [[...new Array<number>(14).fill(0), 0x08, 0x00, ...ipv4()], 113],
    'Linux cooked, version 1, with a VLAN tag': [
      [...new Array<number>(14).fill(0), 0x81, 0x00, 0, 5, 0x86, 0xdd, ...ipv6()],
      113,
    ],
    'Linux cooked, version 2': [[0x86, 0xdd, ...new Array<number>(18).fill(0), ...ipv6()], 276],
    'IPv4 options': [ipv4(tcp(), { options: [1, 1, 1, 1, 7, 4, 0, 0] }), 101],
    'an IPv6 hop-by-hop header': [ipv6([...EXTENSION(6), ...tcp()], { next: 0 }), 101],
    'an IPv6 routing header of 16 octets': [
      ipv6([6, 1, ...new Array<number>(14).fill(0), ...tcp()], { next: 43 }),
      101,
    ],
    'an IPv6 authentication header of 12 octets': [
      ipv6([6, 1, ...new Array<number>(10).fill(0), ...tcp()], { next: 51 }),
      101,
    ],
    'IPv6 mobility, host identity and shim headers': [
      ipv6([...EXTENSION(139), ...EXTENSION(140), ...EXTENSION(6), ...tcp()], { next: 135 }),
      101,
    ],
    'an IPv6 destination header and an atomic fragment': [
      ipv6([...EXTENSION(44), 6, 0, 0, 0, 1, 2, 3, 4, ...tcp()], { next: 60 }),
      101,
    ],
    'no TCP options': [ipv4(tcp(PAYLOAD, { dataOffset: 5, options: [] })), 101],
  };
  for (const [name, [octets, linkType]] of Object.entries(LAYERS)) {
    it(`behind ${name}`, () => {
      const { payload, missing } = decoded(octets, { linkType });
      assert.deepEqual([payload, missing], [[...PAYLOAD], 0]);
    });
  }

  it('with every field set, whatever the segment before it was', () => {
    const packets = [
      packetOf(ethernet(ipv4(), 0x0800)),
      packetOf(ethernet(ipv6(), 0x86dd)),
      packetOf(ethernet([0, 7, 0x08, 0x00, ...ipv4()], 0x8100)),
      packetOf(ipv4(), { linkType: 101, captured: ipv4().length - 2 }),
    ];
    for (const before of packets) {
      for (const packet of packets) {
        const fresh = new LinkDecoder().decode(packet);
        const decoder = new LinkDecoder();
        decoder.decode(before);
        assert.deepEqual({ ...decoder.decode(packet), layers: null }, { ...fresh, layers: null });
      }
    }
  });

  it('with ports, numbers, flags and addresses', () => {
    const { segment } = decoded(FROM_IPV4);
    const { sourcePort, destinationPort, sequence, acknowledgment, flags, window, family } = segment;
    assert.deepEqual(
      { sourcePort, destinationPort, sequence, acknowledgment, flags, window, family },
      {
        sourcePort: 40001,
        destinationPort: 8888,
        sequence: -16,
        acknowledgment: 0x01020304,
        flags: 0x18,
        window: 502,
        family: 4,
      },
    );
    assert.deepEqual([segment.ipStart - 100, segment.tcpStart - 100, segment.payloadStart - 100], [14, 34, 66]);
    assert.equal(formatAddress(4, segment.source0, segment.source1, segment.source2, segment.source3), '192.168.0.1');
    assert.deepEqual(
      [segment.destination0, segment.destination1, segment.destination2, segment.destination3],
      [0, 0, 0, 0x0a010203],
    );
    const six = decoded(ethernet(ipv6(), 0x86dd)).segment;
    assert.equal(six.family, 6);
    assert.equal(formatAddress(6, six.source0, six.source1, six.source2, six.source3), '2001:db8::1');
    assert.equal(formatAddress(6, six.destination0, six.destination1, six.destination2, six.destination3), 'fe80::2');
  });
});

describe('the payload ends', () => {
  const padding = new Array<number>(6).fill(0);

  it('where IP says, before the padding of a short Ethernet frame', () => {
    assert.deepEqual(decoded([...ethernet(ipv4(tcp([])), 0x0800), ...padding]).payload, []);
    assert.deepEqual(decoded([...ethernet(ipv6(tcp([])), 0x86dd), ...padding]).payload, []);
  });

  it('before the frame check sequence, also where IP states no length', () => {
    const fcsLength = 4;
    const check = [9, 9, 9, 9];
    assert.deepEqual(decoded([...FROM_IPV4, ...check], { fcsLength }).payload, [...PAYLOAD]);
    const offloaded = [...ethernet(ipv4(tcp(), { totalLength: 0 }), 0x0800), ...check];
    assert.deepEqual(decoded(offloaded, { fcsLength }).payload, [...PAYLOAD]);
    const cut = decoded(offloaded, { fcsLength, captured: offloaded.length - 6 });
    assert.deepEqual([cut.payload, cut.missing], [PAYLOAD.slice(0, -2), 2]);
  });

  it('before the frame check sequence, also where IP states more than the frame had', () => {
    const octets = [...ethernet(ipv4(tcp(), { totalLength: 20 + 32 + PAYLOAD.length + 2 }), 0x0800), 9, 9, 9, 9];
    const { payload, missing } = decoded(octets, { fcsLength: 4 });
    assert.deepEqual([payload, missing], [[...PAYLOAD], 2]);
  });

  it('with the frame where offload left the length 0, also above 65,535 octets', () => {
    const large = new Array<number>(100_000).fill(5);
    for (const octets of [
      ethernet(ipv4(tcp(large), { totalLength: 0 }), 0x0800),
      ethernet(ipv6(tcp(large), { payloadLength: 0 }), 0x86dd),
    ]) {
      const { payload, missing } = decoded(octets);
      assert.deepEqual([payload.length, missing], [100_000, 0]);
    }
  });

  it('where the jumbo payload option says', () => {
    const segment = tcp(new Array<number>(70_000).fill(5));
    for (const options of [
      JUMBO(segment.length + 8),
      [6, 1, 0, 0xc2, 4, ...word32(segment.length + 16), 0, 1, 2, 0, 0, 0, 0],
    ]) {
      const octets = ipv6([...options, ...segment, ...padding], { next: 0, payloadLength: 0 });
      assert.equal(decoded(octets, { linkType: 101 }).payload.length, 70_000);
    }
  });

  it('where the snaplen cut, and the rest is missing', () => {
    for (const [octets, ipLength] of [
      [FROM_IPV4, 20],
      [ethernet(ipv6(), 0x86dd), 40],
    ] as const) {
      const headers = 14 + ipLength + 32;
      const some = decoded(octets, { captured: headers + 4 });
      assert.deepEqual([some.payload, some.missing], [PAYLOAD.slice(0, 4), 5]);
      const none = decoded(octets, { captured: headers });
      assert.deepEqual([none.payload, none.missing], [[], 9]);
      const optionsCut = decoded(octets, { captured: headers - 5 });
      assert.deepEqual([optionsCut.payload, optionsCut.missing], [[], 9], 'a cut in the TCP options hides no more');
    }
  });

  it('with what was captured where the record understates the length on the wire', () => {
    const { payload, missing } = decoded(ipv4(tcp(), { totalLength: 0 }), { linkType: 101, originalLength: 30 });
    assert.deepEqual([payload, missing], [[...PAYLOAD], 0]);
  });

  it('with what was captured where the record claims an absurd length', () => {
    const { missing } = decoded(ipv4(tcp(), { totalLength: 0 }), { linkType: 101, originalLength: 0xffffffff });
    assert.equal(missing, 0);
  });
});

describe('a packet is skipped and counted as', () => {
  const RAW = { linkType: 101 };
  const CASES: [reason: keyof typeof SKIP, what: string, octets: Octets, options?: PacketOptions][] = [
    ['not-ip', 'ARP', ethernet(new Array<number>(28).fill(0), 0x0806)],
    ['not-ip', 'an 802.3 frame with a length', ethernet([0x42, 0x42, 3], 0x0003)],
    ['not-ip', 'a tagged frame of something else', ethernet([1, 2, 3], 0x8100, 0x88cc)],
    ['not-ip', 'a raw packet of neither version', [0x50, 0, 0, 0], RAW],
    ['not-ip', 'an empty raw packet', [], RAW],
    ['not-ip', 'an unknown address family', [7, 0, 0, 0, ...ipv4()], { linkType: 0 }],
    ['not-ip', 'a LOOP family in the wrong byte order', [2, 0, 0, 0, ...ipv4()], { linkType: 108 }],
    ['not-tcp', 'UDP over IPv4', ipv4(new Array<number>(8).fill(0), { protocol: 17 }), RAW],
    ['not-tcp', 'ICMPv6', ipv6([128, 0, 0, 0], { next: 58 }), RAW],
    ['not-tcp', 'an IPv6 header and no next one', ipv6([], { next: 59, payloadLength: 0 }), RAW],
    [
      'ipv4-fragment',
      'a first fragment, though it has the TCP header',
      ipv4(tcp([1, 2, 3, 4, 5, 6, 7, 8]), { fragment: 0x2000 }),
      RAW,
    ],
    ['ipv4-fragment', 'a last fragment', ipv4(tcp(), { fragment: 0x0010 }), RAW],
    [
      'ipv6-fragment',
      'a first fragment',
      ipv6([6, 0, 0, 1, 0, 0, 0, 1, ...tcp([1, 2, 3, 4, 5, 6, 7, 8])], { next: 44 }),
      RAW,
    ],
    ['ipv6-fragment', 'a last fragment', ipv6([6, 0, 0, 8, 0, 0, 0, 1, ...tcp()], { next: 44 }), RAW],
    ['truncated-ethernet', 'half a header', FROM_IPV4, { captured: 13 }],
    ['truncated-ethernet', 'half a VLAN tag', ethernet(ipv4(), 0x8100, 0x0800), { captured: 17 }],
    ['truncated-loopback', 'half a NULL header', [2, 0, 0], { linkType: 0 }],
    ['truncated-loopback', 'half a LOOP header', [0, 0, 0], { linkType: 108 }],
    ['truncated-linux-cooked', 'half a header of version 1', new Array<number>(15).fill(0), { linkType: 113 }],
    ['truncated-linux-cooked', 'half a header of version 2', new Array<number>(19).fill(0), { linkType: 276 }],
    ['truncated-ipv4', 'half a header', FROM_IPV4, { captured: 33 }],
    ['truncated-ipv4', 'half the options', ipv4(tcp(), { options: [1, 1, 1, 1] }), { ...RAW, captured: 22 }],
    ['truncated-ipv6', 'half a header', ipv6(), { ...RAW, captured: 39 }],
    [
      'truncated-ipv6',
      'half an extension header',
      ipv6([...EXTENSION(6), ...tcp()], { next: 0 }),
      { ...RAW, captured: 47 },
    ],
    [
      'truncated-ipv6',
      'one octet of an extension header',
      ipv6([...EXTENSION(6), ...tcp()], { next: 0 }),
      { ...RAW, captured: 41 },
    ],
    ['truncated-tcp', 'half a header', FROM_IPV4, { captured: 14 + 20 + 19 }],
    ['truncated-tcp', 'half a header behind IPv6', ipv6(), { ...RAW, captured: 40 + 19 }],
    ['malformed-ipv4', 'another version', [0x55, ...ipv4().slice(1)], { linkType: 228 }],
    ['malformed-ipv4', 'a header length of 16', [0x44, ...ipv4().slice(1)], RAW],
    ['malformed-ipv4', 'a total length below the header', ipv4(tcp(), { totalLength: 19 }), RAW],
    ['malformed-ipv6', 'another version', [0x45, ...ipv6().slice(1)], { linkType: 229 }],
    ['malformed-ipv6', 'an extension header past the payload', ipv6([6, 9, ...tcp()], { next: 0 }), RAW],
    [
      'malformed-ipv6',
      'an absurd jumbo length',
      ipv6([...JUMBO(0xffffffff), ...tcp()], { next: 0, payloadLength: 0 }),
      RAW,
    ],
    [
      'malformed-ipv6',
      'a jumbo length below the headers',
      ipv6([...JUMBO(4), ...tcp()], { next: 0, payloadLength: 0 }),
      RAW,
    ],
    ['malformed-tcp', 'a datagram too short for the header', ipv4(tcp(), { totalLength: 39 }), RAW],
    ['malformed-tcp', 'a data offset of 16', ipv4(tcp(PAYLOAD, { dataOffset: 4 })), RAW],
    ['malformed-tcp', 'a data offset past the datagram', ipv4(tcp([], { dataOffset: 9 })), RAW],
  ];
  for (const [reason, what, octets, options] of CASES) {
    it(`${reason}: ${what}`, () => assert.equal(decode(octets, options), reason));
  }

  it('each reason of the plain layers, in the cases above', () => {
    // The others are in tunnels.test.ts and fragments.test.ts.
    const plain = Object.entries(SKIP).flatMap(([name, number]) => (number <= SKIP['malformed-tcp'] ? [name] : []));
    assert.deepEqual(new Set(CASES.map(([reason]) => reason)), new Set(plain));
  });

  it('unknown link types by their numbers, beside the other reasons', () => {
    const decoder = new LinkDecoder();
    const arp = ethernet([0], 0x0806);
    for (const [octets, linkType] of [
      [ipv4(), 147],
      [arp, 1],
      [ipv4(), 147],
      [ipv4(), 10],
      [arp, 1],
      [FROM_IPV4, 1],
    ] as const) {
      decoder.decode(packetOf(octets, { linkType }));
    }
    assert.deepEqual(decoder.skipped, { 'not-ip': 2, 'unknown-link-type-147': 2, 'unknown-link-type-10': 1 });
  });
});

describe('a link type', () => {
  it('has the name of the registry, or else its number', () => {
    assert.deepEqual([1, 101, 276, 147].map(linkTypeName), ['ETHERNET', 'RAW', 'LINUX_SLL2', '147']);
  });
});

describe('addresses are written', () => {
  const six = (text: string): string => {
    const groups = text.split(':').map((group) => Number.parseInt(group, 16));
    const words = [0, 2, 4, 6].map((i) => (groups[i] << 16) | groups[i + 1]);
    return formatAddress(6, words[0], words[1], words[2], words[3]);
  };
  const CASES: [groups: string, text: string][] = [
    ['2001:db8:0:0:0:0:0:1', '2001:db8::1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['fe80:0:0:0:0:0:0:0', 'fe80::'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['0:0:0:0:0:ffff:c0a8:1', '::ffff:192.168.0.1'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['1:2:3:4:5:6:0:0', '1:2:3:4:5:6::'],
    ['ABCD:0:0:4:5:6:7:0', 'abcd::4:5:6:7:0'],
  ];
  for (const [groups, text] of CASES) it(`${groups} as ${text}`, () => assert.equal(six(groups), text));

  it('of IPv4 with dots, whatever the sign of the word', () => {
    assert.equal(formatAddress(4, 0, 0, 0, 0xffffffff | 0), '255.255.255.255');
    assert.equal(formatAddress(4, 0, 0, 0, 0x7f000001), '127.0.0.1');
  });
});

describe('hostile octets', () => {
  it('never throw, and never give a payload outside the packet', () => {
    const seeds: [Octets, number][] = [
      [FROM_IPV4, 1],
      [ethernet(ipv6(), 0x88a8, 0x8100, 0x86dd), 1],
      [[2, 0, 0, 0, ...ipv4()], 0],
      [[0, 0, 0, 24, ...ipv6()], 108],
      [ipv4(tcp(), { options: [1, 1, 1, 1] }), 101],
      [
        ipv6(
          [
            ...EXTENSION(43),
            ...EXTENSION(51),
            44,
            0,
            ...new Array<number>(6).fill(0),
            6,
            0,
            ...word16(0),
            0,
            0,
            0,
            0,
            ...tcp(),
          ],
          { next: 60 },
        ),
        229,
      ],
      [ipv6([...JUMBO(80), ...tcp()], { next: 0, payloadLength: 0 }), 229],
      [[...new Array<number>(14).fill(0), 0x08, 0x00, ...ipv4()], 113],
      [[0x86, 0xdd, ...new Array<number>(18).fill(0), ...ipv6()], 276],
    ];
    const decoder = new LinkDecoder();
    // Seeded, so that a failure can be repeated: the message has all that is needed.
    let state = 1;
    const random = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const deadline = performance.now() + 2000;
    let found = 0;
    for (let round = 0; round < 60_000 && performance.now() < deadline; round++) {
      const [octets, linkType] = seeds[round % seeds.length];
      const mutated = [...octets];
      for (let i = random(4); i > 0; i--) mutated[random(mutated.length)] = random(256);
      const captured = random(3) === 0 ? random(mutated.length + 1) : mutated.length;
      const packet = packetOf(mutated, {
        linkType,
        captured,
        fcsLength: random(4) * 2,
        originalLength: random(4) === 0 ? random(2 ** 32) : mutated.length,
      });
      const segment = decoder.decode(packet);
      if (segment === null) continue;
      found++;
      const { payloadStart, payloadEnd, tcpStart, ipStart, missing } = segment;
      const isInOrder =
        packet.start <= ipStart &&
        ipStart < tcpStart &&
        tcpStart + 20 <= payloadStart &&
        payloadStart <= payloadEnd &&
        payloadEnd <= packet.end;
      assert.ok(
        isInOrder && missing >= 0 && missing <= 2 ** 24,
        `link type ${linkType}, ${captured} of octets ${mutated}`,
      );
    }
    assert.ok(found > 1000, 'enough packets survive for the test to say something');
  });
});
