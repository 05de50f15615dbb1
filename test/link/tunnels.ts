// Headers of tunnels and capturing systems as lists of octets, written from their specifications: each puts one around a
// payload. For tests, fixtures and whoever wants to see what is around what.

import { ethernet, ipv4, ipv6, type Octets, word16, word32 } from './packets.ts';

const zeros = (length: number): Octets => new Array<number>(length).fill(0);
const little16 = (value: number): Octets => [...word16(value)].reverse();
const little32 = (value: number): Octets => [...word32(value)].reverse();

export const udp = (payload: Octets, port: number, source = 50_000): Octets => [
  ...word16(source),
  ...word16(port),
  ...word16(payload.length + 8),
  0,
  0,
  ...payload,
];

/** UDP in IPv4 in Ethernet. */
export const datagram = (payload: Octets, port: number, source?: number): Octets =>
  ethernet(ipv4(udp(payload, port, source), { protocol: 17 }), 0x0800);

export const mpls = (payload: Octets, ...labels: number[]): Octets => [
  ...labels.flatMap((label, index) => word32((label << 12) | (index === labels.length - 1 ? 0x100 : 0) | 64)),
  ...payload,
];

export const pppoe = (payload: Octets): Octets => [0x11, 0, ...word16(7), ...word16(payload.length), ...payload];

export interface GreFields {
  checksum?: boolean;
  key?: number;
  sequence?: number;
}

export function gre(payload: Octets, type: number, { checksum = false, key, sequence }: GreFields = {}): Octets {
  const flags = (checksum ? 0x8000 : 0) | (key === undefined ? 0 : 0x2000) | (sequence === undefined ? 0 : 0x1000);
  return [
    ...word16(flags),
    ...word16(type),
    ...(checksum ? zeros(4) : []),
    ...(key === undefined ? [] : word32(key)),
    ...(sequence === undefined ? [] : word32(sequence)),
    ...payload,
  ];
}

export const inGre = (payload: Octets, type: number, fields?: GreFields): Octets =>
  ethernet(ipv4(gre(payload, type, fields), { protocol: 47 }), 0x0800);

/** Version 1, VLAN 100, session 100. */
export const erspan2 = (frame: Octets): Octets => [...word32(0x10640064), ...word32(0), ...frame];

/** Version 2; with the platform's subheader. */
export const erspan3 = (frame: Octets, subheader: boolean): Octets => [
  ...word32(0x20640064),
  ...word32(12345),
  ...word32(subheader ? 1 : 0),
  ...(subheader ? zeros(8) : []),
  ...frame,
];

export const vxlan = (frame: Octets, network: number): Octets => [8, 0, 0, 0, ...word32(network << 8), ...frame];

export const vxlanGpe = (payload: Octets, next: number): Octets => [0x0c, 0, 0, next, ...word32(7 << 8), ...payload];

/** With one option of 8 octets. */
export const geneve = (payload: Octets, type: number, network: number): Octets => [
  ...[2, 0, ...word16(type), ...word32(network << 8)],
  ...[1, 2, 3, 1, 0, 0, 0, 0],
  ...payload,
];

/** `extensions` puts a sequence number and two extension headers between. */
export function gtpU(packet: Octets, extensions = false): Octets {
  const optional = extensions ? [...word16(1), 0, 0x85, 1, 0, 0, 0xc0, 1, 0, 0, 0] : [];
  const length = word16(optional.length + packet.length);
  return [extensions ? 0x36 : 0x30, 255, ...length, ...word32(0xabcd), ...optional, ...packet];
}

export const teredo = (packet: Octets, indications = false): Octets => [
  ...(indications ? [0, 1, 2, 3, 9, 9, 8, 8, 8, ...zeros(8), 0, 0, 0, ...word16(40_000), 1, 2, 3, 4] : []),
  ...packet,
];

/** From a station to the distribution system, of quality of service where asked for. */
export function wireless(
  payload: Octets,
  { qos = false, fourAddresses = false, flags = 0, aggregate = false, padding = 0, fragment = 0 } = {},
): Octets {
  return [
    qos ? 0x88 : 0x08,
    (fourAddresses ? 3 : 1) | flags,
    ...zeros(20),
    ...little16(0x0120 | fragment),
    ...(fourAddresses ? zeros(6) : []),
    ...(qos ? [aggregate ? 0x80 : 0, 0] : []),
    ...((flags & 0x80) === 0 ? [] : zeros(4)),
    ...zeros(padding),
    ...payload,
  ];
}

export const snap = (payload: Octets, type: number): Octets => [0xaa, 0xaa, 3, 0, 0, 0, ...word16(type), ...payload];

/** With a time, flags and a second word of present bits. */
export const radiotap = (frame: Octets, flags = 0): Octets => [
  ...[0, 0, ...little16(25), ...little32(0x80000003), ...little32(0)],
  ...zeros(4),
  ...[1, 2, 3, 4, 5, 6, 7, 8],
  flags,
  ...frame,
];

export const avs = (frame: Octets): Octets => [...word32(0x80211001), ...word32(64), ...zeros(56), ...frame];
export const prism = (frame: Octets): Octets => [...little32(0x44), ...little32(144), ...zeros(136), ...frame];

export function nflog(packet: Octets, byteOrder: 'little' | 'big' = 'little'): Octets {
  const half = byteOrder === 'little' ? little16 : word16;
  const prefix = [...half(9), ...half(10), ...[...'test\0'].map((letter) => letter.charCodeAt(0)), 0, 0, 0];
  return [2, 0, 0, 5, ...prefix, ...half(packet.length + 4), ...half(9), ...packet];
}

export function pktap(packet: Octets, linkType: number, byteOrder: 'little' | 'big' = 'little'): Octets {
  const word = byteOrder === 'little' ? little32 : word32;
  return [...word(108), ...word(1), ...word(linkType), ...zeros(96), ...packet];
}

export const ppi = (packet: Octets, linkType: number): Octets => [
  ...[0, 0, ...little16(16), ...little32(linkType)],
  ...zeros(8),
  ...packet,
];

export const authentication = (payload: Octets, next: number): Octets => [next, 4, ...zeros(22), ...payload];

/** One IPv4 datagram in fragments of `size` octets, a multiple of 8. */
export function fragments4(payload: Octets, size: number): Octets[] {
  const pieces: Octets[] = [];
  for (let at = 0; at < payload.length; at += size) {
    const more = at + size < payload.length ? 0x2000 : 0;
    pieces.push(ipv4(payload.slice(at, at + size), { fragment: more | (at / 8) }));
  }
  return pieces;
}

/** One IPv6 datagram likewise, each fragment behind a hop-by-hop header. */
export function fragments6(payload: Octets, size: number, next = 6): Octets[] {
  const pieces: Octets[] = [];
  for (let at = 0; at < payload.length; at += size) {
    const more = at + size < payload.length ? 1 : 0;
    const headers = [44, 0, 1, 4, 0, 0, 0, 0, next, 0, ...word16(at | more), ...word32(0x1234)];
    pieces.push(ipv6([...headers, ...payload.slice(at, at + size)], { next: 0 }));
  }
  return pieces;
}
