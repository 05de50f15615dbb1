// TCP inside every tunnel and behind every capturing system's header, each with the smallest packet that shows it; and the
// realm that each gives.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LinkDecoder } from '../../src/link/link-decoder.ts';
import { Random } from '../support/random.ts';
import { decode, ethernet, ipv4, ipv6, type Octets, PAYLOAD, packetOf, tcp } from './packets.ts';
import * as tunnels from './tunnels.ts';

const inner = ethernet(ipv4(), 0x0800);
const { datagram, inGre, wireless, snap, gtpU, vxlan, geneve, teredo, mpls, radiotap } = tunnels;
const nested = (depth: number): Octets => (depth === 0 ? ipv4() : ipv4(nested(depth - 1), { protocol: 4 }));
const six = ipv6();

/** RFC 1701: checksum and offset, then key and sequence number, then the routes: one of two addresses, one of AS numbers, the last. */
const routed = (flags: number, ...fields: Octets): Octets => [
  ...[flags, 0, 8, 0, 0, 0, 0, 4, ...fields],
  ...[8, 0, 4, 8, 10, 1, 0, 1, 10, 1, 0, 2],
  ...[0xff, 0xfe, 0, 2, 0xfd, 0xe8],
  ...[0, 0, 0, 0],
  ...ipv4(),
];

