// VXLAN (RFC 7348 §5) and its extension GPE (draft-ietf-nvo3-vxlan-gpe), which can carry IP as well. The network's
// identifier tells apart what has equal addresses.

import { decodeEthernet } from './ethernet.ts';
import { decodeIpv4 } from './ipv4.ts';
import { decodeIpv6 } from './ipv6.ts';
import { word32 } from './octets.ts';
import { innerRealm, REALM } from './realm.ts';
import type { Segment } from './segment.ts';
import { type Outcome, SKIP } from './skip-reason.ts';

const HEADER_LENGTH = 8;
const IDENTIFIER_AT = 4;
const HAS_IDENTIFIER = 0x08;
const HAS_NEXT_PROTOCOL = 0x04;
const NEXT_PROTOCOL_AT = 3;
const NEXT_IPV4 = 1;
const NEXT_IPV6 = 2;
const NEXT_ETHERNET = 3;

function enterNetwork(buffer: Uint8Array, start: number, segment: Segment): void {
  segment.realm = innerRealm(segment.realm, REALM.vxlan, word32(buffer, start + IDENTIFIER_AT) >>> 8);
}

/** A LayerDecoder. Of the flags only the identifier's is looked at: extensions use the others. */
export function decodeVxlan(
  buffer: Uint8Array,
  start: number,
  end: number,
  wireEnd: number,
  segment: Segment,
): Outcome {
  if (end - start < HEADER_LENGTH) return SKIP['truncated-tunnel'];
  if ((buffer[start] & HAS_IDENTIFIER) === 0) return SKIP['malformed-tunnel'];
  enterNetwork(buffer, start, segment);
  return decodeEthernet(buffer, start + HEADER_LENGTH, end, wireEnd, segment);
}

/** A LayerDecoder. */
export function decodeVxlanGpe(
  buffer: Uint8Array,
  start: number,
  end: number,
  wireEnd: number,
  segment: Segment,
): Outcome {
  if (end - start < HEADER_LENGTH) return SKIP['truncated-tunnel'];
  if ((buffer[start] & HAS_IDENTIFIER) !== 0) enterNetwork(buffer, start, segment);
  const next = (buffer[start] & HAS_NEXT_PROTOCOL) === 0 ? NEXT_ETHERNET : buffer[start + NEXT_PROTOCOL_AT];
  const at = start + HEADER_LENGTH;
  if (next === NEXT_ETHERNET) return decodeEthernet(buffer, at, end, wireEnd, segment);
  if (next === NEXT_IPV4) return decodeIpv4(buffer, at, end, wireEnd, segment);
  if (next === NEXT_IPV6) return decodeIpv6(buffer, at, end, wireEnd, segment);
  return SKIP['not-ip'];
}
