// A pcapng Interface Description Block (draft-ietf-opsawg-pcapng §4.2): link type, snaplen and clock of the packets that
// name the interface.

import { read16, read32, readSigned64 } from './octet-order.ts';
import type { OptionWalk } from './pcapng-options.ts';
import { Ticks } from './ticks.ts';

const LINK_TYPE_AT = 0;
const SNAP_LENGTH_AT = 4;
/** Octets of the body before its options. */
export const INTERFACE_BODY_LENGTH = 8;

/** Option if_tsresol. */
export const TIME_RESOLUTION = 9;
const FCS_LENGTH = 13;
const TIME_OFFSET = 14;

/** Interfaces that a section may have: the obsolete packet block has 16 bits for their number. */
export const INTERFACES_A_SECTION = 65_536;

export interface CaptureInterface {
  readonly linkType: number;
  /** Octets captured of a packet at most; infinite where there is no limit. */
  readonly snapLength: number;
  /** Octets of frame check sequence at the end of each packet. */
  readonly fcsLength: number;
  readonly ticks: Ticks;
  /** Packets that the capturing system lost, as far as was reported. */
  dropped: number;
}

/** Decodes the body in `octets[start, end)`, which has at least `INTERFACE_BODY_LENGTH` octets. */
export function decodeInterface(
  octets: Uint8Array,
  start: number,
  end: number,
  littleEndian: boolean,
  options: OptionWalk,
): CaptureInterface {
  let resolution: number | undefined;
  let offset = 0;
  let fcsLength = 0;
  options.begin(octets, start + INTERFACE_BODY_LENGTH, end, littleEndian);
  while (options.next()) {
    if (options.code === TIME_RESOLUTION && options.length >= 1) resolution = octets[options.start];
    else if (options.code === TIME_OFFSET && options.length >= 8) {
      offset = readSigned64(octets, options.start, littleEndian);
    } else if (options.code === FCS_LENGTH && options.length >= 1) fcsLength = fcsOctets(octets[options.start]);
  }
  const snapLength = read32(octets, start + SNAP_LENGTH_AT, littleEndian);
  return {
    linkType: read16(octets, start + LINK_TYPE_AT, littleEndian),
    snapLength: snapLength === 0 ? Number.POSITIVE_INFINITY : snapLength,
    fcsLength,
    ticks: new Ticks(resolution, offset),
    dropped: 0,
  };
}

/** The draft says bits, its example and Wireshark octets; no check sequence has more than 4. */
function fcsOctets(stated: number): number {
  return stated > 4 ? Math.floor(stated / 8) : stated;
}
