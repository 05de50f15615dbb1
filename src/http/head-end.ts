// Finds where a head ends: at the first empty line after its start line. Looks for line ends only; knows no field, no
// limit, and not what the octets mean.

import { CR, LF } from './octet-names.ts';

/** Octets at the end of a searched piece that may belong to an empty line which the next piece completes. */
export const UNDECIDED_OCTETS = 2;

/** Offset of the start line in `octets[start, end)`: empty lines before it are passed over (RFC 9112 §2.2). */
export function startLineOffset(octets: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end) {
    if (octets[at] === LF) at++;
    else if (octets[at] === CR && at + 1 < end && octets[at + 1] === LF) at += 2;
    else break;
  }
  return at;
}

/**
 * Offset after the first empty line in `octets[start, end)`, where `start` lies inside a line that is not empty; -1 where
 * there is none. Both CR LF and a bare LF end a line (RFC 9112 §2.2).
 */
export function findEmptyLine(octets: Uint8Array, start: number, end: number): number {
  // An empty line shows as LF LF or LF CR, two octets side by side of which one is at every second place: the others
  // need not be looked at.
  for (let at = start + 1; at < end; at += 2) {
    const octet = octets[at];
    if (octet > CR) continue;
    if (octets[at - 1] === LF) {
      if (octet === LF) return at + 1;
      if (octet === CR && at + 1 < end && octets[at + 1] === LF) return at + 2;
    }
    if (octet === LF && at + 1 < end) {
      if (octets[at + 1] === LF) return at + 2;
      if (octets[at + 1] === CR && at + 2 < end && octets[at + 2] === LF) return at + 3;
    }
  }
  return -1;
}
