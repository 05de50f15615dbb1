// The packet that nearly all packets are, read in one go: Ethernet, IPv4 without options and not in fragments, TCP, and nothing
// cut by the snaplen. The decoders of these layers are what is right; here stands no more than what they say of such a packet.
//
// Hot: takes half of the time of going from decoder to decoder (bench/README.md).

import type { PacketView } from '../capture/packet.ts';
import { viewOf } from './octets.ts';
import type { Segment } from './segment.ts';
import { fillFromHeader, MINIMUM_LENGTH, OFFSET_AND_FLAGS_AT } from './tcp.ts';

const LINKTYPE_ETHERNET = 1;

/** Offsets in the packet, as the headers before TCP's have one length only. */
const TYPE_AND_VERSION_AT = 12;
const IP_AT = 14;
/** And behind it the identification. */
const TOTAL_LENGTH_AT = 16;
const FRAGMENT_AND_PROTOCOL_AT = 20;
const SOURCE_AT = 26;
const DESTINATION_AT = 30;
const TCP_AT = 34;
/** With a TCP header without options. */
const SHORTEST = 54;

/** EtherType of IPv4, version 4, and a header of five words, before the octet of the type of service. */
const IPV4_WITHOUT_OPTIONS = 0x0800_4500;
const TYPE_AND_VERSION_MASK = 0xffff_ff00;
/** MF and the fragment offset, then the time to live, then the protocol. */
const FRAGMENT_AND_PROTOCOL_MASK = 0x3fff_00ff;
/** Not in fragments, and the number of TCP. */
const WHOLE_AND_TCP = 6;

/**
 * Fills a segment that is used for nothing else: what is the same in all such packets it has from its making. False where the
 * packet is of another kind, or not whole.
 */
export function decodePlainPacket(packet: PacketView, segment: Segment): boolean {
  const { buffer, start, end } = packet;
  if (packet.linkType !== LINKTYPE_ETHERNET || packet.fcsLength !== 0) return false;
  if (end - start < SHORTEST || packet.originalLength > end - start) return false;
  const view = viewOf(buffer);
  if ((view.getInt32(start + TYPE_AND_VERSION_AT) & TYPE_AND_VERSION_MASK) !== IPV4_WITHOUT_OPTIONS) return false;
  if ((view.getInt32(start + FRAGMENT_AND_PROTOCOL_AT) & FRAGMENT_AND_PROTOCOL_MASK) !== WHOLE_AND_TCP) return false;
  const lengthAndIdentification = view.getInt32(start + TOTAL_LENGTH_AT);
  const datagramEnd = start + IP_AT + (lengthAndIdentification >>> 16);
  const tcpStart = start + TCP_AT;
  const offsetAndFlags = view.getUint16(tcpStart + OFFSET_AND_FLAGS_AT);
  const headerLength = (offsetAndFlags >> 12) * 4;
  const payloadStart = tcpStart + headerLength;
  if (datagramEnd > end || headerLength < MINIMUM_LENGTH || payloadStart > datagramEnd) return false;

  segment.identity = lengthAndIdentification << 16;
  fillFromHeader(buffer, view, tcpStart, offsetAndFlags, segment);
  segment.source3 = view.getInt32(start + SOURCE_AT);
  segment.destination3 = view.getInt32(start + DESTINATION_AT);
  segment.ipStart = start + IP_AT;
  segment.payloadStart = payloadStart;
  segment.payloadEnd = datagramEnd;
  return true;
}
