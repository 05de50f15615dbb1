// MPLS label stacks (RFC 3032 §2.1). What is behind the last label no field says: an IP header tells itself by its first
// four bits; else it is Ethernet, most often behind a control word, whose first four bits are 0 (RFC 4385 §3).

import { decodeEthernet } from './ethernet.ts';
import { decodeIpv4 } from './ipv4.ts';
import { decodeIpv6 } from './ipv6.ts';
import type { Segment } from './segment.ts';
import { type Outcome, SKIP } from './skip-reason.ts';

const LABEL_LENGTH = 4;
const CONTROL_WORD_LENGTH = 4;
/** In the third octet of a label. */
const BOTTOM_OF_STACK = 0x01;

/** A LayerDecoder. Labels differ between the directions of a connection, so they make no realm. */
export function decodeMpls(buffer: Uint8Array, start: number, end: number, wireEnd: number, segment: Segment): Outcome {
  let at = start;
  do {
    if (end - at < LABEL_LENGTH) return SKIP['truncated-mpls'];
    at += LABEL_LENGTH;
  } while ((buffer[at - 2] & BOTTOM_OF_STACK) === 0);
  if (at >= end) return SKIP['truncated-mpls'];
  const version = buffer[at] >> 4;
  if (version === 4) return decodeIpv4(buffer, at, end, wireEnd, segment);
  if (version === 6) return decodeIpv6(buffer, at, end, wireEnd, segment);
  if (version === 0 && end - at > CONTROL_WORD_LENGTH) {
    // An address may begin with these bits as well.
    const outcome = decodeEthernet(buffer, at + CONTROL_WORD_LENGTH, end, wireEnd, segment);
    if (outcome !== SKIP['not-ip']) return outcome;
  }
  return decodeEthernet(buffer, at, end, wireEnd, segment);
}
