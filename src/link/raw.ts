// Packets that begin with their IP header: the version in its first four bits tells which.

import { decodeIpv4 } from './ipv4.ts';
import { decodeIpv6 } from './ipv6.ts';
import type { Segment } from './segment.ts';
import { type Outcome, SKIP } from './skip-reason.ts';

/** A LayerDecoder. An empty packet has no version and is no IP. */
export function decodeRaw(buffer: Uint8Array, start: number, end: number, wireEnd: number, segment: Segment): Outcome {
  const version = end > start ? buffer[start] >> 4 : 0;
  if (version === 4) return decodeIpv4(buffer, start, end, wireEnd, segment);
  if (version === 6) return decodeIpv6(buffer, start, end, wireEnd, segment);
  return SKIP['not-ip'];
}
