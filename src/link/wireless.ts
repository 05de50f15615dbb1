// IEEE 802.11 data frames (§9.3.2), where they are not encrypted: plain, or behind the headers that capturing systems put
// in front of them (radiotap, AVS, Prism). What needs keys, or several frames put together, is counted by its reason.

import { decodeLogicalLink } from './logical-link.ts';
import { littleWord16, littleWord32, word32 } from './octets.ts';
import type { Segment } from './segment.ts';
import { type Outcome, SKIP } from './skip-reason.ts';

/** Version, type and subtype in the first octet of frame control; flags in the second. */
const VERSION_AND_TYPE_MASK = 0x0f;
const DATA = 0x08;
const SUBTYPE_QOS = 0x80;
const SUBTYPE_NO_DATA = 0x40;
const TO_AND_FROM_DISTRIBUTION = 0x03;
const MORE_FRAGMENTS = 0x04;
const PROTECTED = 0x40;
const HAS_HIGH_THROUGHPUT_CONTROL = 0x80;

const HEADER_LENGTH = 24;
const SEQUENCE_CONTROL_AT = 22;
const FRAGMENT_NUMBER_MASK = 0x000f;
const FOURTH_ADDRESS_LENGTH = 6;
const QOS_LENGTH = 2;
const IS_AGGREGATE = 0x80;
const HIGH_THROUGHPUT_LENGTH = 4;

const RADIOTAP_HEADER_LENGTH = 8;
const RADIOTAP_TIME = 1 << 0;
const RADIOTAP_FLAGS = 1 << 1;
const RADIOTAP_MORE_PRESENT = 1 << 31;
/** The payload begins at a multiple of 4 octets. */
const FLAG_PADDED = 0x20;

/** At a multiple of how many octets the payload begins. */
const ANYWHERE = 1;
const PADDED = 4;

const AVS_MAGIC = 0x80211001 | 0;
const AVS_SHORTEST = 8;
const PRISM_LENGTH = 144;

/** A LayerDecoder for LINKTYPE_IEEE802_11. */
export function decodeWireless(
  buffer: Uint8Array,
  start: number,
  end: number,
  wireEnd: number,
  segment: Segment,
): Outcome {
  return decodeFrame(buffer, start, end, wireEnd, segment, ANYWHERE);
}

/** A LayerDecoder for LINKTYPE_IEEE802_11_RADIOTAP, https://www.radiotap.org */
export function decodeRadiotap(
  buffer: Uint8Array,
  start: number,
  end: number,
  wireEnd: number,
  segment: Segment,
): Outcome {
  if (end - start < RADIOTAP_HEADER_LENGTH) return SKIP['truncated-wireless'];
  const length = littleWord16(buffer, start + 2);
  if (length < RADIOTAP_HEADER_LENGTH) return SKIP['malformed-capture-header'];
  const frameStart = start + length;
  if (frameStart > end) return SKIP['truncated-wireless'];
  const isPadded = (radiotapFlags(buffer, start, frameStart) & FLAG_PADDED) !== 0;
  return decodeFrame(buffer, frameStart, end, wireEnd, segment, isPadded ? PADDED : ANYWHERE);
}

function radiotapFlags(buffer: Uint8Array, start: number, end: number): number {
  const present = littleWord32(buffer, start + 4);
  if ((present & RADIOTAP_FLAGS) === 0) return 0;
  let at = start + 4;
  // Fields follow the last of the words that say which are present.
  while (at + 4 <= end && (littleWord32(buffer, at) & RADIOTAP_MORE_PRESENT) !== 0) at += 4;
  at += 4;
  // Times are aligned to 8 octets from the beginning.
  if ((present & RADIOTAP_TIME) !== 0) at = start + Math.ceil((at - start) / 8) * 8 + 8;
  return at < end ? buffer[at] : 0;
}

/** A LayerDecoder for LINKTYPE_IEEE802_11_AVS. */
export function decodeAvs(buffer: Uint8Array, start: number, end: number, wireEnd: number, segment: Segment): Outcome {
  if (end - start < AVS_SHORTEST) return SKIP['truncated-wireless'];
  const length = word32(buffer, start + 4) >>> 0;
  if (word32(buffer, start) !== AVS_MAGIC || length < AVS_SHORTEST) return SKIP['malformed-capture-header'];
  if (length > end - start) return SKIP['truncated-wireless'];
  return decodeWireless(buffer, start + length, end, wireEnd, segment);
}

/** A LayerDecoder for LINKTYPE_IEEE802_11_PRISM; drivers put AVS headers there too. */
export function decodePrism(
  buffer: Uint8Array,
  start: number,
  end: number,
  wireEnd: number,
  segment: Segment,
): Outcome {
  if (end - start >= AVS_SHORTEST && word32(buffer, start) === AVS_MAGIC) {
    return decodeAvs(buffer, start, end, wireEnd, segment);
  }
  if (end - start < PRISM_LENGTH) return SKIP['truncated-wireless'];
  return decodeWireless(buffer, start + PRISM_LENGTH, end, wireEnd, segment);
}

function decodeFrame(
  buffer: Uint8Array,
  start: number,
  end: number,
  wireEnd: number,
  segment: Segment,
  alignment: number,
): Outcome {
  if (end - start < 2) return SKIP['truncated-wireless'];
  const control = buffer[start];
  const flags = buffer[start + 1];
  if ((control & VERSION_AND_TYPE_MASK) !== DATA || (control & SUBTYPE_NO_DATA) !== 0) return SKIP['not-ip'];
  if (end - start < HEADER_LENGTH) return SKIP['truncated-wireless'];
  if ((flags & PROTECTED) !== 0) return SKIP['encrypted-wireless'];
  const fragment = littleWord16(buffer, start + SEQUENCE_CONTROL_AT) & FRAGMENT_NUMBER_MASK;
  if ((flags & MORE_FRAGMENTS) !== 0 || fragment !== 0) return SKIP['wireless-fragment'];
  let length = HEADER_LENGTH;
  if ((flags & TO_AND_FROM_DISTRIBUTION) === TO_AND_FROM_DISTRIBUTION) length += FOURTH_ADDRESS_LENGTH;
  if ((control & SUBTYPE_QOS) !== 0) {
    if (start + length < end && (buffer[start + length] & IS_AGGREGATE) !== 0) return SKIP['wireless-aggregate'];
    length += QOS_LENGTH;
    if ((flags & HAS_HIGH_THROUGHPUT_CONTROL) !== 0) length += HIGH_THROUGHPUT_LENGTH;
  }
  length = Math.ceil(length / alignment) * alignment;
  if (start + length > end) return SKIP['truncated-wireless'];
  return decodeLogicalLink(buffer, start + length, end, wireEnd, segment);
}
