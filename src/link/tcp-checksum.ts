// The checksum of a TCP segment (RFC 9293 §3.1, RFC 1071), and its completion: a host that lets its network card compute it
// leaves the sum over the pseudo-header alone in the field, which is what a capture on that host then shows.

import { word16 } from './octets.ts';
import type { Segment } from './segment.ts';

const PROTOCOL = 6;
const CHECKSUM_AT = 16;

/** Sum of 16-bit words, not yet folded; an odd octet counts as the high one. */
export function sumWords(octets: Uint8Array, start: number, end: number): number {
  let sum = 0;
  let i = start;
  for (; i + 1 < end; i += 2) sum += word16(octets, i);
  return i < end ? sum + (octets[i] << 8) : sum;
}

export function folded(sum: number): number {
  let rest = sum;
  while (rest > 0xffff) rest = (rest % 0x10000) + Math.floor(rest / 0x10000);
  return rest;
}

/** Addresses, protocol and length, as a sum; the addresses stand at the end of the IP header where it has no options. */
export function pseudoHeaderSum(octets: Uint8Array, addressesAt: number, addressesEnd: number, length: number): number {
  return sumWords(octets, addressesAt, addressesEnd) + PROTOCOL + length;
}

/**
 * Completes the checksum of a segment in its packet, where it was left to the network card and the whole segment was
 * captured; returns whether it did.
 */
export function completeChecksum(segment: Segment): boolean {
  const { buffer, family, ipStart, tcpStart, payloadEnd, missing } = segment;
  if (missing > 0) return false;
  const addressesAt = ipStart + (family === 4 ? 12 : 8);
  const pseudo = pseudoHeaderSum(buffer, addressesAt, addressesAt + (family === 4 ? 8 : 32), payloadEnd - tcpStart);
  const at = tcpStart + CHECKSUM_AT;
  if (word16(buffer, at) !== folded(pseudo)) return false;
  // The field holds the pseudo-header's sum already, so that the sum over the segment is that of both.
  const checksum = ~folded(sumWords(buffer, tcpStart, payloadEnd)) & 0xffff;
  buffer[at] = checksum >> 8;
  buffer[at + 1] = checksum & 0xff;
  return true;
}
