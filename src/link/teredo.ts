// Teredo (RFC 4380 §5.1.1): IPv6 in UDP, perhaps behind an authentication and an origin indication.

import { decodeIpv6 } from './ipv6.ts';
import { word16 } from './octets.ts';
import type { Segment } from './segment.ts';
import { type Outcome, SKIP } from './skip-reason.ts';

const ORIGIN = 0x0000;
const ORIGIN_LENGTH = 8;
const AUTHENTICATION = 0x0001;
/** Octets of an authentication without its identifier and value. */
const AUTHENTICATION_LENGTH = 13;
const IPV6_HEADER_LENGTH = 40;

/** A LayerDecoder. */
export function decodeTeredo(
  buffer: Uint8Array,
  start: number,
  end: number,
  wireEnd: number,
  segment: Segment,
): Outcome {
  let at = start;
  if (end - at >= AUTHENTICATION_LENGTH && word16(buffer, at) === AUTHENTICATION) {
    at += AUTHENTICATION_LENGTH + buffer[at + 2] + buffer[at + 3];
  }
  if (end - at >= ORIGIN_LENGTH && word16(buffer, at) === ORIGIN) at += ORIGIN_LENGTH;
  if (at >= end) return SKIP['truncated-tunnel'];
  if (buffer[at] >> 4 !== 6) return SKIP['malformed-tunnel'];
  // Four bits are few to tell IPv6 by: its length must be that of the datagram, too.
  if (end - at >= IPV6_HEADER_LENGTH && at + IPV6_HEADER_LENGTH + word16(buffer, at + 4) !== wireEnd) {
    return SKIP['malformed-tunnel'];
  }
  return decodeIpv6(buffer, at, end, wireEnd, segment);
}
