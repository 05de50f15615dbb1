// Ethernet frames (IEEE 802.3 §3.2): two addresses and an EtherType, or a length with a logical link header behind it.

import { decodeEtherType } from './ether-type.ts';
import { word16 } from './octets.ts';
import type { Segment } from './segment.ts';
import { type Outcome, SKIP } from './skip-reason.ts';

const TYPE_AT = 12;
const HEADER_LENGTH = 14;

/** A LayerDecoder. */
export function decodeEthernet(
  buffer: Uint8Array,
  start: number,
  end: number,
  wireEnd: number,
  segment: Segment,
): Outcome {
  if (end - start < HEADER_LENGTH) return SKIP['truncated-ethernet'];
  const type = word16(buffer, start + TYPE_AT);
  return decodeEtherType(type, buffer, start + HEADER_LENGTH, end, wireEnd, segment);
}
