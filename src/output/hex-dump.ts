// The classic dump: offset, octets in hex, the same as ASCII. Knows nothing of messages.

import { hexOf } from '../octet-hex.ts';
import { asciiOf } from './payload-text.ts';

/** Octets on a line, and the columns that such a line takes. */
const FORMS = [
  { octets: 16, columns: 78 },
  { octets: 8, columns: 45 },
  { octets: 4, columns: 28 },
] as const;

/**
 * `00000000  00 01 08 96 01 …  |.....|`, a line at a time: sixteen octets in 78 columns, or fewer where these are more
 * than `width`. The first octet is called `first`.
 */
export function* hexDump(octets: Uint8Array, width = Number.POSITIVE_INFINITY, first = 0): Generator<string> {
  const form = FORMS.find(({ columns }) => columns <= width) ?? FORMS[FORMS.length - 1];
  const half = form.octets / 2;
  // `00 ` for each octet, and the space between the halves.
  const hexWidth = form.octets * 3;
  for (let offset = 0; offset < octets.length; offset += form.octets) {
    const row = octets.subarray(offset, offset + form.octets);
    const digits = Array.from(row, hexOf);
    const left = digits.slice(0, half).join(' ');
    const right = digits.slice(half).join(' ');
    const hex = (right === '' ? left : `${left}  ${right}`).padEnd(hexWidth);
    yield `${(first + offset).toString(16).padStart(8, '0')}  ${hex}  |${asciiOf(row)}|`;
  }
}
