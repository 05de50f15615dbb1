// IP addresses as text, from the four words of a segment, or from octets. IPv6 by RFC 5952.

import { word32 } from './octets.ts';

function formatIpv4(word: number): string {
  return `${word >>> 24}.${(word >>> 16) & 0xff}.${(word >>> 8) & 0xff}.${word & 0xff}`;
}

/** The first of the longest runs of zeros, of two groups or more (RFC 5952 §4.2). */
function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let longest = { start: 0, length: 1 };
  let start = 0;
  for (let i = 0; i <= groups.length; i++) {
    if (groups[i] === 0) continue;
    if (i - start > longest.length) longest = { start, length: i - start };
    start = i + 1;
  }
  return longest;
}

/**
 * `family` is 4 or 6; the words are those of `Segment`, an IPv4 address in the last. IPv4-mapped addresses keep their
 * dots (RFC 5952 §5).
 */
export function formatAddress(family: number, word0: number, word1: number, word2: number, word3: number): string {
  if (family === 4) return formatIpv4(word3);
  if (word0 === 0 && word1 === 0 && word2 === 0xffff) return `::ffff:${formatIpv4(word3)}`;
  const groups = [word0, word1, word2, word3].flatMap((word) => [word >>> 16, word & 0xffff]);
  const text = groups.map((group) => group.toString(16));
  const run = longestZeroRun(groups);
  if (run.length < 2) return text.join(':');
  return `${text.slice(0, run.start).join(':')}::${text.slice(run.start + run.length).join(':')}`;
}

/** Of `length` octets, 4 or 16, that begin at `at`. */
export function formatAddressAt(octets: Uint8Array, at: number, length: number): string {
  if (length === 4) return formatAddress(4, 0, 0, 0, word32(octets, at));
  return formatAddress(6, word32(octets, at), word32(octets, at + 4), word32(octets, at + 8), word32(octets, at + 12));
}
