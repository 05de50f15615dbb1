// Comparing and splitting the text of fields: letters of any case, blanks, comma-separated lists as of Connection and
// Upgrade. Knows no particular field.

import { SPACE, TAB } from './octet-names.ts';

/** RFC 9110 §5.6.2. */
export const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** What may stand around a value and the elements of a list (OWS, RFC 9110 §5.6.3). */
export function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** Offset of the first character in `text[start, end)` that is no blank. */
function afterBlanks(text: string, start: number, end: number): number {
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  return start;
}

/** Offset behind the last character in `text[start, end)` that is no blank. */
function beforeBlanks(text: string, start: number, end: number): number {
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return end;
}

/** `text[start, end)` without the blanks around it. */
export function trimmed(text: string, start: number, end: number): string {
  const textStart = afterBlanks(text, start, end);
  return text.slice(textStart, beforeBlanks(text, textStart, end));
}

/** Whether `wanted` stands in `text` at `start`, but for the case of ASCII letters; makes no string. */
export function equalsIgnoringCase(text: string, start: number, wanted: string): boolean {
  // Mostly the case is the usual one, and the native comparison settles it.
  if (text.startsWith(wanted, start)) return true;
  for (let at = 0; at < wanted.length; at++) {
    const code = text.charCodeAt(start + at);
    const wantedCode = wanted.charCodeAt(at);
    if (code === wantedCode) continue;
    const lowered = code | 0x20;
    if (lowered !== (wantedCode | 0x20) || lowered < 0x61 || lowered > 0x7a) return false;
  }
  return true;
}

/** The elements of a list without the empty ones (RFC 9110 §5.6.1), as they are written; none where the field is absent. */
export function listElements(value: string | null): string[] {
  if (value === null) return [];
  return value
    .split(',')
    .map((element) => element.trim())
    .filter((element) => element !== '');
}

/** Whether a list such as `keep-alive, Upgrade` has the token, in any case; makes no list. */
export function hasToken(value: string | null, token: string): boolean {
  if (value === null) return false;
  for (let at = 0; at < value.length; ) {
    const comma = value.indexOf(',', at);
    const elementEnd = comma === -1 ? value.length : comma;
    const start = afterBlanks(value, at, elementEnd);
    const end = beforeBlanks(value, start, elementEnd);
    if (end - start === token.length && equalsIgnoringCase(value, start, token)) return true;
    at = elementEnd + 1;
  }
  return false;
}
