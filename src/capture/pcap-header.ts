// The 24 octets at the head of a classic pcap file: byte order, resolution, form of the records, link type. Source:
// draft-ietf-opsawg-pcap §4. Records are read elsewhere.

import { CaptureError } from './capture-error.ts';
import { unrecognised } from './magic.ts';
import { read16, read32 } from './octet-order.ts';
import type { CaptureDescription } from './packet.ts';

export const FILE_HEADER_LENGTH = 24;
export const RECORD_HEADER_LENGTH = 16;

/** Microseconds, nanoseconds, and Kuznetzov's modified format of old Red Hat systems, with 8 more octets a record. */
const VARIANTS = [
  { magic: 0xa1b2c3d4, resolution: 6, recordHeaderLength: RECORD_HEADER_LENGTH },
  { magic: 0xa1b23c4d, resolution: 9, recordHeaderLength: RECORD_HEADER_LENGTH },
  { magic: 0xa1b2cd34, resolution: 6, recordHeaderLength: 24 },
] as const;

export const MAGIC_MICROSECONDS = VARIANTS[0].magic;
export const MAGIC_NANOSECONDS = VARIANTS[1].magic;
const MAGIC_LENGTH = 4;

const VERSION_MAJOR_AT = 4;
const VERSION_MINOR_AT = 6;
const LINK_TYPE_AT = 20;
/** The four octets of version 2.4 as a word, of either byte order, read in either. */
const VERSION_WORDS = [0x0002_0004, 0x0400_0200, 0x0004_0002, 0x0200_0400];

/** "P" bit of the link type field: the 4 bits above tell the length of the frame check sequence in 16-bit units. */
const FCS_LENGTH_PRESENT = 0x04000000;

export interface PcapHeader {
  littleEndian: boolean;
  /** Digits of the second: 6 or 9. */
  resolution: 6 | 9;
  /** 16, or 24 in the modified format. */
  recordHeaderLength: number;
  /** Files before version 2.3 have a record's two lengths the other way round; some of 2.3 still do, and tell it by nothing else. */
  lengthsSwapped: 'no' | 'yes' | 'where captured is greater';
  linkType: number;
  /** Octets. */
  fcsLength: number;
}

/**
 * Whether an empty record is the file header of another capture, as `cat one.pcap other.pcap` puts it there: magic number as
 * seconds, version 2.4 as fraction, and both lengths 0; of either byte order.
 */
export function isFileHeader(seconds: number, fraction: number, originalLength: number): boolean {
  if (originalLength !== 0 || !VERSION_WORDS.includes(fraction)) return false;
  return VARIANTS.some(({ magic }) => seconds === magic || seconds === swapped(magic));
}

function swapped(word: number): number {
  return read32(Uint8Array.of(word >>> 24, word >>> 16, word >>> 8, word), 0, true);
}

/** Whether the octets, perhaps fewer than 4, are the beginning of one of the magic numbers. */
export function beginsLikePcap(octets: Uint8Array, start: number, end: number): boolean {
  const length = Math.min(MAGIC_LENGTH, end - start);
  return VARIANTS.some(({ magic }) =>
    [true, false].some((littleEndian) => {
      for (let i = 0; i < length; i++) {
        const shift = littleEndian ? 8 * i : 24 - 8 * i;
        if (octets[start + i] !== ((magic >>> shift) & 0xff)) return false;
      }
      return true;
    }),
  );
}

/**
 * Reads the header in `octets[start, start + 24)`; `end` bounds what may be looked at to name another kind of file.
 *
 * @throws {CaptureError} `format`, for another magic number or version.
 */
export function decodePcapHeader(octets: Uint8Array, start: number, end: number): PcapHeader {
  const littleEndian = octets[start + 3] === 0xa1;
  const magic = read32(octets, start, littleEndian);
  const variant = VARIANTS.find((candidate) => candidate.magic === magic);
  if (variant === undefined) throw unrecognised(octets, start, end);

  const major = read16(octets, start + VERSION_MAJOR_AT, littleEndian);
  const minor = read16(octets, start + VERSION_MINOR_AT, littleEndian);
  if (major !== 2) {
    throw new CaptureError('format', `this is pcap version ${major}.${minor}; only versions 2.x are known`, {
      offset: VERSION_MAJOR_AT,
    });
  }
  const linkField = read32(octets, start + LINK_TYPE_AT, littleEndian);
  return {
    littleEndian,
    resolution: variant.resolution,
    recordHeaderLength: variant.recordHeaderLength,
    lengthsSwapped: minor < 3 ? 'yes' : minor === 3 ? 'where captured is greater' : 'no',
    linkType: linkField & 0xffff,
    fcsLength: (linkField & FCS_LENGTH_PRESENT) === 0 ? 0 : (linkField >>> 28) * 2,
  };
}

export function describePcap(header: PcapHeader): CaptureDescription {
  return { format: 'pcap', linkTypes: [header.linkType], resolution: header.resolution };
}
