// GENEVE (RFC 8926 §3.4): options, a network identifier, and an EtherType for what is inside.

import { decodeEtherType } from './ether-type.ts';
import { word16, word32 } from './octets.ts';
import { innerRealm, REALM } from './realm.ts';
import type { Segment } from './segment.ts';
import { type Outcome, SKIP } from './skip-reason.ts';

const HEADER_LENGTH = 8;
const TYPE_AT = 2;
const IDENTIFIER_AT = 4;
/** Length of the options in units of 4 octets. */
const OPTIONS_MASK = 0x3f;

/** A LayerDecoder. */
export function decodeGeneve(
  buffer: Uint8Array,
  start: number,
  end: number,
  wireEnd: number,
  segment: Segment,
): Outcome {
  if (end - start < HEADER_LENGTH) return SKIP['truncated-tunnel'];
  if (buffer[start] >> 6 !== 0) return SKIP['malformed-tunnel'];
  const payloadStart = start + HEADER_LENGTH + (buffer[start] & OPTIONS_MASK) * 4;
  if (payloadStart > wireEnd) return SKIP['malformed-tunnel'];
  if (payloadStart > end) return SKIP['truncated-tunnel'];
  segment.realm = innerRealm(segment.realm, REALM.geneve, word32(buffer, start + IDENTIFIER_AT) >>> 8);
  return decodeEtherType(word16(buffer, start + TYPE_AT), buffer, payloadStart, end, wireEnd, segment);
}
