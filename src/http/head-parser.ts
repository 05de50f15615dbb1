// Makes a head out of its text once it is complete. Lenient in the fields and strict in the start line, by which
// HTTP is told from what only begins like it. Knows nothing of bodies.

import { type HttpHead, RequestHead, ResponseHead } from './head.ts';
import type { HeadText } from './head-text.ts';
import { isDigit, SPACE } from './octet-names.ts';

export type Role = 'request' | 'response';

const VERSION_LENGTH = 'HTTP/1.1'.length;

/** HTTP/1.0 and HTTP/1.1; a higher minor version is read alike (RFC 9110 §2.5). */
function isVersion1(text: string, start: number): boolean {
  return text.startsWith('HTTP/1.', start) && isDigit(text.charCodeAt(start + VERSION_LENGTH - 1));
}

/** `method SP target SP version`, RFC 9112 §3; a target with spaces, though forbidden, is kept whole. */
function parseRequest(number: number, text: HeadText): RequestHead | null {
  const { latin1, startLineEnd } = text;
  const methodEnd = latin1.indexOf(' ');
  const targetEnd = startLineEnd - VERSION_LENGTH - 1;
  if (methodEnd <= 0 || targetEnd <= methodEnd || latin1.charCodeAt(targetEnd) !== SPACE) return null;
  return isVersion1(latin1, targetEnd + 1) ? new RequestHead(number, text, methodEnd, targetEnd) : null;
}

/** `version SP status SP reason`, RFC 9112 §4; the reason and the space before it may be absent. */
function parseResponse(number: number, text: HeadText): ResponseHead | null {
  const { latin1, startLineEnd } = text;
  if (startLineEnd < 12 || !isVersion1(latin1, 0) || latin1.charCodeAt(8) !== SPACE) return null;
  if (startLineEnd > 12 && latin1.charCodeAt(12) !== SPACE) return null;
  const status = threeDigits(latin1, 9);
  return status < 100 ? null : new ResponseHead(number, status, text);
}

/** -1 where they are no digits. */
function threeDigits(text: string, start: number): number {
  let value = 0;
  for (let at = start; at < start + 3; at++) {
    const code = text.charCodeAt(at);
    if (!isDigit(code)) return -1;
    value = value * 10 + code - 0x30;
  }
  return value;
}

/** Makes the head of its text. `number` is the message's in its direction. Null where the start line is none of HTTP/1. */
export function parseHead(role: Role, number: number, text: HeadText): HttpHead | null {
  return role === 'request' ? parseRequest(number, text) : parseResponse(number, text);
}
