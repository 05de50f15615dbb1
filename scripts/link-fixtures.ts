// One short conversation behind every link type and inside every tunnel, a capture each. The headers are those of
// test/link/tunnels.ts, written from their specifications.

import { ethernet, ipv4, ipv6, type Octets } from '../test/link/packets.ts';
import * as tunnels from '../test/link/tunnels.ts';
import { captureOf } from '../test/support/capture-builder.ts';
import { datagramOctets, frameOctets, type TcpPacket } from '../test/support/tcp-packet.ts';
import type { FixtureFamily } from './fixture-family.ts';
import { sampleConversation } from './sample-conversation.ts';

const ETHERNET = 1;
const RAW = 101;
const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const BRIDGED = 0x6558;

const zeros = (length: number): Octets => new Array<number>(length).fill(0);
const datagram = (packet: TcpPacket): Octets => [...datagramOctets(packet)];
const frame = (packet: TcpPacket): Octets => [...frameOctets(packet)];
const snap = (packet: TcpPacket): Octets => tunnels.snap(datagram(packet), IPV4);

/** Several packets where one is cut into fragments. */
type Around = (packet: TcpPacket) => Octets | Octets[];

interface Way {
  name: string;
  linkType: number;
  around: Around;
  /** Whether the conversation is over IPv6. */
  six?: true;
}

const inUdp = (payload: Octets, port: number): Octets => tunnels.datagram(payload, port);
const tagged = (packet: TcpPacket, tags: Octets): Octets => {
  const octets = frame(packet);
  return [...octets.slice(0, 12), ...tags, ...octets.slice(12)];
};

const WAYS: readonly Way[] = [
  { name: 'ethernet', linkType: ETHERNET, around: frame },
  { name: 'ethernet-snap', linkType: ETHERNET, around: (packet) => ethernet(snap(packet), 0x0200) },
  { name: 'vlan', linkType: ETHERNET, around: (packet) => tagged(packet, [0x81, 0, 0, 5]) },
  { name: 'vlan-stack', linkType: ETHERNET, around: (packet) => tagged(packet, [0x88, 0xa8, 0, 9, 0x81, 0, 0, 5]) },
  { name: 'mpls', linkType: ETHERNET, around: (packet) => ethernet(tunnels.mpls(datagram(packet), 16, 17), 0x8847) },
  {
    name: 'mpls-ethernet',
    linkType: ETHERNET,
    around: (packet) => ethernet(tunnels.mpls([...zeros(4), ...frame(packet)], 16), 0x8847),
  },
  {
    name: 'pppoe',
    linkType: ETHERNET,
    around: (packet) => ethernet(tunnels.pppoe([0, 0x21, ...datagram(packet)]), 0x8864),
  },
  { name: 'ppp', linkType: 9, around: (packet) => [0, 0x21, ...datagram(packet)] },
  { name: 'ppp-framed', linkType: 9, around: (packet) => [0xff, 3, 0x21, ...datagram(packet)] },
  { name: 'ppp-hdlc', linkType: 50, around: (packet) => [0xff, 3, 0, 0x21, ...datagram(packet)] },
  { name: 'ppp-ether', linkType: 51, around: (packet) => tunnels.pppoe([0, 0x21, ...datagram(packet)]) },
  { name: 'cisco-hdlc', linkType: 104, around: (packet) => [0x0f, 0, 8, 0, ...datagram(packet)] },
  { name: 'ppp-pppd', linkType: 166, around: (packet) => [1, 3, 0, 0x21, ...datagram(packet)] },
  { name: 'ppp-with-dir', linkType: 204, around: (packet) => [0, 0xff, 3, 0, 0x21, ...datagram(packet)] },
  { name: 'null', linkType: 0, around: (packet) => [2, 0, 0, 0, ...datagram(packet)] },
  { name: 'null-swapped', linkType: 0, around: (packet) => [0, 0, 0, 2, ...datagram(packet)] },
  { name: 'loop-ipv6', linkType: 108, around: (packet) => [0, 0, 0, 24, ...datagram(packet)], six: true },
  { name: 'raw', linkType: RAW, around: datagram },
  { name: 'raw-12', linkType: 12, around: datagram },
  { name: 'ipv4', linkType: 228, around: datagram },
  { name: 'ipv6', linkType: 229, around: datagram, six: true },
  { name: 'linux-cooked', linkType: 113, around: (packet) => [...zeros(14), 8, 0, ...datagram(packet)] },
  { name: 'linux-cooked-2', linkType: 276, around: (packet) => [8, 0, ...zeros(18), ...datagram(packet)] },
  { name: 'nflog', linkType: 239, around: (packet) => tunnels.nflog(datagram(packet)) },
  { name: 'nflog-big-endian', linkType: 239, around: (packet) => tunnels.nflog(datagram(packet), 'big') },
  { name: 'pktap', linkType: 258, around: (packet) => tunnels.pktap(frame(packet), ETHERNET) },
  { name: 'wireless', linkType: 105, around: (packet) => tunnels.wireless(snap(packet), { qos: true }) },
  { name: 'radiotap', linkType: 127, around: (packet) => tunnels.radiotap(tunnels.wireless(snap(packet))) },
  { name: 'avs', linkType: 163, around: (packet) => tunnels.avs(tunnels.wireless(snap(packet))) },
  { name: 'prism', linkType: 119, around: (packet) => tunnels.prism(tunnels.wireless(snap(packet))) },
  { name: 'ppi', linkType: 192, around: (packet) => tunnels.ppi(tunnels.wireless(snap(packet)), 105) },
  { name: 'gre', linkType: ETHERNET, around: (packet) => tunnels.inGre(datagram(packet), IPV4) },
  { name: 'gre-key', linkType: ETHERNET, around: (packet) => tunnels.inGre(frame(packet), BRIDGED, { key: 7 }) },
  {
    name: 'gre-everything',
    linkType: ETHERNET,
    around: (packet) => tunnels.inGre(datagram(packet), IPV6, { checksum: true, key: 7, sequence: 1 }),
    six: true,
  },
  { name: 'erspan-1', linkType: ETHERNET, around: (packet) => tunnels.inGre(frame(packet), 0x88be) },
  {
    name: 'erspan-2',
    linkType: ETHERNET,
    around: (packet) => tunnels.inGre(tunnels.erspan2(frame(packet)), 0x88be, { sequence: 1 }),
  },
  {
    name: 'erspan-3',
    linkType: ETHERNET,
    around: (packet) => tunnels.inGre(tunnels.erspan3(frame(packet), true), 0x22eb, { sequence: 1 }),
  },
  { name: 'ip-in-ip', linkType: RAW, around: (packet) => ipv4(datagram(packet), { protocol: 4 }) },
  { name: '6in4', linkType: RAW, around: (packet) => ipv4(datagram(packet), { protocol: 41 }), six: true },
  { name: '4in6', linkType: RAW, around: (packet) => ipv6(datagram(packet), { next: 4 }) },
  { name: 'vxlan', linkType: ETHERNET, around: (packet) => inUdp(tunnels.vxlan(frame(packet), 42), 4789) },
  { name: 'vxlan-gpe', linkType: ETHERNET, around: (packet) => inUdp(tunnels.vxlanGpe(datagram(packet), 1), 4790) },
  { name: 'geneve', linkType: ETHERNET, around: (packet) => inUdp(tunnels.geneve(frame(packet), BRIDGED, 42), 6081) },
  { name: 'gtp-u', linkType: ETHERNET, around: (packet) => inUdp(tunnels.gtpU(datagram(packet), true), 2152) },
  {
    name: 'teredo',
    linkType: ETHERNET,
    around: (packet) => inUdp(tunnels.teredo(datagram(packet), true), 3544),
    six: true,
  },
  {
    name: 'vxlan-in-gre-in-ipv6',
    linkType: RAW,
    around: (packet) => ipv6(tunnels.gre(inUdp(tunnels.vxlan(frame(packet), 42), 4789), BRIDGED), { next: 47 }),
  },
  { name: 'ipv4-fragments', linkType: RAW, around: (packet) => fragmented4(packet, 32) },
  { name: 'ipv6-fragments', linkType: RAW, around: (packet) => fragmented6(packet, 40).reverse(), six: true },
];

