// What two captures of one packet share, and a packet sent again does not, in one word. Knows the headers of a segment, and no
// connection.

import { viewOf } from './octets.ts';
import type { Segment } from './segment.ts';

/** Of TCP's header (RFC 9293 §3.1): where the acknowledgment number is, and all that changes from one sending to the next. */
const CHANGING_AT = 8;

/**
 * Two segments of one half with equal sequence numbers and identities are one packet, captured twice. Hot: nearly all have an
 * identification. Where IP gives none (IPv6, and IPv4 with 0), TCP's checksum is not enough, as on the sending host offload leaves that
 * of the pseudo-header: the acknowledgment, the window and the options, with their timestamps, count too.
 */
export function identityOf(segment: Segment): number {
  return segment.identity >>> 16 === 0 ? hashOfHeader(segment) : segment.identity;
}

/** FNV-1a over words. */
function hashOfHeader({ buffer, tcpStart, payloadStart }: Segment): number {
  const view = viewOf(buffer);
  let hash = 0x811c9dc5 | 0;
  // The snaplen may have cut the options.
  for (let at = tcpStart + CHANGING_AT; at + 4 <= payloadStart; at += 4) {
    hash = Math.imul(hash ^ view.getInt32(at), 0x01000193);
    hash ^= hash >>> 15;
  }
  return hash;
}
