// The options of a TCP header (RFC 9293 §3.1) in words for a reader. Knows nothing of the segment that they belong to.

import { hexOf } from '../payload-text.ts';
import { code, type Prose, prose } from './document.ts';

export interface TcpOption {
  readonly name: string;
  readonly octets: Uint8Array;
  readonly meaning: Prose;
}

interface OptionKind {
  readonly name: string;
  /** Octets of the value; another length is told as it is, without a meaning. */
  readonly length: number;
  meaning(octets: Uint8Array): Prose;
}

const END_OF_LIST = 0;
const NO_OPERATION = 1;

const KINDS: ReadonlyMap<number, OptionKind> = new Map<number, OptionKind>([
  [
    2,
    {
      name: 'maximum segment size',
      length: 2,
      meaning: (value) => prose`takes up to ${word(value, 0, 2)} octets of data in one segment (RFC 9293 §3.7.1)`,
    },
  ],
  [
    3,
    {
      name: 'window scale',
      length: 1,
      meaning: (value) =>
        prose`the windows that it announces later count in units of ${2 ** Math.min(value[0], 14)} octets (RFC 7323 §2)`,
    },
  ],
  [
    4,
    {
      name: 'SACK permitted',
      length: 0,
      meaning: () =>
        prose`understands acknowledgments of single ranges, so that only what was lost is sent again (RFC 2018)`,
    },
  ],
  [
    8,
    {
      name: 'timestamps',
      length: 8,
      meaning: (value) =>
        prose`its own clock says ${word(value, 0, 4)}, and the other's last was ${word(value, 4, 8)}: for measuring the round trip (RFC 7323 §3)`,
    },
  ],
  [
    34,
    {
      name: 'fast open cookie',
      length: -1,
      meaning: (value) =>
        value.length === 0
          ? prose`asks for a cookie that would allow data in a later SYN (RFC 7413)`
          : prose`a cookie that allows data in the SYN: ${code(Array.from(value, hexOf).join(''))} (RFC 7413)`,
    },
  ],
]);

function word(octets: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) value = value * 256 + octets[at];
  return value;
}

/** All options but padding, in order, as far as `octets` holds them whole. */
export function explainTcpOptions(octets: Uint8Array): TcpOption[] {
  const options: TcpOption[] = [];
  for (let at = 0; at < octets.length && octets[at] !== END_OF_LIST; ) {
    if (octets[at] === NO_OPERATION) {
      at++;
      continue;
    }
    const length = octets[at + 1];
    if (length === undefined || length < 2 || at + length > octets.length) break;
    const kind = KINDS.get(octets[at]);
    const value = octets.subarray(at + 2, at + length);
    const fits = kind !== undefined && (kind.length < 0 || kind.length === value.length);
    options.push({
      name: kind?.name ?? `kind ${octets[at]}`,
      octets: octets.subarray(at, at + length),
      meaning: fits ? kind.meaning(value) : prose`not explained here`,
    });
    at += length;
  }
  return options;
}
