// GRE (RFC 2784, keys and sequence numbers by RFC 2890, source routes by RFC 1701, version 1 by RFC 2637), and ERSPAN, which is
// Ethernet in it: type I without a header of its own, types II and III with one (draft-foschiano-erspan).

import { decodeEtherType } from './ether-type.ts';
import { decodeEthernet } from './ethernet.ts';
import { word16, word32 } from './octets.ts';
import { decodePpp } from './ppp.ts';
import { innerRealm, REALM } from './realm.ts';
import type { Segment } from './segment.ts';
import { type Outcome, SKIP } from './skip-reason.ts';

const HEADER_LENGTH = 4;
const FIELD_LENGTH = 4;
/** Address family, offset and length, before the route itself. */
const ROUTE_HEADER_LENGTH = 4;

const HAS_CHECKSUM = 0x8000;
const HAS_ROUTING = 0x4000;
const HAS_KEY = 0x2000;
const HAS_SEQUENCE = 0x1000;
const HAS_ACKNOWLEDGMENT = 0x0080;
const VERSION_MASK = 0x0007;

const PPP = 0x880b;
const ERSPAN_1_OR_2 = 0x88be;
const ERSPAN_3 = 0x22eb;
const ERSPAN_2_LENGTH = 8;
const ERSPAN_3_LENGTH = 12;
const ERSPAN_3_SUBHEADER_LENGTH = 8;
/** In the last octet of the header of type III: a subheader follows. */
const HAS_SUBHEADER = 0x01;

/** A LayerDecoder. */
export function decodeGre(buffer: Uint8Array, start: number, end: number, wireEnd: number, segment: Segment): Outcome {
  if (end - start < HEADER_LENGTH) return SKIP['truncated-gre'];
  const flags = word16(buffer, start);
  const type = word16(buffer, start + 2);
  const version = flags & VERSION_MASK;
  const hasRouting = (flags & HAS_ROUTING) !== 0;
  // RFC 2637 §4.1 forbids routes in version 1.
  if (version > 1 || (version === 1 && hasRouting)) return SKIP['malformed-tunnel'];
  let at = start + HEADER_LENGTH;
  // Of checksum and routes either brings the fields of both.
  if ((flags & HAS_CHECKSUM) !== 0 || hasRouting) at += FIELD_LENGTH;
  const keyAt = at;
  if ((flags & HAS_KEY) !== 0) at += FIELD_LENGTH;
  if ((flags & HAS_SEQUENCE) !== 0) at += FIELD_LENGTH;
  if (version === 1 && (flags & HAS_ACKNOWLEDGMENT) !== 0) at += FIELD_LENGTH;
  if (hasRouting) at = afterRoutes(buffer, at, end);
  if (at > end) return SKIP['truncated-gre'];
  // Version 1 has the length and the call there.
  if ((flags & HAS_KEY) !== 0 && version === 0) {
    segment.realm = innerRealm(segment.realm, REALM.gre, word32(buffer, keyAt));
  }
  if (type === PPP) return decodePpp(buffer, at, end, wireEnd, segment);
  if (type === ERSPAN_1_OR_2) {
    const length = (flags & HAS_SEQUENCE) === 0 ? 0 : ERSPAN_2_LENGTH;
    return decodeMirrored(buffer, at, length, end, wireEnd, segment);
  }
  if (type === ERSPAN_3) {
    const hasSubheader = at + ERSPAN_3_LENGTH <= end && (buffer[at + ERSPAN_3_LENGTH - 1] & HAS_SUBHEADER) !== 0;
    const length = ERSPAN_3_LENGTH + (hasSubheader ? ERSPAN_3_SUBHEADER_LENGTH : 0);
    return decodeMirrored(buffer, at, length, end, wireEnd, segment);
  }
  return decodeEtherType(type, buffer, at, end, wireEnd, segment);
}

/** Offset behind the source routes, of which the last has the length 0; behind `end` where that one is not there. */
function afterRoutes(buffer: Uint8Array, start: number, end: number): number {
  let at = start + ROUTE_HEADER_LENGTH;
  while (at <= end && buffer[at - 1] > 0) at += buffer[at - 1] + ROUTE_HEADER_LENGTH;
  return at;
}

function decodeMirrored(
  buffer: Uint8Array,
  at: number,
  headerLength: number,
  end: number,
  wireEnd: number,
  segment: Segment,
): Outcome {
  if (end - at < headerLength) return SKIP['truncated-gre'];
  return decodeEthernet(buffer, at + headerLength, end, wireEnd, segment);
}
