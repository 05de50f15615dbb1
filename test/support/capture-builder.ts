// Classic pcap files in memory: a list of packets becomes the octets of a capture, in any of the format's variants.
// Knows nothing of what the packets say.

import { datagramOctets, frameOctets, type TcpPacket } from './tcp-packet.ts';

/** A TCP segment, or the octets of a packet as they should stand in the file. */
export type Recordable = TcpPacket | Uint8Array;

export interface CaptureOptions {
  /** Default little, as most captures are. */
  byteOrder?: 'little' | 'big';
  /** Digits of the second: 6 by default, or 9. */
  resolution?: 6 | 9;
  /** LINKTYPE_ number; TCP packets are put in Ethernet for 1 (the default) and bare for anything else. */
  linkType?: number;
  /** Link header put before the IP datagram of TCP packets, for other link types. */
  linkHeader?: Uint8Array;
  /** Octets captured of a packet at most. */
  snapLength?: number;
  /** Seconds since 1970 of the first packet. */
  start?: number;
  /** Nanoseconds from a packet to the next. */
  interval?: number;
}

const FILE_HEADER = 24;
const RECORD_HEADER = 16;

function packetOctets(packet: Recordable, linkType: number, linkHeader: Uint8Array): Uint8Array {
  if (packet instanceof Uint8Array) return packet;
  if (linkType === 1 && linkHeader.length === 0) return frameOctets(packet);
  return Uint8Array.from([...linkHeader, ...datagramOctets(packet)]);
}

/** The octets of a capture that holds `packets` in this order, timed evenly. */
export function captureOf(packets: readonly Recordable[], options: CaptureOptions = {}): Uint8Array {
  const little = options.byteOrder !== 'big';
  const linkType = options.linkType ?? 1;
  const snapLength = options.snapLength ?? 262144;
  const resolution = options.resolution ?? 6;
  const start = options.start ?? 1_700_000_000;
  const interval = options.interval ?? 1_000_000;
  const bodies = packets.map((packet) => packetOctets(packet, linkType, options.linkHeader ?? new Uint8Array(0)));
  const captured = bodies.map((body) => body.subarray(0, snapLength));
  const size = captured.reduce((sum, body) => sum + RECORD_HEADER + body.length, FILE_HEADER);
  const octets = new Uint8Array(size);
  const view = new DataView(octets.buffer);
  view.setUint32(0, resolution === 9 ? 0xa1b23c4d : 0xa1b2c3d4, little);
  view.setUint16(4, 2, little);
  view.setUint16(6, 4, little);
  view.setUint32(16, snapLength, little);
  view.setUint32(20, linkType, little);
  let at = FILE_HEADER;
  captured.forEach((body, i) => {
    const nanoseconds = i * interval;
    view.setUint32(at, start + Math.floor(nanoseconds / 1e9), little);
    view.setUint32(at + 4, Math.floor((nanoseconds % 1e9) / 10 ** (9 - resolution)), little);
    view.setUint32(at + 8, body.length, little);
    view.setUint32(at + 12, (bodies[i] as Uint8Array).length, little);
    octets.set(body, at + RECORD_HEADER);
    at += RECORD_HEADER + body.length;
  });
  return octets;
}
