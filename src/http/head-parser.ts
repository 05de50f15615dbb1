// Makes a head out of its octets once they are complete. Lenient in the fields and strict in the start line, by which
// HTTP is told from what only begins like it. Knows nothing of bodies.

import { FieldLines } from './field-lines.ts';
import { type HttpHead, RequestHead, type RequestLine, ResponseHead, type StatusLine } from './head.ts';
import type { HeadScanner } from './head-scanner.ts';
import { isDigit } from './octet-names.ts';

export type Role = 'request' | 'response';

/** HTTP/1.0 and HTTP/1.1; a higher minor version is read alike (RFC 9110 §2.5). */
function isVersion1(version: string): boolean {
  return version.length === 8 && version.startsWith('HTTP/1.') && isDigit(version.charCodeAt(7));
}

/** `method SP target SP version`, RFC 9112 §3; a target with spaces, though forbidden, is kept whole. */
function parseRequestLine(line: string): RequestLine | null {
  const methodEnd = line.indexOf(' ');
  const targetEnd = line.lastIndexOf(' ');
  const version = line.slice(targetEnd + 1);
  if (methodEnd <= 0 || targetEnd <= methodEnd || !isVersion1(version)) return null;
  return { method: line.slice(0, methodEnd), target: line.slice(methodEnd + 1, targetEnd), version };
}

/** `version SP status SP reason`, RFC 9112 §4; the reason and the space before it may be absent. */
function parseStatusLine(line: string): StatusLine | null {
  const version = line.slice(0, 8);
  const digits = line.slice(9, 12);
  if (!isVersion1(version) || line[8] !== ' ' || !/^[1-9]\d\d$/.test(digits)) return null;
  if (line.length > 12 && line[12] !== ' ') return null;
  return { version, status: Number(digits), reason: line.slice(13) };
}

/**
 * Reads the complete head `octets[start, end)` that `scanner` has gone over. `number` is the message's in its direction.
 * Returns null where the start line is none of HTTP/1.
 */
export function parseHead(
  role: Role,
  number: number,
  octets: Uint8Array,
  start: number,
  end: number,
  scanner: HeadScanner,
): HttpHead | null {
  // One conversion for the whole head: a head costs no more strings than are asked of it.
  const text = Buffer.from(octets.buffer, octets.byteOffset + start, end - start).toString('latin1');
  const lines = new FieldLines(text, scanner.marks, scanner.octetsUnited < 0x80);
  if (role === 'request') {
    const requestLine = parseRequestLine(lines.startLine);
    return requestLine && new RequestHead(number, requestLine, lines);
  }
  const statusLine = parseStatusLine(lines.startLine);
  return statusLine && new ResponseHead(number, statusLine, lines);
}
