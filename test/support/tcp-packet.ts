// One TCP segment and its octets, as the tap writes them; tshark is the witness (capture-builder.test.ts).

import { frameLength, putFrame, type TcpPacket } from '../../src/link/packet-writer.ts';

export * from '../../src/link/packet-writer.ts';
export { ACK, FIN, PSH, RST, SYN } from '../../src/link/segment.ts';

/** The Ethernet frame. */
export function frameOctets(packet: TcpPacket): Uint8Array {
  const octets = new Uint8Array(frameLength(packet));
  putFrame(octets, 0, packet);
  return octets;
}

const ETHERNET_HEADER = 14;

/** The IP datagram alone. */
export function datagramOctets(packet: TcpPacket): Uint8Array {
  return frameOctets(packet).slice(ETHERNET_HEADER);
}
