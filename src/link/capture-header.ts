// Headers that capturing systems put before packets of other link types: Linux's NFLOG, Apple's PKTAP, PPI; and what
// Wireshark exports from above IP, in which there is no TCP to read.

import { littleWord16, littleWord32, word16, word32 } from './octets.ts';
import { decodeRaw } from './raw.ts';
import type { Segment } from './segment.ts';
import { type Outcome, SKIP } from './skip-reason.ts';

const NFLOG_HEADER_LENGTH = 4;
const NFLOG_ATTRIBUTE_LENGTH = 4;
const NFLOG_PAYLOAD = 9;

const PKTAP_SHORTEST = 12;
/** Apple's own is 108 octets; far more is the other byte order. */
const PKTAP_LONGEST = 0x10000;

const PPI_HEADER_LENGTH = 8;

/**
 * A LayerDecoder for LINKTYPE_NFLOG: attributes of length, type and value, in the byte order of the capturing host, which
 * the first attribute's length gives away.
 */
export function decodeNflog(
  buffer: Uint8Array,
  start: number,
  end: number,
  wireEnd: number,
  segment: Segment,
): Outcome {
  let at = start + NFLOG_HEADER_LENGTH;
  if (at + NFLOG_ATTRIBUTE_LENGTH > end) return SKIP['truncated-capture-header'];
  const read16 = littleWord16(buffer, at) <= word16(buffer, at) ? littleWord16 : word16;
  while (at + NFLOG_ATTRIBUTE_LENGTH <= end) {
    const length = read16(buffer, at);
    if (length < NFLOG_ATTRIBUTE_LENGTH) return SKIP['malformed-capture-header'];
    if (read16(buffer, at + 2) === NFLOG_PAYLOAD) {
      const payloadEnd = Math.min(wireEnd, at + length);
      return decodeRaw(buffer, at + NFLOG_ATTRIBUTE_LENGTH, Math.min(end, payloadEnd), payloadEnd, segment);
    }
    at += Math.ceil(length / 4) * 4;
  }
  return SKIP['truncated-capture-header'];
}

/** A LayerDecoder for LINKTYPE_PKTAP: its length, what follows, and the link type of that, in the host's byte order. */
export function decodePktap(
  buffer: Uint8Array,
  start: number,
  end: number,
  wireEnd: number,
  segment: Segment,
): Outcome {
  if (end - start < PKTAP_SHORTEST) return SKIP['truncated-capture-header'];
  const isLittle = littleWord32(buffer, start) >>> 0 < PKTAP_LONGEST;
  const read32 = isLittle ? littleWord32 : word32;
  const length = read32(buffer, start) >>> 0;
  if (length < PKTAP_SHORTEST) return SKIP['malformed-capture-header'];
  if (length > end - start) return SKIP['truncated-capture-header'];
  const linkType = read32(buffer, start + 8);
  return segment.layers?.linkType(linkType, buffer, start + length, end, wireEnd, segment) ?? SKIP['not-ip'];
}

/** A LayerDecoder for LINKTYPE_PPI: version, flags, length and link type, always little-endian. */
export function decodePpi(buffer: Uint8Array, start: number, end: number, wireEnd: number, segment: Segment): Outcome {
  if (end - start < PPI_HEADER_LENGTH) return SKIP['truncated-capture-header'];
  const length = littleWord16(buffer, start + 2);
  if (length < PPI_HEADER_LENGTH) return SKIP['malformed-capture-header'];
  if (length > end - start) return SKIP['truncated-capture-header'];
  const linkType = littleWord32(buffer, start + 4);
  return segment.layers?.linkType(linkType, buffer, start + length, end, wireEnd, segment) ?? SKIP['not-ip'];
}

/** A LayerDecoder for LINKTYPE_WIRESHARK_UPPER_PDU. */
export function decodeUpperPdu(): Outcome {
  return SKIP['wireshark-upper-pdu'];
}
