// The 4 octets that BSD's loopback puts before each packet: the address family as the capturing system numbers it, in
// its own byte order (NULL) or in network order (LOOP).

import { decodeIpv4 } from './ipv4.ts';
import { decodeIpv6 } from './ipv6.ts';
import { word32 } from './octets.ts';
import type { Segment } from './segment.ts';
import { type Outcome, SKIP } from './skip-reason.ts';

const HEADER_LENGTH = 4;

const AF_INET = 2;
/** AF_INET6 of Linux, NetBSD and OpenBSD, FreeBSD, Darwin. */
const AF_INET6_LINUX = 10;
const AF_INET6_NETBSD = 24;
const AF_INET6_FREEBSD = 28;
const AF_INET6_DARWIN = 30;

function decodeFamily(
  family: number,
  buffer: Uint8Array,
  start: number,
  end: number,
  wireEnd: number,
  segment: Segment,
): Outcome {
  switch (family) {
    case AF_INET:
      return decodeIpv4(buffer, start, end, wireEnd, segment);
    case AF_INET6_LINUX:
    case AF_INET6_NETBSD:
    case AF_INET6_FREEBSD:
    case AF_INET6_DARWIN:
      return decodeIpv6(buffer, start, end, wireEnd, segment);
    default:
      return SKIP['not-ip'];
  }
}

/** A LayerDecoder for LINKTYPE_NULL. The file does not say the byte order, but families are small numbers. */
export function decodeNull(buffer: Uint8Array, start: number, end: number, wireEnd: number, segment: Segment): Outcome {
  if (end - start < HEADER_LENGTH) return SKIP['truncated-loopback'];
  const bigEndian = word32(buffer, start);
  const isSwapped = (bigEndian & 0xffff) === 0;
  const family = isSwapped ? (buffer[start + 1] << 8) | buffer[start] : bigEndian;
  return decodeFamily(family, buffer, start + HEADER_LENGTH, end, wireEnd, segment);
}

/** A LayerDecoder for LINKTYPE_LOOP. */
export function decodeLoop(buffer: Uint8Array, start: number, end: number, wireEnd: number, segment: Segment): Outcome {
  if (end - start < HEADER_LENGTH) return SKIP['truncated-loopback'];
  return decodeFamily(word32(buffer, start), buffer, start + HEADER_LENGTH, end, wireEnd, segment);
}
