// Changes to capture files that keep their records apart: so most of what is changed still reaches the layers above. Knows
// where records and blocks begin, and no more of the formats.

import { gunzipSync, gzipSync } from 'node:zlib';
import type { Random } from '../test/support/random.ts';
import { zstdOf } from '../test/support/zstd-writer.ts';
import { MUTATIONS, type Mutation } from './mutate.ts';

interface Pieces {
  head: Uint8Array;
  /** Records of pcap, or blocks of pcapng. */
  pieces: Uint8Array[];
  /** Octets of a piece before its packet. */
  headerLength: number;
}

const PCAP_HEADER = 24;
const RECORD_HEADER = 16;
/** Of an enhanced packet block. */
const BLOCK_HEADER = 28;
const SECTION_HEADER = 0x0a0d0d0a;
const LITTLE = [0xa1b2c3d4, 0xa1b23c4d];
const BIG = [0xd4c3b2a1, 0x4d3cb2a1];
const EXTREME_LENGTHS = [0, 1, 11, 12, 28, 0x7fff, 0xffff, 0x1000000, 0x1000001, 0x7fffffff, 0x80000000, 0xffffffff];

/** Null where it is neither pcap nor pcapng. */
export function piecesOf(octets: Uint8Array): Pieces | null {
  if (octets.length < PCAP_HEADER) return null;
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  const magic = view.getUint32(0, true);
  const pieces: Uint8Array[] = [];
  const cut = (start: number, littleEndian: boolean, lengthAt: number, more: number, least: number): void => {
    for (let at = start; at + least <= octets.length; ) {
      const length = Math.max(least, view.getUint32(at + lengthAt, littleEndian) + more);
      pieces.push(octets.subarray(at, Math.min(octets.length, at + length)));
      at += length;
    }
  };
  if (LITTLE.includes(magic) || BIG.includes(magic)) {
    cut(PCAP_HEADER, LITTLE.includes(magic), 8, RECORD_HEADER, RECORD_HEADER);
    return { head: octets.subarray(0, PCAP_HEADER), pieces, headerLength: RECORD_HEADER };
  }
  if (magic !== SECTION_HEADER) return null;
  cut(0, view.getUint32(8, true) === 0x1a2b3c4d, 4, 0, 12);
  return { head: new Uint8Array(0), pieces, headerLength: BLOCK_HEADER };
}

function joined({ head, pieces }: Pieces): Uint8Array {
  return new Uint8Array(Buffer.concat([head, ...pieces]));
}

/** A change to the pieces, in place; other octets than those of a capture stay what they are. */
function ofPieces(change: (random: Random, capture: Pieces, other: Uint8Array) => void): Mutation {
  return (random, octets, other) => {
    const capture = piecesOf(octets);
    if (capture === null || capture.pieces.length === 0) return octets;
    change(random, capture, other);
    return joined(capture);
  };
}

/** Fields of link, network and transport headers lie in the first octets of a packet. */
function changeInside(random: Random, capture: Pieces): void {
  const at = random.between(0, capture.pieces.length);
  const piece = capture.pieces[at].slice();
  const from = Math.min(piece.length, capture.headerLength + random.pick([0, 0, 12, 14, 16, 20, 34, 34, 46, 54, 66]));
  const reach = random.once(2) ? piece.length : Math.min(piece.length, from + 24);
  const { flipsBits, setsOctets, setsNumber, counts, setsLongNumber } = MUTATIONS;
  const change = random.pick([flipsBits, setsOctets, setsNumber, counts, setsLongNumber]);
  piece.set(change(random, piece.subarray(from, reach), piece), from);
  capture.pieces[at] = piece;
}

/** Ways for packets, which leave what is around them as it is. */
export const PACKET_MUTATIONS: readonly Mutation[] = [
  ofPieces(changeInside),
  ofPieces((random, capture) => {
    for (let count = random.between(1, 12); count > 0; count--) changeInside(random, capture);
  }),
  ofPieces((random, capture) => {
    const often = random.pick([2, 8, 32]);
    capture.pieces = capture.pieces.filter((_, at) => at === 0 || !random.once(often));
  }),
  ofPieces((random, capture) => {
    const often = random.pick([2, 8, 32]);
    capture.pieces = capture.pieces.flatMap((piece) => (random.once(often) ? [piece, piece] : [piece]));
  }),
  ofPieces((random, capture) => {
    for (let count = random.between(1, 8); count > 0; count--) {
      const [piece] = capture.pieces.splice(random.between(0, capture.pieces.length), 1);
      capture.pieces.splice(random.between(0, capture.pieces.length + 1), 0, piece);
    }
  }),
  ofPieces((random, capture, other) => {
    const more = piecesOf(other)?.pieces ?? [];
    const from = random.between(0, more.length + 1);
    const at = random.between(0, capture.pieces.length + 1);
    capture.pieces.splice(at, random.pick([0, 0, 3, capture.pieces.length]), ...more.slice(from, from + 40));
  }),
];

function isGzip(octets: Uint8Array): boolean {
  return octets[0] === 0x1f && octets[1] === 0x8b;
}

/** gzip makes a thousand octets of one at most, zstd thirty thousand. */
export function isCompressed(octets: Uint8Array): boolean {
  return isGzip(octets) || (octets[0] === 0x28 && octets[1] === 0xb5);
}

/** Ways for the file itself. */
export const FILE_MUTATIONS: readonly Mutation[] = [
  /** A record's own header: times, lengths. */
  ofPieces((random, capture) => {
    const at = random.between(0, capture.pieces.length);
    const piece = capture.pieces[at].slice();
    const field = 4 * random.between(0, 7);
    if (piece.length < field + 4) return;
    const view = new DataView(piece.buffer);
    const value = random.once(2) ? random.pick(EXTREME_LENGTHS) : view.getUint32(field, true) + random.between(-8, 9);
    view.setUint32(field, value >>> 0, random.once(2));
    capture.pieces[at] = piece;
  }),
  /** The file's header, or the section's: versions, clock, link type. */
  (random, octets) => {
    const changed = octets.slice();
    const length = Math.min(64, octets.length);
    const { flipsBits, setsNumber } = MUTATIONS;
    changed.set(random.pick([flipsBits, setsNumber])(random, octets.subarray(0, length), octets));
    return changed;
  },
  /** What is compressed is changed inside, and compressed again; anything else is compressed. */
  (random, octets, other) => {
    if (!isGzip(octets))
      return random.once(2) ? new Uint8Array(gzipSync(octets)) : zstdOf(octets, random.between(50, 4000));
    let inside: Uint8Array;
    try {
      inside = new Uint8Array(gunzipSync(octets, { maxOutputLength: 1 << 20 }));
    } catch {
      return octets;
    }
    return new Uint8Array(gzipSync(random.pick(PACKET_MUTATIONS)(random, inside, other)));
  },
];
