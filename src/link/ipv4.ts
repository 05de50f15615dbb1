// The IPv4 header (RFC 791 §3.1), with options. Its total length bounds the payload, so that Ethernet's padding and check
// sequence are none. The header checksum is not looked at: offload leaves it wrong.

import { word16, word32 } from './octets.ts';
import type { Segment } from './segment.ts';
import { type Outcome, SKIP } from './skip-reason.ts';
import { decodeTcp } from './tcp.ts';

const TOTAL_LENGTH_AT = 2;
const FRAGMENT_AT = 6;
const PROTOCOL_AT = 9;
const SOURCE_AT = 12;
const DESTINATION_AT = 16;

/** Octets of a header without options. */
const MINIMUM_LENGTH = 20;

/** MF, "more fragments", and the fragment offset; DF and the reserved bit do not make a fragment. */
const FRAGMENT_MASK = 0x3fff;

const PROTOCOL_TCP = 6;

/** A LayerDecoder. */
export function decodeIpv4(buffer: Uint8Array, start: number, end: number, wireEnd: number, segment: Segment): Outcome {
  if (end - start < MINIMUM_LENGTH) return SKIP['truncated-ipv4'];
  const headerLength = (buffer[start] & 0x0f) * 4;
  if (buffer[start] >> 4 !== 4 || headerLength < MINIMUM_LENGTH) return SKIP['malformed-ipv4'];
  const totalLength = word16(buffer, start + TOTAL_LENGTH_AT);
  // 0: segmentation offload sends more than the field can say, and all that was in the frame belongs to the datagram.
  const datagramEnd = totalLength === 0 ? wireEnd : start + totalLength;
  const payloadStart = start + headerLength;
  if (payloadStart > datagramEnd) return SKIP['malformed-ipv4'];
  // Before the protocol, as a later fragment's payload has none; reassembly of fragments would begin here.
  if ((word16(buffer, start + FRAGMENT_AT) & FRAGMENT_MASK) !== 0) return SKIP['ipv4-fragment'];
  if (buffer[start + PROTOCOL_AT] !== PROTOCOL_TCP) return SKIP['not-tcp'];
  if (payloadStart > end) return SKIP['truncated-ipv4'];

  segment.family = 4;
  segment.source0 = 0;
  segment.source1 = 0;
  segment.source2 = 0;
  segment.source3 = word32(buffer, start + SOURCE_AT);
  segment.destination0 = 0;
  segment.destination1 = 0;
  segment.destination2 = 0;
  segment.destination3 = word32(buffer, start + DESTINATION_AT);
  segment.ipStart = start;
  return decodeTcp(buffer, payloadStart, Math.min(end, datagramEnd), datagramEnd, segment);
}