const PACKETS: Record<string, [octets: Octets, linkType: number]> = {
  'an 802.3 frame with SNAP': [ethernet(snap(ipv4(), 0x0800), 0x0100), 1],
  'an 802.3 frame with SNAP behind a VLAN tag': [ethernet(snap(ipv4(), 0x0800), 0x8100, 0x0100), 1],
  MPLS: [ethernet(mpls(ipv4(), 16, 17), 0x8847), 1],
  'MPLS with IPv6': [ethernet(mpls(six, 16), 0x8848), 1],
  'MPLS with Ethernet behind a control word': [ethernet(mpls([0, 0, 0, 0, ...inner], 16), 0x8847), 1],
  'MPLS with Ethernet': [ethernet(mpls(inner, 16), 0x8847), 1],
  'MPLS, as a link type': [mpls(ipv4(), 16), 219],
  'MPLS in IP': [ipv4(mpls(ipv4(), 16), { protocol: 137 }), 101],
  PPPoE: [ethernet(tunnels.pppoe([0, 0x21, ...ipv4()]), 0x8864), 1],
  'PPPoE behind a VLAN tag, with IPv6': [ethernet(tunnels.pppoe([0, 0x57, ...six]), 0x8100, 0x8864), 1],
  PPP_ETHER: [tunnels.pppoe([0x21, ...ipv4()]), 51],
  PPP: [[0, 0x21, ...ipv4()], 9],
  'PPP with HDLC framing': [[0xff, 3, 0, 0x57, ...six], 9],
  'PPP with MPLS': [[0xff, 3, 2, 0x81, ...mpls(ipv4(), 16)], 9],
  PPP_HDLC: [[0xff, 3, 0, 0x21, ...ipv4()], 50],
  "Cisco's HDLC": [[0x0f, 0, 8, 0, ...ipv4()], 104],
  PPP_PPPD: [[1, 3, 0, 0x21, ...ipv4()], 166],
  PPP_WITH_DIR: [[0, 0xff, 3, 0, 0x21, ...ipv4()], 204],
  'GRE with IPv4': [inGre(ipv4(), 0x0800), 1],
  'GRE with IPv6, checksum, key and sequence number': [inGre(six, 0x86dd, { checksum: true, key: 7, sequence: 1 }), 1],
  'GRE with Ethernet': [inGre(inner, 0x6558, { key: 9 }), 1],
  'GRE with a VLAN tag inside': [inGre(ethernet(ipv4(), 0x8100, 0x0800), 0x6558), 1],
  'GRE with source routes': [ipv4(routed(0x40), { protocol: 47 }), 101],
  'GRE with all that RFC 1701 has': [ipv4(routed(0xf0, 0, 0, 0, 7, 0, 0, 0, 1), { protocol: 47 }), 101],
  'GRE of PPTP': [ipv4([0x30, 1, 0x88, 0x0b, 0, 0, 0, 9, 0, 0, 0, 1, 0xff, 3, 0x21, ...ipv4()], { protocol: 47 }), 101],
  'GRE over IPv6': [ipv6(tunnels.gre(ipv4(), 0x0800), { next: 47 }), 101],
  'ERSPAN I': [inGre(inner, 0x88be), 1],
  'ERSPAN II': [inGre(tunnels.erspan2(inner), 0x88be, { sequence: 5 }), 1],
  'ERSPAN III': [inGre(tunnels.erspan3(inner, false), 0x22eb, { sequence: 5 }), 1],
  'ERSPAN III with a subheader': [inGre(tunnels.erspan3(inner, true), 0x22eb, { sequence: 5 }), 1],
  'IP in IP': [ipv4(ipv4(), { protocol: 4 }), 101],
  'IPv4 in IPv6': [ipv6(ipv4(), { next: 4 }), 101],
  '6in4': [ipv4(six, { protocol: 41 }), 101],
  'IPv6 in IPv6': [ipv6(six, { next: 41 }), 101],
  'IP in IP, 15 times': [nested(15), 101],
  'an authentication header': [ipv4(tunnels.authentication(tcp(), 6), { protocol: 51 }), 101],
  VXLAN: [datagram(vxlan(inner, 5), 4789), 1],
  "VXLAN on Linux's old port": [datagram(vxlan(inner, 5), 8472), 1],
  'VXLAN GPE with IPv4': [datagram(tunnels.vxlanGpe(ipv4(), 1), 4790), 1],
  'VXLAN GPE with IPv6': [datagram(tunnels.vxlanGpe(six, 2), 4790), 1],
  'VXLAN GPE with Ethernet': [datagram(tunnels.vxlanGpe(inner, 3), 4790), 1],
  'GENEVE with Ethernet and an option': [datagram(geneve(inner, 0x6558, 5), 6081), 1],
  'GENEVE with IPv6': [datagram(geneve(six, 0x86dd, 5), 6081), 1],
  'GTP-U': [datagram(gtpU(ipv4()), 2152), 1],
  'GTP-U with extension headers and IPv6': [datagram(gtpU(six, true), 2152), 1],
  'GTP-U from the port': [datagram(gtpU(ipv4()), 40_000, 2152), 1],
  Teredo: [datagram(teredo(six), 3544), 1],
  'Teredo with indications': [datagram(teredo(six, true), 3544), 1],
  'VXLAN in GRE in IPv6': [ipv6(tunnels.gre(datagram(vxlan(inner, 5), 4789), 0x6558), { next: 47 }), 101],
  IEEE802_11: [wireless(snap(ipv4(), 0x0800)), 105],
  'IEEE802_11 with quality of service': [wireless(snap(six, 0x86dd), { qos: true }), 105],
  'IEEE802_11 with four addresses': [wireless(snap(ipv4(), 0x0800), { fourAddresses: true, qos: true }), 105],
  'IEEE802_11 with high throughput control': [wireless(snap(ipv4(), 0x0800), { qos: true, flags: 0x80 }), 105],
  IEEE802_11_RADIOTAP: [radiotap(wireless(snap(ipv4(), 0x0800))), 127],
  'IEEE802_11_RADIOTAP with a padded header': [
    radiotap(wireless(snap(ipv4(), 0x0800), { qos: true, padding: 2 }), 0x20),
    127,
  ],
  IEEE802_11_AVS: [tunnels.avs(wireless(snap(ipv4(), 0x0800))), 163],
  IEEE802_11_PRISM: [tunnels.prism(wireless(snap(ipv4(), 0x0800))), 119],
  'IEEE802_11_PRISM with AVS': [tunnels.avs(wireless(snap(ipv4(), 0x0800))), 119],
  'PPI with IEEE802_11': [tunnels.ppi(wireless(snap(ipv4(), 0x0800)), 105), 192],
  NFLOG: [tunnels.nflog(ipv4()), 239],
  'NFLOG, big-endian, with IPv6': [tunnels.nflog(six, 'big'), 239],
  'PKTAP with Ethernet': [tunnels.pktap(inner, 1), 258],
  'PKTAP, big-endian, with RAW': [tunnels.pktap(ipv4(), 12, 'big'), 258],
};