const IPV4_HEADER = 20;
const IPV6_HEADER = 40;

function fragmented4(packet: TcpPacket, size: number): Octets[] {
  const whole = datagram(packet);
  const header = whole.slice(0, IPV4_HEADER);
  return tunnels.fragments4(whole.slice(IPV4_HEADER), size).map((fragment) => {
    // Its own addresses and identification, and the length and offset of the fragment.
    const identification = [packet.sequence >> 8, packet.sequence + packet.flags].map((word) => word & 0xff);
    const middle = [...fragment.slice(2, 4), ...identification, ...fragment.slice(6, 8)];
    return [...header.slice(0, 2), ...middle, ...header.slice(8), ...fragment.slice(IPV4_HEADER)];
  });
}

function fragmented6(packet: TcpPacket, size: number): Octets[] {
  const whole = datagram(packet);
  const addresses = whole.slice(8, IPV6_HEADER);
  return tunnels.fragments6(whole.slice(IPV6_HEADER), size).map((fragment) => {
    const identification = [0, packet.flags, packet.sequence >> 8, packet.sequence].map((word) => word & 0xff);
    const headers = [...fragment.slice(IPV6_HEADER, IPV6_HEADER + 12), ...identification];
    return [...fragment.slice(0, 8), ...addresses, ...headers, ...fragment.slice(IPV6_HEADER + 16)];
  });
}

function captureFor({ linkType, around, six }: Way): Uint8Array {
  const packets = sampleConversation(six === true ? 6 : 4).tcp.packets.flatMap((packet): Octets[] => {
    const octets = around(packet);
    return Array.isArray(octets[0]) ? (octets as Octets[]) : [octets as Octets];
  });
  return captureOf(
    packets.map((octets) => Uint8Array.from(octets)),
    { linkType },
  );
}

export function linkFamily(): FixtureFamily {
  return {
    name: 'links',
    what: 'One short conversation behind every link type and inside every tunnel, a capture each.',
    captures: Object.fromEntries(WAYS.map((way) => [`${way.name}.pcap`, captureFor(way)])),
    sets: [],
    connections: [sampleConversation(4).expected],
  };
}
