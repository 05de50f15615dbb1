// Says how the body after a head is delimited (RFC 9112 §6.3). Looks at heads only, never at a body.

import { CONTENT_LENGTH, TRANSFER_ENCODING } from './field-bits.ts';
import { listElements } from './field-text.ts';
import type { HttpHead, ResponseHead } from './head.ts';

// What a body's length can be besides a number of octets; negative, so that one number says all.
export const UNTIL_CLOSE = -1;
export const CHUNKED = -2;
export const UNCLEAR = -3;

/** RFC 9110 §15.2, §15.3.5, §15.4.5, §9.3.2, §9.3.6. */
function neverHasBody(head: ResponseHead, requestMethod: string): boolean {
  const { status } = head;
  if (status < 200 || status === 204 || status === 304) return true;
  return requestMethod === 'HEAD' || (requestMethod === 'CONNECT' && status < 300);
}

/** Octets by Content-Length; several equal values are one (RFC 9112 §6.3), differing ones leave the length unclear. */
function contentLength(field: string): number {
  let length = -1;
  for (const element of listElements(field)) {
    const stated = /^\d+$/.test(element) ? Number(element) : Number.NaN;
    if (!Number.isSafeInteger(stated) || (length !== -1 && length !== stated)) return UNCLEAR;
    length = stated;
  }
  return length === -1 ? UNCLEAR : length;
}

/** Octets of the body after `head`, or one of the constants above. `requestMethod` is of the request that is answered. */
export function bodyLength(head: HttpHead, requestMethod: string): number {
  if (head.kind === 'response' && neverHasBody(head, requestMethod)) return 0;
  const codings = head.text.mayHave(TRANSFER_ENCODING) ? head.field('Transfer-Encoding') : null;
  if (codings !== null) {
    if (listElements(codings).at(-1)?.toLowerCase() === 'chunked') return CHUNKED;
    return head.kind === 'response' ? UNTIL_CLOSE : UNCLEAR;
  }
  const length = head.text.mayHave(CONTENT_LENGTH) ? head.field('Content-Length') : null;
  if (length !== null) return contentLength(length);
  return head.kind === 'response' ? UNTIL_CLOSE : 0;
}
