// One TCP segment as a plain record, and its octets on the wire: Ethernet, IPv4 or IPv6, TCP, with right checksums. The other
// way round than this folder's decoders, and written apart from them; tshark is its witness. It knows no conversations.

import { folded, pseudoHeaderSum, sumWords } from './tcp-checksum.ts';

export interface Peer {
  /** 4 or 16 octets. */
  readonly address: Uint8Array;
  readonly port: number;
}

/** Change a packet by copying it: `{ ...packet, flags: packet.flags | FIN }`. */
export interface TcpPacket {
  readonly source: Peer;
  readonly destination: Peer;
  /** Sequence numbers are unsigned and wrap at 2^32. */
  readonly sequence: number;
  readonly acknowledgment: number;
  readonly flags: number;
  readonly window: number;
  /** TCP options; a multiple of 4 octets, 40 at most. */
  readonly options: Uint8Array;
  readonly payload: Uint8Array;
  /** Of the IPv4 header; the low 16 bits of the sequence number where it is left out. */
  readonly identification?: number;
}

const ETHERNET_HEADER = 14;
const TCP_HEADER = 20;

/** `peer('10.0.0.1', 40001)`, `peer('fd00::1', 80)`; an IPv4-mapped address is the IPv4 one that stands on the wire. */
export function peer(address: string, port: number): Peer {
  const [text = ''] = address.split('%');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(text);
  return { address: text.includes(':') && !mapped ? ipv6Octets(text) : ipv4Octets(mapped?.[1] ?? text), port };
}

function ipv4Octets(text: string): Uint8Array {
  return Uint8Array.from(text.split('.'), Number);
}

function ipv6Octets(text: string): Uint8Array {
  const [left = '', right] = text.split('::');
  const groups = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const before = groups(left);
  const after = groups(right ?? '');
  const zeros = new Array<number>(right === undefined ? 0 : 8 - before.length - after.length).fill(0);
  return Uint8Array.from([...before, ...zeros, ...after].flatMap((group) => [group >> 8, group & 0xff]));
}

function put16(octets: Uint8Array, at: number, value: number): void {
  octets[at] = value >>> 8;
  octets[at + 1] = value;
}

function put32(octets: Uint8Array, at: number, value: number): void {
  octets[at] = value >>> 24;
  octets[at + 1] = value >>> 16;
  octets[at + 2] = value >>> 8;
  octets[at + 3] = value;
}

/** RFC 791 §3.1; returns where the header ends. */
function putIpv4(octets: Uint8Array, at: number, packet: TcpPacket, tcpLength: number): number {
  octets[at] = 0x45;
  octets[at + 1] = 0;
  // A segment of 64 KiB and more, as offload leaves it, stands with total length 0 in a capture.
  put16(octets, at + 2, tcpLength + 20 > 0xffff ? 0 : tcpLength + 20);
  put16(octets, at + 4, packet.identification ?? packet.sequence & 0xffff);
  put16(octets, at + 6, 0x4000);
  octets[at + 8] = 64;
  octets[at + 9] = 6;
  put16(octets, at + 10, 0);
  octets.set(packet.source.address, at + 12);
  octets.set(packet.destination.address, at + 16);
  put16(octets, at + 10, ~folded(sumWords(octets, at, at + 20)) & 0xffff);
  return at + 20;
}

/** RFC 8200 §3; returns where the header ends. */
function putIpv6(octets: Uint8Array, at: number, packet: TcpPacket, tcpLength: number): number {
  put32(octets, at, 0x60000000);
  put16(octets, at + 4, tcpLength > 0xffff ? 0 : tcpLength);
  octets[at + 6] = 6;
  octets[at + 7] = 64;
  octets.set(packet.source.address, at + 8);
  octets.set(packet.destination.address, at + 24);
  return at + 40;
}

/** Length of the IP datagram in octets. */
function datagramLength(packet: TcpPacket): number {
  const ipHeader = packet.source.address.length === 4 ? 20 : 40;
  return ipHeader + TCP_HEADER + packet.options.length + packet.payload.length;
}

/** Writes the IP datagram at `at`; returns its end. */
function putDatagram(octets: Uint8Array, at: number, packet: TcpPacket): number {
  const { source, destination, options, payload } = packet;
  const tcpLength = TCP_HEADER + options.length + payload.length;
  const tcp =
    source.address.length === 4 ? putIpv4(octets, at, packet, tcpLength) : putIpv6(octets, at, packet, tcpLength);
  put16(octets, tcp, source.port);
  put16(octets, tcp + 2, destination.port);
  put32(octets, tcp + 4, packet.sequence);
  put32(octets, tcp + 8, packet.acknowledgment);
  octets[tcp + 12] = ((TCP_HEADER + options.length) / 4) << 4;
  octets[tcp + 13] = packet.flags;
  put16(octets, tcp + 14, packet.window);
  put32(octets, tcp + 16, 0);
  octets.set(options, tcp + TCP_HEADER);
  octets.set(payload, tcp + TCP_HEADER + options.length);
  const addresses = source.address.length * 2;
  const end = tcp + tcpLength;
  // The pseudo-header's addresses stand right before the TCP header in both versions of IP.
  const sum = pseudoHeaderSum(octets, tcp - addresses, tcp, tcpLength) + sumWords(octets, tcp, end);
  put16(octets, tcp + 16, ~folded(sum) & 0xffff);
  return end;
}

/** Writes the datagram in an Ethernet frame, without padding and check sequence; returns its end. */
export function putFrame(octets: Uint8Array, at: number, packet: TcpPacket): number {
  // Locally administered addresses that end in the port, so that both sides differ.
  put32(octets, at, 0x02000000);
  put16(octets, at + 4, packet.destination.port);
  put32(octets, at + 6, 0x02000000);
  put16(octets, at + 10, packet.source.port);
  put16(octets, at + 12, packet.source.address.length === 4 ? 0x0800 : 0x86dd);
  return putDatagram(octets, at + ETHERNET_HEADER, packet);
}

/** Length of the Ethernet frame in octets. */
export function frameLength(packet: TcpPacket): number {
  return ETHERNET_HEADER + datagramLength(packet);
}
