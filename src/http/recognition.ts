// Tells by the first octets whether a stream speaks HTTP/1: as a client, as a server, or not at all. Strict, because
// all traffic of a capture passes here; cheap, because it refuses at the first octet that does not fit. What follows
// the first thirty octets is for the head parser, but where the method may be a word of any protocol.

import {
  ASTERISK,
  CR,
  HYPHEN,
  isDigit,
  isLetter,
  isLetterOrDigit,
  isLowerCaseLetter,
  isVisible,
  LEFT_BRACKET,
  LF,
  SLASH,
  SPACE,
  threeDigits,
} from './octet-names.ts';

/** `need-more`: all octets fit so far, but they are too few. */
export type Likeness = 'yes' | 'no' | 'need-more';

/** Longest method taken for one; the longest registered with IANA has 16 (`BASELINE-CONTROL`, `VERSION-CONTROL` 15). */
const LONGEST_METHOD = 20;
/** Longest target behind which the version is looked for, where the method does not say enough. */
const LONGEST_TARGET = 2048;
/** Empty lines that may stand before a request (RFC 9112 §2.2): two CRLF. */
const LEADING_OCTETS = 4;

const CONNECT = octetsOf('CONNECT');
const ABSOLUTE_FORMS = ['http://', 'https://', 'ws://', 'wss://'].map(octetsOf);
const VERSION = octetsOf('HTTP/1.');

export function octetsOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Whether `octets[start, end)` begins with `prefix`. */
export function startsWith(octets: Uint8Array, start: number, end: number, prefix: Uint8Array): Likeness {
  const compared = Math.min(end - start, prefix.length);
  for (let at = 0; at < compared; at++) if (octets[start + at] !== prefix[at]) return 'no';
  return compared === prefix.length ? 'yes' : 'need-more';
}

/** Offset of the first octet that is not part of an empty line before the message. */
function afterEmptyLines(octets: Uint8Array, start: number, end: number): number {
  const furthest = Math.min(end, start + LEADING_OCTETS);
  let at = start;
  while (at < furthest && (octets[at] === CR || octets[at] === LF)) at++;
  return at;
}

/**
 * Whether `octets[start, end)` begins as a request does: method, space, target (RFC 9112 §3). Methods are told by their case (RFC 9110
 * §9.1), and those that are known have upper-case letters; one with others may be a word, as of a shell, so the whole line must fit.
 */
export function looksLikeRequest(octets: Uint8Array, start: number, end: number): Likeness {
  const methodStart = afterEmptyLines(octets, start, end);
  const furthest = Math.min(end, methodStart + LONGEST_METHOD);
  let mayBeWord = false;
  let at = methodStart;
  for (; at < furthest && (isLetter(octets[at]) || (octets[at] === HYPHEN && at > methodStart)); at++) {
    mayBeWord ||= isLowerCaseLetter(octets[at]);
  }
  if (at === end) return 'need-more';
  if (at === methodStart || octets[at] !== SPACE) return 'no';
  const likeness = likenessOfTarget(octets, methodStart, at, end);
  return likeness === 'yes' && mayBeWord ? likenessOfVersion(octets, at + 1, end) : likeness;
}

/** Of what stands behind a method `[methodStart, methodEnd)` and a space. */
function likenessOfTarget(octets: Uint8Array, methodStart: number, methodEnd: number, end: number): Likeness {
  const targetStart = methodEnd + 1;
  if (targetStart === end) return 'need-more';
  const first = octets[targetStart];
  if (first === SLASH || first === ASTERISK) return 'yes';
  if (methodEnd - methodStart === CONNECT.length && startsWith(octets, methodStart, methodEnd, CONNECT) === 'yes') {
    return isLetterOrDigit(first) || first === LEFT_BRACKET ? 'yes' : 'no';
  }
  let likeness: Likeness = 'no';
  for (const form of ABSOLUTE_FORMS) {
    const likenessOfForm = startsWith(octets, targetStart, end, form);
    if (likenessOfForm === 'yes') return 'yes';
    if (likenessOfForm === 'need-more') likeness = 'need-more';
  }
  return likeness;
}

/** Of what stands behind a target that begins at `start`. */
function likenessOfVersion(octets: Uint8Array, start: number, end: number): Likeness {
  const furthest = Math.min(end, start + LONGEST_TARGET);
  let at = start;
  while (at < furthest && isVisible(octets[at])) at++;
  if (at === end) return 'need-more';
  return octets[at] === SPACE ? startsWith(octets, at + 1, end, VERSION) : 'no';
}

/** Whether `octets[start, end)` begins as a response does: `HTTP/1.`, digit, space, digit (RFC 9112 §4). */
export function looksLikeResponse(octets: Uint8Array, start: number, end: number): Likeness {
  const versionStart = afterEmptyLines(octets, start, end);
  const likeness = startsWith(octets, versionStart, end, VERSION);
  if (likeness !== 'yes') return likeness;
  const minor = versionStart + VERSION.length;
  if (minor < end && !isDigit(octets[minor])) return 'no';
  if (minor + 1 < end && octets[minor + 1] !== SPACE) return 'no';
  if (minor + 2 < end) return isDigit(octets[minor + 2]) ? 'yes' : 'no';
  return 'need-more';
}

/** The status of a response that begins at `octets[start, end)`; null where none does, or its status is no number or not there yet. */
export function statusOf(octets: Uint8Array, start: number, end: number): number | null {
  if (looksLikeResponse(octets, start, end) !== 'yes') return null;
  const at = afterEmptyLines(octets, start, end) + VERSION.length + 2;
  const status = end - at < 3 ? -1 : threeDigits(octets, at);
  return status === -1 ? null : status;
}
