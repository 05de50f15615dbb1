// The logical link header (IEEE 802.2) with SNAP: an EtherType behind six octets. Frames of 802.3 with a length have it,
// and all data of IEEE 802.11; without SNAP it carries no IP that anybody still sends.

import { decodeEtherType } from './ether-type.ts';
import { word16 } from './octets.ts';
import type { Segment } from './segment.ts';
import { type Outcome, SKIP } from './skip-reason.ts';

/** Destination and source of SNAP, an unnumbered information frame. */
const SNAP = [0xaa, 0xaa, 0x03];
const TYPE_AT = 6;
const HEADER_LENGTH = 8;

/** A LayerDecoder. The organisation's number, 0 for RFC 1042 and 0x0000f8 for 802.1H, changes nothing. */
export function decodeLogicalLink(
  buffer: Uint8Array,
  start: number,
  end: number,
  wireEnd: number,
  segment: Segment,
): Outcome {
  if (end - start < HEADER_LENGTH) return SKIP['not-ip'];
  if (SNAP.some((octet, index) => buffer[start + index] !== octet)) return SKIP['not-ip'];
  return decodeEtherType(word16(buffer, start + TYPE_AT), buffer, start + HEADER_LENGTH, end, wireEnd, segment);
}
