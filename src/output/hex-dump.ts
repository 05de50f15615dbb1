// The classic dump: offset, sixteen octets, the same as ASCII. Knows nothing of messages.

import { asciiOf, hexOf } from './payload-text.ts';

const OCTETS_A_LINE = 16;
const HALF = OCTETS_A_LINE / 2;
/** `00 ` sixteen times, and the space between the halves. */
const HEX_WIDTH = OCTETS_A_LINE * 3;

/** `00000000  00 01 08 96 01 …  |.....|`, a line at a time: 78 columns. */
export function* hexDump(octets: Uint8Array): Generator<string> {
  for (let offset = 0; offset < octets.length; offset += OCTETS_A_LINE) {
    const row = octets.subarray(offset, offset + OCTETS_A_LINE);
    const digits = Array.from(row, hexOf);
    const left = digits.slice(0, HALF).join(' ');
    const right = digits.slice(HALF).join(' ');
    const hex = (right === '' ? left : `${left}  ${right}`).padEnd(HEX_WIDTH);
    yield `${offset.toString(16).padStart(8, '0')}  ${hex}  |${asciiOf(row)}|`;
  }
}
