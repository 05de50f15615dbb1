// The IPv4 header (RFC 791 §3.1), with options. Its total length bounds the payload, so that Ethernet's padding and check
// sequence are none. The header checksum is not looked at: offload leaves it wrong. Fragments wait in the datagram store.

import { smaller, viewOf, word16, word32 } from './octets.ts';
import type { Segment } from './segment.ts';
import { HELD, type Outcome, SKIP } from './skip-reason.ts';
import { decodeTcp } from './tcp.ts';

const TOTAL_LENGTH_AT = 2;
const IDENTIFICATION_AT = 4;
const FRAGMENT_AT = 6;
const PROTOCOL_AT = 9;
const SOURCE_AT = 12;
const DESTINATION_AT = 16;

/** Octets of a header without options. */
const MINIMUM_LENGTH = 20;

/** MF, "more fragments", and the fragment offset; DF and the reserved bit do not make a fragment. */
const FRAGMENT_MASK = 0x3fff;
const MORE_FRAGMENTS = 0x2000;
const OFFSET_MASK = 0x1fff;

const PROTOCOL_TCP = 6;
/** It hides nothing, so what it protects is read (RFC 4302 §2). */
const PROTOCOL_AUTHENTICATION = 51;

/** A LayerDecoder. */
export function decodeIpv4(buffer: Uint8Array, start: number, end: number, wireEnd: number, segment: Segment): Outcome {
  if (end - start < MINIMUM_LENGTH) return SKIP['truncated-ipv4'];
  const headerLength = (buffer[start] & 0x0f) * 4;
  if (buffer[start] >> 4 !== 4 || headerLength < MINIMUM_LENGTH) return SKIP['malformed-ipv4'];
  const view = viewOf(buffer);
  const totalLength = view.getUint16(start + TOTAL_LENGTH_AT);
  // 0: segmentation offload sends more than the field can say, and all that was in the frame belongs to the datagram.
  const datagramEnd = totalLength === 0 ? wireEnd : start + totalLength;
  let payloadStart = start + headerLength;
  if (payloadStart > datagramEnd) return SKIP['malformed-ipv4'];
  // Before the protocol, as a later fragment's payload has none.
  if ((view.getUint16(start + FRAGMENT_AT) & FRAGMENT_MASK) !== 0) {
    return addFragment(buffer, start, payloadStart, smaller(end, datagramEnd), datagramEnd, segment);
  }
  let protocol = buffer[start + PROTOCOL_AT];
  if (protocol === PROTOCOL_AUTHENTICATION && payloadStart + 2 <= end) {
    protocol = buffer[payloadStart];
    payloadStart += (buffer[payloadStart + 1] + 2) * 4;
    if (payloadStart > datagramEnd) return SKIP['malformed-ipv4'];
  }
  if (payloadStart > end) return protocol === PROTOCOL_TCP ? SKIP['truncated-ipv4'] : SKIP['not-tcp'];
  if (protocol !== PROTOCOL_TCP) {
    const innerEnd = smaller(end, datagramEnd);
    return segment.layers?.protocol(protocol, buffer, payloadStart, innerEnd, datagramEnd, segment) ?? SKIP['not-tcp'];
  }

  segment.family = 4;
  segment.source0 = 0;
  segment.source1 = 0;
  segment.source2 = 0;
  segment.source3 = view.getInt32(start + SOURCE_AT);
  segment.destination0 = 0;
  segment.destination1 = 0;
  segment.destination2 = 0;
  segment.destination3 = view.getInt32(start + DESTINATION_AT);
  segment.ipStart = start;
  segment.identity = view.getUint16(start + IDENTIFICATION_AT) << 16;
  return decodeTcp(buffer, payloadStart, smaller(end, datagramEnd), datagramEnd, segment);
}

/** A fragment that the snaplen cut would leave a hole that nothing can fill. */
function addFragment(
  buffer: Uint8Array,
  start: number,
  payloadStart: number,
  end: number,
  datagramEnd: number,
  segment: Segment,
): Outcome {
  const { layers } = segment;
  if (layers === null) return SKIP['ipv4-fragment'];
  if (end < datagramEnd) return SKIP['truncated-ipv4'];
  const field = word16(buffer, start + FRAGMENT_AT);
  const more = (field & MORE_FRAGMENTS) !== 0;
  // RFC 791: all but the last have a length in units of 8 octets.
  if (more && (end - payloadStart) % 8 !== 0) return SKIP['malformed-ipv4'];
  const source = word32(buffer, start + SOURCE_AT);
  const destination = word32(buffer, start + DESTINATION_AT);
  const identification = word16(buffer, start + IDENTIFICATION_AT);
  const datagram = layers.datagrams.add({
    family: 4,
    key: `4 ${segment.realm} ${source} ${destination} ${buffer[start + PROTOCOL_AT]} ${identification}`,
    header: buffer.subarray(start, payloadStart),
    offset: (field & OFFSET_MASK) * 8,
    more,
    octets: buffer.subarray(payloadStart, end),
    seconds: layers.seconds,
  });
  if (datagram === null) return HELD;
  const { length } = datagram;
  if (length > 0xffff) return SKIP['malformed-ipv4'];
  datagram[TOTAL_LENGTH_AT] = length >> 8;
  datagram[TOTAL_LENGTH_AT + 1] = length;
  datagram[FRAGMENT_AT] = 0;
  datagram[FRAGMENT_AT + 1] = 0;
  return decodeIpv4(datagram, 0, length, length, segment);
}
