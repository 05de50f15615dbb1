// Hand-made packets for the tests of the link layer, each a list of octets with the layers one in the other, and a decoder
// run on one packet.

import { PacketView } from '../../src/capture/packet.ts';
import { LinkDecoder } from '../../src/link/link-decoder.ts';
import type { Segment } from '../../src/link/segment.ts';

export type Octets = readonly number[];

export const word16 = (value: number): Octets => [(value >> 8) & 0xff, value & 0xff];
export const word32 = (value: number): Octets => [...word16(value >>> 16), ...word16(value & 0xffff)];

export const PAYLOAD: Octets = [0x82, 0x83, 1, 2, 3, 4, 5, 6, 7];

/** From port 40001 to 8888, with 12 octets of options, as most segments have. */
export function tcp(
  payload: Octets = PAYLOAD,
  { dataOffset = 8, options = new Array<number>(12).fill(1) } = {},
): Octets {
  const ports = [...word16(40001), ...word16(8888)];
  const numbers = [...word32(0xfffffff0), ...word32(0x01020304)];
  return [...ports, ...numbers, dataOffset << 4, 0x18, ...word16(502), 0, 0, 0, 0, ...options, ...payload];
}

/** From 192.168.0.1 to 10.1.2.3. */
export function ipv4(
  payload: Octets = tcp(),
  {
    options = [],
    totalLength = 20 + options.length + payload.length,
    fragment = 0x4000,
    protocol = 6,
  }: { options?: Octets; totalLength?: number; fragment?: number; protocol?: number } = {},
): Octets {
  const first = 0x40 | (5 + options.length / 4);
  const head = [first, 0, ...word16(totalLength), 0, 7, ...word16(fragment), 64, protocol, 0, 0];
  return [...head, 192, 168, 0, 1, 10, 1, 2, 3, ...options, ...payload];
}

/** From 2001:db8::1 to fe80::2. */
export function ipv6(
  payload: Octets = tcp(),
  { next = 6, payloadLength = payload.length }: { next?: number; payloadLength?: number } = {},
): Octets {
  const source = [...word32(0x20010db8), ...word32(0), ...word32(0), ...word32(1)];
  const destination = [...word32(0xfe800000), ...word32(0), ...word32(0), ...word32(2)];
  return [0x60, 0, 0, 0, ...word16(payloadLength), next, 64, ...source, ...destination, ...payload];
}

export function ethernet(payload: Octets, ...types: number[]): Octets {
  const [outer, ...inner] = types;
  return [
    ...new Array<number>(12).fill(2),
    ...word16(outer),
    ...inner.flatMap((type) => [0, 5, ...word16(type)]),
    ...payload,
  ];
}

export interface PacketOptions {
  linkType?: number;
  /** Octets that were captured of it; all by default. */
  captured?: number;
  originalLength?: number;
  fcsLength?: number;
}

/** The packet lies in the middle of a buffer of 0xff, so that reading outside it shows. */
export function packetOf(octets: Octets, options: PacketOptions = {}): PacketView {
  const captured = options.captured ?? octets.length;
  const packet = new PacketView();
  packet.buffer = new Uint8Array(captured + 200).fill(0xff);
  packet.start = 100;
  packet.end = 100 + captured;
  packet.buffer.set(octets.slice(0, captured), 100);
  packet.originalLength = options.originalLength ?? octets.length;
  packet.linkType = options.linkType ?? 1;
  packet.fcsLength = options.fcsLength ?? 0;
  return packet;
}

export interface Decoded {
  segment: Segment;
  payload: number[];
  missing: number;
}

/** The segment, or the reason for which the packet is skipped. */
export function decode(octets: Octets, options: PacketOptions = {}): Decoded | string {
  const decoder = new LinkDecoder();
  const segment = decoder.decode(packetOf(octets, options));
  if (segment === null) return Object.keys(decoder.skipped).join();
  const { buffer, payloadStart, payloadEnd, missing } = segment;
  return { segment, payload: [...buffer.subarray(payloadStart, payloadEnd)], missing };
}
