// The UDP header (RFC 768), for the tunnels in it: they are known by their ports. What is inside must be what the tunnel
// says, else it was some other use of the port.

import { word16 } from './octets.ts';
import type { Segment } from './segment.ts';
import { type Outcome, SKIP } from './skip-reason.ts';

const HEADER_LENGTH = 8;
const LENGTH_AT = 4;

/** What is found where somebody else uses the port of a tunnel. */
const SAYS_ANOTHER_USE: ReadonlySet<Outcome> = new Set([
  SKIP['not-ip'],
  SKIP['malformed-tunnel'],
  SKIP['malformed-ipv4'],
  SKIP['malformed-ipv6'],
  SKIP['malformed-tcp'],
]);

/** A LayerDecoder. */
export function decodeUdp(buffer: Uint8Array, start: number, end: number, wireEnd: number, segment: Segment): Outcome {
  const { layers } = segment;
  if (layers === null) return SKIP['not-tcp'];
  if (end - start < HEADER_LENGTH) return SKIP['truncated-udp'];
  // Either port may be the tunnel's: sources are drawn at random in VXLAN, but answers of GTP-U and Teredo come from it.
  const decode = layers.tunnelOf(word16(buffer, start + 2)) ?? layers.tunnelOf(word16(buffer, start));
  if (decode === null) return SKIP['not-tcp'];
  const length = word16(buffer, start + LENGTH_AT);
  // 0: offload, or a jumbogram.
  const datagramEnd = length < HEADER_LENGTH ? wireEnd : Math.min(wireEnd, start + length);
  const outcome = decode(buffer, start + HEADER_LENGTH, Math.min(end, datagramEnd), datagramEnd, segment);
  return SAYS_ANOTHER_USE.has(outcome) ? SKIP['not-tcp'] : outcome;
}
