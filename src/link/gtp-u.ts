// GTP-U version 1 (3GPP TS 29.281 §5): user packets of mobile networks, IP in UDP. The tunnel's identifiers differ between
// the directions of a connection, so they make no realm.

import { word16 } from './octets.ts';
import { decodeRaw } from './raw.ts';
import type { Segment } from './segment.ts';
import { type Outcome, SKIP } from './skip-reason.ts';

const HEADER_LENGTH = 8;
const LENGTH_AT = 2;
const MESSAGE_AT = 1;
/** Version 1, GTP and not GTP'. */
const VERSION_MASK = 0xf0;
const VERSION = 0x30;
/** Any of the flags for sequence number, N-PDU number and extension headers brings all three fields. */
const HAS_OPTIONAL_FIELDS = 0x07;
const HAS_EXTENSION = 0x04;
const OPTIONAL_LENGTH = 4;
const USER_PACKET = 255;

/** A LayerDecoder. */
export function decodeGtpU(buffer: Uint8Array, start: number, end: number, wireEnd: number, segment: Segment): Outcome {
  if (end - start < HEADER_LENGTH) return SKIP['truncated-tunnel'];
  const flags = buffer[start];
  if ((flags & VERSION_MASK) !== VERSION) return SKIP['malformed-tunnel'];
  if (buffer[start + MESSAGE_AT] !== USER_PACKET) return SKIP['not-tcp'];
  const messageEnd = Math.min(wireEnd, start + HEADER_LENGTH + word16(buffer, start + LENGTH_AT));
  let at = start + HEADER_LENGTH;
  if ((flags & HAS_OPTIONAL_FIELDS) !== 0) {
    at += OPTIONAL_LENGTH;
    if (at > end) return SKIP['truncated-tunnel'];
    let next = (flags & HAS_EXTENSION) === 0 ? 0 : buffer[at - 1];
    // Each extension header states its length in units of 4 octets and ends with the type of the next.
    while (next !== 0) {
      const length = at < end ? buffer[at] * 4 : 0;
      if (at + length > end) return SKIP['truncated-tunnel'];
      if (length === 0) return SKIP['malformed-tunnel'];
      at += length;
      next = buffer[at - 1];
    }
  }
  if (at > messageEnd) return SKIP['malformed-tunnel'];
  return decodeRaw(buffer, at, Math.min(end, messageEnd), messageEnd, segment);
}
