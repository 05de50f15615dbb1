// The options of a TCP header (RFC 9293 §3.1) in words for a reader. Knows nothing of the segment that they belong to.

import { hexOf } from '../../octet-hex.ts';
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
  meaning(octets: Uint8Array, context: SynContext): Prose;
}

/** What the meaning of an option depends on besides its octets. */
export interface SynContext {
  /** The options of the other side's SYN; null where they were not captured whole. */
  readonly other: Uint8Array | null;
  /** Whether the segment is a SYN/ACK. */
  readonly isAnswer: boolean;
}

const END_OF_LIST = 0;
const NO_OPERATION = 1;
const WINDOW_SCALE = 3;

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
    WINDOW_SCALE,
    {
      name: 'window scale',
      length: 1,
      meaning: (value, { other }) => {
        const unit = 2 ** Math.min(value[0], 14);
        return other !== null && !hasWindowScale(other)
          ? prose`the windows that it announces later would count in units of ${unit} octets; the other side does not do so, so that they count as they are (RFC 7323 §2.2)`
          : prose`the windows that it announces later count in units of ${unit} octets (RFC 7323 §2)`;
      },
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
      meaning: (value, { isAnswer }) => {
        const other = isAnswer
          ? prose`, and the other's last was ${word(value, 4, 8)}`
          : prose`, and the other's is not known yet`;
        return prose`its own clock says ${word(value, 0, 4)}${other}: for measuring the round trip (RFC 7323 §3)`;
      },
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

/** The options but padding, in order, as far as `octets` holds them whole: where each begins and ends. */
function* optionsIn(octets: Uint8Array): Generator<{ start: number; end: number }> {
  for (let at = 0; at < octets.length && octets[at] !== END_OF_LIST; ) {
    if (octets[at] === NO_OPERATION) {
      at++;
      continue;
    }
    const length = octets[at + 1];
    if (length === undefined || length < 2 || at + length > octets.length) return;
    yield { start: at, end: at + length };
    at += length;
  }
}

function hasWindowScale(octets: Uint8Array): boolean {
  return [...optionsIn(octets)].some(({ start }) => octets[start] === WINDOW_SCALE);
}

export function explainTcpOptions(octets: Uint8Array, context: SynContext): TcpOption[] {
  return Array.from(optionsIn(octets), ({ start, end }) => {
    const kind = KINDS.get(octets[start]);
    const value = octets.subarray(start + 2, end);
    const fits = kind !== undefined && (kind.length < 0 || kind.length === value.length);
    return {
      name: kind?.name ?? `kind ${octets[start]}`,
      octets: octets.subarray(start, end),
      meaning: fits ? kind.meaning(value, context) : prose`not explained here`,
    };
  });
}