describe('a TCP segment is found inside', () => {
  for (const [name, [octets, linkType]] of Object.entries(PACKETS)) {
    it(name, () => {
      const result = decode(octets, { linkType });
      if (typeof result === 'string') assert.fail(`skipped: ${result}`);
      assert.deepEqual([result.payload, result.missing], [[...PAYLOAD], 0]);
      const padded = decode([...octets, 0, 0, 0, 0], { linkType, fcsLength: 4 });
      assert.ok(typeof padded !== 'string' && padded.payload.length === PAYLOAD.length, 'with a check sequence behind');
    });

    it(`${name}, and what the snaplen cut is missing`, () => {
      const result = decode(octets, { linkType, captured: octets.length - 3 });
      if (typeof result === 'string') assert.fail(`skipped: ${result}`);
      assert.deepEqual([result.payload, result.missing], [PAYLOAD.slice(0, -3), 3]);
    });
  }
});

describe('what is in a packet beside', () => {
  const RAW = { linkType: 101 };
  const CASES: [reason: string, what: string, octets: Octets, options?: { linkType?: number; captured?: number }][] = [
    ['not-tcp', 'UDP of a port that is no tunnel', datagram(ipv4(), 53)],
    ['not-tcp', 'something else on the port of VXLAN', datagram([0, 1, 2, 3, 4, 5, 6, 7, 8], 4789)],
    ['not-tcp', 'something else on the port of GTP-U', datagram([0x10, 255, 0, 4, 0, 0, 0, 0, ...ipv4()], 2152)],
    ['not-tcp', 'something else on the port of GENEVE', datagram([0xc0, 1, 2, 3, 4, 5, 6, 7, 8], 6081)],
    ['not-tcp', 'something else on the port of Teredo', datagram([0x45, 1, 2, 3], 3544)],
    ['not-tcp', 'something like IPv6 on the port of Teredo, but for its length', datagram([...six, 0], 3544)],
    ['not-tcp', 'ARP inside VXLAN', datagram(vxlan(ethernet([0, 1, 8, 0], 0x0806), 5), 4789)],
    ['not-tcp', 'a signal of GTP-U', datagram([0x32, 1, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0], 2152)],
    ['not-ip', 'the discovery stage of PPPoE', ethernet([0x11, 9, 0, 0, 0, 0], 0x8864)],
    ['not-ip', 'the control protocol of PPP', [0xff, 3, 0xc0, 0x21, 1, 1, 0, 4], { linkType: 9 }],
    ['not-ip', 'a beacon', [0x80, 0, ...new Array<number>(30).fill(0)], { linkType: 105 }],
    ['not-ip', 'a null frame', [0x48, 1, ...new Array<number>(22).fill(0)], { linkType: 105 }],
    ['not-ip', 'a link type inside PKTAP that nobody knows', tunnels.pktap(inner, 147), { linkType: 258 }],
    ['not-ip', 'a frame without SNAP', ethernet([0x42, 0x42, 3, 0, 0, 0, 0, 0, 0], 0x0030)],
    ['encrypted-ip', 'ESP', ipv4([1, 2, 3, 4, 5, 6, 7, 8], { protocol: 50 }), RAW],
    ['encrypted-wireless', 'a protected frame', wireless(snap(ipv4(), 0x0800), { flags: 0x40 }), { linkType: 105 }],
    ['wireless-fragment', 'a first fragment', wireless(snap(ipv4(), 0x0800), { flags: 0x04 }), { linkType: 105 }],
    ['wireless-fragment', 'a later fragment', wireless(PAYLOAD, { fragment: 1 }), { linkType: 105 }],
    ['wireless-aggregate', 'an A-MSDU', wireless(PAYLOAD, { qos: true, aggregate: true }), { linkType: 105 }],
    ['wireshark-upper-pdu', 'an exported PDU', [0, 12, 0, 4, 1, 2, 3, 4], { linkType: 252 }],
    ['nested-too-deep', 'IP in IP, 40 times', nested(40), RAW],
    [
      'malformed-tunnel',
      'GRE of PPTP with source routes',
      ipv4([0x70, 1, 0x88, 0x0b, 0, 0, 0, 9], { protocol: 47 }),
      RAW,
    ],
    ['malformed-tunnel', 'GRE of version 5', ipv4([0, 5, 8, 0, ...ipv4()], { protocol: 47 }), RAW],
    ['malformed-capture-header', 'a radiotap header of 3 octets', [0, 0, 3, 0, 0, 0, 0, 0, 1], { linkType: 127 }],
    ['malformed-capture-header', 'an NFLOG attribute of 2 octets', [2, 0, 0, 0, 2, 0, 9, 0], { linkType: 239 }],
    ['malformed-capture-header', 'PKTAP of 4 octets', [4, ...new Array<number>(11).fill(0)], { linkType: 258 }],
    ['malformed-capture-header', 'PPI of 4 octets', [0, 0, 4, 0, 1, 0, 0, 0], { linkType: 192 }],
    ['malformed-capture-header', 'AVS of another kind', new Array<number>(64).fill(1), { linkType: 163 }],
    ['truncated-ppp', 'half a PPPoE header', ethernet(tunnels.pppoe([]), 0x8864), { captured: 19 }],
    ['truncated-ppp', 'half a PPP header', [0xff, 3, 0], { linkType: 9 }],
    ['truncated-mpls', 'half a label', ethernet(mpls(ipv4(), 16, 17), 0x8847), { captured: 20 }],
    ['truncated-mpls', 'labels and nothing behind', mpls([], 16), { linkType: 219 }],
    ['truncated-gre', 'half a header', inGre(ipv4(), 0x0800), { captured: 37 }],
    ['truncated-gre', 'half the fields of a header', inGre(ipv4(), 0x0800, { key: 1, sequence: 2 }), { captured: 45 }],
    ['truncated-gre', 'half a source route', ipv4(routed(0x40), { protocol: 47 }), { linkType: 101, captured: 36 }],
    [
      'truncated-gre',
      'a header of half a source route',
      ipv4(routed(0x40), { protocol: 47 }),
      { linkType: 101, captured: 42 },
    ],
    ['truncated-gre', 'half of ERSPAN', inGre(tunnels.erspan2(inner), 0x88be, { sequence: 5 }), { captured: 46 }],
    ['truncated-udp', 'half a header', datagram(vxlan(inner, 5), 4789), { captured: 41 }],
    ['truncated-tunnel', 'half of VXLAN', datagram(vxlan(inner, 5), 4789), { captured: 49 }],
    ['truncated-tunnel', 'half of GENEVE', datagram(geneve(inner, 0x6558, 5), 6081), { captured: 55 }],
    ['truncated-tunnel', 'half of GTP-U', datagram(gtpU(ipv4(), true), 2152), { captured: 55 }],
    ['truncated-wireless', 'half a header', wireless(snap(ipv4(), 0x0800)), { linkType: 105, captured: 20 }],
    ['truncated-wireless', 'half of radiotap', radiotap(wireless(PAYLOAD)), { linkType: 127, captured: 20 }],
    ['truncated-capture-header', 'half of NFLOG', tunnels.nflog(ipv4()), { linkType: 239, captured: 7 }],
    ['truncated-capture-header', 'half of PKTAP', tunnels.pktap(inner, 1), { linkType: 258, captured: 60 }],
  ];
  for (const [reason, what, octets, options] of CASES) {
    it(`is counted as ${reason}: ${what}`, () => assert.equal(decode(octets, options), reason));
  }
});

