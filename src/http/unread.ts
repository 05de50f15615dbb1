// Why HTTP cannot be read on, and what is there instead. Knows no connection.

/**
 * `no-head`: what comes where a head should begins none. `start-line`: the first line of a head is none of HTTP/1. `head-octets`,
 * `head-lines`: a head is larger than is read. `body-end`: where a message ends is not clear, by its fields or a chunk's size.
 */
export type UnreadReason = 'no-head' | 'start-line' | 'head-octets' | 'head-lines' | 'body-end';

/** Whether what came begins no head that is one of HTTP/1, so that none need follow. */
export function isNoHead(reason: UnreadReason): boolean {
  return reason === 'no-head' || reason === 'start-line';
}

/** Octets by which what is no head is told. */
const TOLD = 32;

export const NOTHING: Uint8Array = new Uint8Array(0);

/** A copy of the first of `octets[start, end)`. */
export function beginningOf(octets: Uint8Array, start: number, end: number): Uint8Array {
  return octets.slice(start, Math.min(end, start + TOLD));
}
