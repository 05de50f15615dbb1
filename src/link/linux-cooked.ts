// The headers that Linux makes up for captures on `any` and for devices without a link layer: version 1 and 2,
// https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL2.html. A packet may come twice in such captures; nobody here minds.

import { decodeEtherType } from './ether-type.ts';
import { word16 } from './octets.ts';
import type { Segment } from './segment.ts';
import { type Outcome, SKIP } from './skip-reason.ts';

const VERSION_1_PROTOCOL_AT = 14;
const VERSION_1_LENGTH = 16;
const VERSION_2_PROTOCOL_AT = 0;
const VERSION_2_LENGTH = 20;

/** A LayerDecoder for LINKTYPE_LINUX_SLL. */
export function decodeLinuxCooked1(
  buffer: Uint8Array,
  start: number,
  end: number,
  wireEnd: number,
  segment: Segment,
): Outcome {
  if (end - start < VERSION_1_LENGTH) return SKIP['truncated-linux-cooked'];
  const type = word16(buffer, start + VERSION_1_PROTOCOL_AT);
  return decodeEtherType(type, buffer, start + VERSION_1_LENGTH, end, wireEnd, segment);
}

/** A LayerDecoder for LINKTYPE_LINUX_SLL2. */
export function decodeLinuxCooked2(
  buffer: Uint8Array,
  start: number,
  end: number,
  wireEnd: number,
  segment: Segment,
): Outcome {
  if (end - start < VERSION_2_LENGTH) return SKIP['truncated-linux-cooked'];
  const type = word16(buffer, start + VERSION_2_PROTOCOL_AT);
  return decodeEtherType(type, buffer, start + VERSION_2_LENGTH, end, wireEnd, segment);
}