describe('random octets', () => {
  it('on the ports of tunnels are never taken for TCP', () => {
    const random = new Random(5);
    const decoder = new LinkDecoder();
    for (const port of [2152, 3544, 4789, 4790, 6081, 8472]) {
      for (let round = 0; round < 5000; round++) {
        const octets = datagram([...random.octets(random.between(8, 150))], port);
        assert.equal(decoder.decode(packetOf(octets)), null, `port ${port}: ${octets}`);
      }
    }
  });
});

describe('the realm', () => {
  const realmOf = (octets: Octets, linkType = 1): number => {
    const result = decode(octets, { linkType });
    if (typeof result === 'string') assert.fail(`skipped: ${result}`);
    return result.segment.realm;
  };

  it('is none where nothing names a network, and where directions are named apart', () => {
    for (const octets of [
      inner,
      datagram(gtpU(ipv4()), 2152),
      ethernet(mpls(ipv4(), 16), 0x8847),
      inGre(ipv4(), 0x0800),
    ]) {
      assert.equal(realmOf(octets), 0);
    }
  });

  it('is another for each VLAN, VXLAN, GENEVE network and GRE key, and for one inside the other', () => {
    const tagged = (vlan: number) => ethernet([0, vlan, 8, 0, ...ipv4()], 0x8100);
    const realms = [
      tagged(5),
      tagged(6),
      datagram(vxlan(inner, 5), 4789),
      datagram(vxlan(inner, 6), 4789),
      datagram(vxlan(tagged(5), 5), 4789),
      datagram(geneve(inner, 0x6558, 5), 6081),
      inGre(ipv4(), 0x0800, { key: 5 }),
      inGre(ipv4(), 0x0800, { key: 6 }),
    ].map((octets) => realmOf(octets));
    assert.equal(new Set([0, ...realms]).size, realms.length + 1);
    assert.equal(realmOf(tagged(5)), realms[0], 'and the same for the next packet');
  });
});

