// Fills a head from its octets once it is complete. Lenient in the fields and strict in the start line, by which HTTP is told
// from what only begins like it. Knows nothing of bodies.

import { word32 } from '../link/octets.ts';
import type { HttpHead, RequestHead, ResponseHead } from './head.ts';
import type { HeadScan } from './head-scan.ts';
import { isDigit, SPACE, threeDigits } from './octet-names.ts';

/** `HTTP` and `P/1.` as words. */
const HTTP = 0x48545450;
const P_1 = 0x502f312e;
const VERSION_LENGTH = 'HTTP/1.1'.length;
const [G, E, T] = new TextEncoder().encode('GET');

/** HTTP/1.0 and HTTP/1.1; a higher minor version is read alike (RFC 9110 §2.5). */
function isVersion1(octets: Uint8Array, start: number): boolean {
  return word32(octets, start) === HTTP && word32(octets, start + 3) === P_1 && isDigit(octets[start + 7]);
}

/** Makes no string of the method that most requests have. */
function methodOf(octets: Uint8Array, start: number, end: number): string {
  if (end - start === 3 && octets[start] === G && octets[start + 1] === E && octets[start + 2] === T) return 'GET';
  return String.fromCharCode(...octets.subarray(start, end));
}

/** `method SP target SP version`, RFC 9112 §3; a target with spaces, though forbidden, is kept whole. */
function parseRequest(head: RequestHead, number: number, octets: Uint8Array, start: number, scan: HeadScan): boolean {
  const targetEnd = scan.startLineEnd - VERSION_LENGTH - 1;
  let methodEnd = start;
  while (methodEnd < targetEnd && octets[methodEnd] !== SPACE) methodEnd++;
  if (methodEnd === start || methodEnd >= targetEnd || octets[targetEnd] !== SPACE) return false;
  if (!isVersion1(octets, targetEnd + 1)) return false;
  head.begin(number, methodOf(octets, start, methodEnd), targetEnd - start);
  return true;
}

/** `version SP status SP reason`, RFC 9112 §4; the reason and the space before it may be absent. */
function parseResponse(head: ResponseHead, number: number, octets: Uint8Array, start: number, scan: HeadScan): boolean {
  const length = scan.startLineEnd - start;
  if (length < 12 || !isVersion1(octets, start) || octets[start + 8] !== SPACE) return false;
  if (length > 12 && octets[start + 12] !== SPACE) return false;
  const status = threeDigits(octets, start + 9);
  if (status < 100) return false;
  head.begin(number, status);
  return true;
}

/**
 * Fills `head` with the one that begins at `octets[start]` and was just scanned. `number` is the message's in its direction.
 * False where the start line is none of HTTP/1.
 */
export function parseHead(head: HttpHead, number: number, octets: Uint8Array, start: number, scan: HeadScan): boolean {
  const isHead =
    head.kind === 'request'
      ? parseRequest(head, number, octets, start, scan)
      : parseResponse(head, number, octets, start, scan);
  if (isHead) head.text.begin(octets, start, scan);
  return isHead;
}
