// The IPv6 header and the extension headers after it (RFC 8200 §3 and §4), up to TCP. Its payload length bounds the
// payload, so that Ethernet's padding and check sequence are none. What extension headers say is passed over.

import { smaller, word16, word32 } from './octets.ts';
import type { Segment } from './segment.ts';
import { HELD, type Outcome, SKIP } from './skip-reason.ts';
import { decodeTcp } from './tcp.ts';

const PAYLOAD_LENGTH_AT = 4;
const NEXT_HEADER_AT = 6;
const SOURCE_AT = 8;
const DESTINATION_AT = 24;
const HEADER_LENGTH = 40;

/** Next header values, https://www.iana.org/assignments/protocol-numbers */
const HOP_BY_HOP = 0;
const TCP = 6;
const ROUTING = 43;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
const DESTINATION_OPTIONS = 60;
const MOBILITY = 135;
const HOST_IDENTITY = 139;
const SHIM6 = 140;

const FRAGMENT_LENGTH = 8;
/** Fragment offset and "more fragments" of a fragment header; both 0 in an atomic fragment, which is whole (RFC 6946). */
const FRAGMENT_MASK = 0xfff9;
const MORE_FRAGMENTS = 0x0001;
const OFFSET_MASK = 0xfff8;
const IDENTIFICATION_AT = 4;

/** Jumbo payload option (RFC 2675 §2), which Linux writes for segmentation offload above 64 KiB. */
const OPTION_JUMBO = 0xc2;
const OPTION_PAD_1 = 0;
/** Octets; no interface sends more in one packet, so a larger number is damage and not a gap of gigabytes. */
const JUMBO_LIMIT = 16 * 1024 * 1024;

/**
 * The length in octets of the extension header at `at`, or 0 where `next` is none. Of one whose length the snaplen cut,
 * the least that it can have.
 */
function extensionLength(next: number, buffer: Uint8Array, at: number, end: number): number {
  const stated = at + 2 <= end ? buffer[at + 1] : 0;
  switch (next) {
    case HOP_BY_HOP:
    case ROUTING:
    case DESTINATION_OPTIONS:
    case MOBILITY:
    case HOST_IDENTITY:
    case SHIM6:
      return (stated + 1) * 8;
    case AUTHENTICATION:
      return (stated + 2) * 4;
    case FRAGMENT:
      return FRAGMENT_LENGTH;
    default:
      return 0;
  }
}

/** The jumbo length that the hop-by-hop options in `buffer[start, end)` state, or 0. */
function jumboLength(buffer: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at + 6 <= end) {
    if (buffer[at] === OPTION_PAD_1) at++;
    else if (buffer[at] === OPTION_JUMBO) return word32(buffer, at + 2) >>> 0;
    else at += 2 + buffer[at + 1];
  }
  return 0;
}

/** A LayerDecoder. */
export function decodeIpv6(buffer: Uint8Array, start: number, end: number, wireEnd: number, segment: Segment): Outcome {
  if (end - start < HEADER_LENGTH) return SKIP['truncated-ipv6'];
  if (buffer[start] >> 4 !== 6) return SKIP['malformed-ipv6'];
  const payloadLength = word16(buffer, start + PAYLOAD_LENGTH_AT);
  // 0: a jumbogram, or offload; without the option all that was in the frame belongs to the datagram.
  let datagramEnd = payloadLength === 0 ? wireEnd : start + HEADER_LENGTH + payloadLength;

  let at = start + HEADER_LENGTH;
  let next = buffer[start + NEXT_HEADER_AT];
  while (next !== TCP) {
    const length = extensionLength(next, buffer, at, end);
    if (length === 0) {
      if (at > smaller(end, datagramEnd)) return SKIP['not-tcp'];
      const innerEnd = smaller(end, datagramEnd);
      return segment.layers?.protocol(next, buffer, at, innerEnd, datagramEnd, segment) ?? SKIP['not-tcp'];
    }
    if (at + length > datagramEnd) return SKIP['malformed-ipv6'];
    if (at + length > end) return SKIP['truncated-ipv6'];
    if (next === FRAGMENT && (word16(buffer, at + 2) & FRAGMENT_MASK) !== 0) {
      return addFragment(buffer, start, at, smaller(end, datagramEnd), datagramEnd, segment);
    }
    if (next === HOP_BY_HOP && payloadLength === 0) {
      const jumbo = jumboLength(buffer, at + 2, at + length);
      if (jumbo > JUMBO_LIMIT) return SKIP['malformed-ipv6'];
      if (jumbo > 0) datagramEnd = start + HEADER_LENGTH + jumbo;
    }
    next = buffer[at];
    at += length;
  }
  if (at > datagramEnd) return SKIP['malformed-ipv6'];

  segment.family = 6;
  segment.source0 = word32(buffer, start + SOURCE_AT);
  segment.source1 = word32(buffer, start + SOURCE_AT + 4);
  segment.source2 = word32(buffer, start + SOURCE_AT + 8);
  segment.source3 = word32(buffer, start + SOURCE_AT + 12);
  segment.destination0 = word32(buffer, start + DESTINATION_AT);
  segment.destination1 = word32(buffer, start + DESTINATION_AT + 4);
  segment.destination2 = word32(buffer, start + DESTINATION_AT + 8);
  segment.destination3 = word32(buffer, start + DESTINATION_AT + 12);
  segment.ipStart = start;
  segment.identity = 0;
  return decodeTcp(buffer, at, smaller(end, datagramEnd), datagramEnd, segment);
}

/**
 * The fragment whose header is at `at`. The whole is decoded as though it had been sent in one, without the extension
 * headers in front of the fragment header, which say nothing to us.
 */
function addFragment(
  buffer: Uint8Array,
  start: number,
  at: number,
  end: number,
  datagramEnd: number,
  segment: Segment,
): Outcome {
  const { layers } = segment;
  if (layers === null) return SKIP['ipv6-fragment'];
  if (end < datagramEnd) return SKIP['truncated-ipv6'];
  const field = word16(buffer, at + 2);
  const more = (field & MORE_FRAGMENTS) !== 0;
  const payloadStart = at + FRAGMENT_LENGTH;
  if (more && (end - payloadStart) % 8 !== 0) return SKIP['malformed-ipv6'];
  const header = buffer.slice(start, start + HEADER_LENGTH);
  header[NEXT_HEADER_AT] = buffer[at];
  const addresses: number[] = [];
  for (let word = SOURCE_AT; word < HEADER_LENGTH; word += 4) addresses.push(word32(buffer, start + word));
  const datagram = layers.datagrams.add({
    family: 6,
    key: `6 ${segment.realm} ${addresses.join(' ')} ${word32(buffer, at + IDENTIFICATION_AT)}`,
    header,
    offset: field & OFFSET_MASK,
    more,
    octets: buffer.subarray(payloadStart, end),
    seconds: layers.seconds,
  });
  if (datagram === null) return HELD;
  const { length } = datagram;
  datagram[PAYLOAD_LENGTH_AT] = (length - HEADER_LENGTH) >> 8;
  datagram[PAYLOAD_LENGTH_AT + 1] = length - HEADER_LENGTH;
  return decodeIpv6(datagram, 0, length, length, segment);
}
