// Classic pcap files in memory: a list of packets becomes the octets of a capture, in any of the format's variants.
// Knows nothing of what the packets say.

import { pcapFormat } from '../../src/capture/pcap-writer.ts';
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

function packetOctets(packet: Recordable, linkType: number, linkHeader: Uint8Array): Uint8Array {
  if (packet instanceof Uint8Array) return packet;
  if (linkType === 1 && linkHeader.length === 0) return frameOctets(packet);
  return Uint8Array.from([...linkHeader, ...datagramOctets(packet)]);
}

/** The octets of a capture that holds `packets` in this order, timed evenly. */
export function captureOf(packets: readonly Recordable[], options: CaptureOptions = {}): Uint8Array {
  const { linkType = 1, snapLength = 262144, resolution = 6, byteOrder, start = 1_700_000_000 } = options;
  const { interval = 1_000_000, linkHeader = new Uint8Array(0) } = options;
  const capture = { linkType, resolution, snapLength, byteOrder, application: '' };
  const bodies = packets.map((packet) => packetOctets(packet, linkType, linkHeader));
  const captured = bodies.map((body) => body.subarray(0, snapLength));
  const header = pcapFormat.fileHeader(capture);
  const size = captured.reduce((sum, body) => sum + pcapFormat.recordLength(body.length), header.length);
  const octets = new Uint8Array(size);
  octets.set(header);
  let at = header.length;
  captured.forEach((body, i) => {
    const time = { seconds: start + Math.floor((i * interval) / 1e9), nanoseconds: (i * interval) % 1e9 };
    const packet = { octets: body, originalLength: bodies[i].length, ...time };
    at = pcapFormat.putRecord(octets, at, packet, capture);
  });
  return octets;
}