describe('hostile octets', () => {
  it('never throw, and never give a payload outside the packet or its datagram', () => {
    const random = new Random(12);
    const decoder = new LinkDecoder(64 * 1024);
    const seeds = [
      ...Object.values(PACKETS),
      ...tunnels.fragments4(tcp(), 16).map((octets): [Octets, number] => [octets, 101]),
      ...tunnels.fragments6(tcp(), 16).map((octets): [Octets, number] => [octets, 101]),
    ];
    const deadline = performance.now() + 900;
    let found = 0;
    for (let round = 0; round < 80_000 && performance.now() < deadline; round++) {
      const [octets, linkType] = seeds[round % seeds.length];
      const mutated = [...octets];
      for (let hits = random.between(0, 4); hits > 0; hits--)
        mutated[random.between(0, mutated.length)] = random.between(0, 256);
      const captured = random.once(3) ? random.between(0, mutated.length + 1) : mutated.length;
      const packet = packetOf(mutated, { linkType, captured });
      packet.origin.seconds = round;
      const segment = decoder.decode(packet);
      if (segment === null) continue;
      found++;
      const { buffer, ipStart, tcpStart, payloadStart, payloadEnd, missing } = segment;
      const [start, end] = buffer === packet.buffer ? [packet.start, packet.end] : [0, buffer.length];
      const inOrder =
        start <= ipStart && ipStart < tcpStart && tcpStart + 20 <= payloadStart && payloadStart <= payloadEnd;
      assert.ok(inOrder && payloadEnd <= end && missing >= 0, `link type ${linkType}, ${captured} of ${mutated}`);
    }
    assert.ok(found > 1000, `${found} are enough for the test to say something`);
  });
});
