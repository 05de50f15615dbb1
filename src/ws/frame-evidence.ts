// How much speaks for it that a frame begins at some octet, in bits: the binary logarithm of how much likelier what is seen
// is behind a frame's header than elsewhere in a payload. Bits of a chain of frames add up, so 14 of them, what the search
// asks for, are one invented chain in 16,384 searches through octets that are no frames.
//
// - First octet and MASK, expected by what the direction has sent so far, against how often the octet stands in
//   the octets searched where the chain says that no frame begins, so that a payload full of 0x82 proves nothing.
// - Length: a form that is not the shortest fits nothing; a longer form speaks for a frame by the octets it fixes.
// - The end: payloads end where TCP segments do, mostly; a length of 7 bits meets one place of 128 by chance.
// - Content: an uncompressed text is UTF-8 and not full of control characters, a close has a status code that may be sent.
// - An unmasked continuation that is not the last, `00`, speaks for nothing, neither by its header nor by where it ends: so
//   begins each record of a protocol that has its length before it, in 16 or 32 bits, and of a payload made of such records.
// - The place: half of all first frames begin with a segment, which costs one bit; elsewhere each place costs the
//   more the further it is, so that looking for longer does not find more by chance.
//
// Knows no chains: those are `frame-search.ts`.

import { isUtf8 } from 'node:buffer';
import { word32 } from '../link/octets.ts';
import { mayBeSent } from './close-codes.ts';
import { unmask } from './masking.ts';
import { BINARY, CLOSE, CONTINUATION, isControl, PING, PONG, TEXT } from './opcodes.ts';
import { isContinuation } from './utf8-sequence.ts';

const FIN = 0x80;
const RSV1 = 0x40;
const MASK = 0x80;
const OPCODE = 0x0f;

/** What a direction has sent so far: the odds of what it will send. */
export interface SeenFrames {
  readonly frames: number;
  /** Octets of the longest, its header counted; 0 where nothing was sent. */
  readonly longest: number;
  /** How many of them ended with a segment. */
  readonly endedSegments: number;
  /** What `kindOf` says of them, together. */
  readonly kinds: number;
}

export const NOTHING_SEEN: SeenFrames = { frames: 0, longest: 0, endedSegments: 0, kinds: 0 };

/** The bits of a frame in `SeenFrames.kinds`, by its first octet. Without a branch, as every frame passes here. */
export function kindOf(first: number): number {
  return (1 << (first & OPCODE)) | ((first & RSV1) << 10) | ((~first & FIN) << 10);
}

/** Whether a message in fragments is in progress: not known where a chain begins. */
export type ChainState = 'unknown' | 'between' | 'inside' | 'closed';

/** The state behind a frame, or null where the frame may not stand there (RFC 6455 §5.4, §5.5.1). */
export function stateAfter(first: number, state: ChainState): ChainState | null {
  if (state === 'closed') return null;
  const opcode = first & OPCODE;
  if (isControl(opcode)) return opcode === CLOSE ? 'closed' : state;
  if (opcode === CONTINUATION ? state === 'between' : state === 'inside') return null;
  return (first & FIN) !== 0 ? 'between' : 'inside';
}

/** Whether a first octet is that of a record's length as well. */
export function mayBeginLength(first: number, masked: boolean): boolean {
  return first === CONTINUATION && !masked;
}

/** Shares of first octets, of a connection about which nothing is known. They need not sum to 1, but never to more. */
function shares(compression: boolean): Map<number, number> {
  const data = compression ? 0.18 : 0.36;
  const shares = new Map([
    [FIN | TEXT, data],
    [FIN | BINARY, data],
    [FIN | CLOSE, 0.03],
    [FIN | PING, 0.04],
    [FIN | PONG, 0.05],
    [FIN | CONTINUATION, 0.03],
    [CONTINUATION, 0.03],
    [TEXT, 0.02],
    [BINARY, 0.02],
  ]);
  if (compression) {
    for (const opcode of [TEXT, BINARY]) {
      shares.set(FIN | RSV1 | opcode, data);
      shares.set(RSV1 | opcode, 0.01);
    }
  }
  return shares;
}

const PLAIN_SHARES = shares(false);
const COMPRESSED_SHARES = shares(true);

/** Of frames to come, how many are of a kind that was seen, where many were seen. */
const OF_SEEN_KINDS = 0.85;
/** Inside of a message, how many frames continue it, with and without FIN alike. */
const CONTINUING = 0.9;

/** Shares of frames that end with the first segment's end behind their header, with the second, with a later one. */
const OF_SEGMENT_ENDS = [0.8, 0.12, 0.08];
/** Frames for which the expectation that every other ends with a segment counts. */
const PRIOR_FRAMES = 4;

const possibleOf = (shares: ReadonlyMap<number, number>) =>
  new Uint8Array(256).map((_, first) => Number(shares.has(first)));
const PLAIN_POSSIBLE = possibleOf(PLAIN_SHARES);
const COMPRESSED_POSSIBLE = possibleOf(COMPRESSED_SHARES);

/** What is to be expected of the frames of one direction. */
export class FrameOdds {
  /** By octet: 0 where no frame begins so. */
  readonly possible: Uint8Array;
  readonly #shares: Map<number, number>;
  readonly #seen: SeenFrames;
  readonly #seenShare: number;
  readonly #ofSeenKinds: number;
  readonly #endsSegment: number;

  constructor(compression: boolean, seen: SeenFrames) {
    this.#shares = compression ? COMPRESSED_SHARES : PLAIN_SHARES;
    this.possible = compression ? COMPRESSED_POSSIBLE : PLAIN_POSSIBLE;
    this.#seen = seen;
    let seenShare = 0;
    for (const [first, share] of this.#shares) {
      if (this.#wasSeen(first)) seenShare += share;
    }
    this.#seenShare = seenShare;
    this.#ofSeenKinds = seenShare === 0 ? 0 : (OF_SEEN_KINDS * seen.frames) / (seen.frames + PRIOR_FRAMES);
    const share = (seen.endedSegments + PRIOR_FRAMES / 2) / (seen.frames + PRIOR_FRAMES);
    this.#endsSegment = Math.min(Math.max(share, 0.05), 0.95);
  }

  /** The share of a possible first octet among frames that come next. */
  share(first: number, state: ChainState): number {
    if (state === 'inside') return (first & OPCODE) === CONTINUATION ? CONTINUING / 2 : (1 - CONTINUING) / 3;
    const share = this.#shares.get(first) ?? 0;
    const ofSeen = this.#ofSeenKinds;
    return (1 - ofSeen) * share + (this.#wasSeen(first) ? (ofSeen * share) / this.#seenShare : 0);
  }

  /**
   * Bits of where a frame ends.
   * @param segmentEnds 0 where it ends inside of a segment, else the number of segment ends behind its header up to its own end
   * @param byChance of short lengths that stand elsewhere, how many end with a segment
   */
  endBits(length: number, segmentEnds: number, byChance: number): number {
    if (segmentEnds === 0) return Math.log2(1 - this.#endsSegment);
    const share = this.#endsSegment * OF_SEGMENT_ENDS[Math.min(segmentEnds, OF_SEGMENT_ENDS.length) - 1];
    const bits = length < 126 ? Math.min(-Math.log2(byChance), landingBits(length)) : 14;
    return Math.log2(share) + bits;
  }

  #wasSeen(first: number): boolean {
    const kind = kindOf(first);
    return (this.#seen.kinds & kind) === kind;
  }
}

/** A header as it stands at some place. */
export interface CandidateHeader {
  first: number;
  headerLength: number;
  length: number;
  /** The masking key; 0 where unmasked. */
  key: number;
}

/** Octets of payload beyond which a length is taken for chance. */
const PLAUSIBLE_LENGTH = 2 ** 31;

export const FITS = 1;
export const FITS_NOT = 0;
/** The header may fit; its octets are not all there. */
export const NEEDS_MORE = -1;

/**
 * Reads a header at `octets[at, end)` into `header`, where one fits whose first octet is possible: MASK as it must be,
 * control frames up to 125 octets, lengths in their shortest form.
 */
export function readCandidate(
  octets: Uint8Array,
  at: number,
  end: number,
  masked: boolean,
  header: CandidateHeader,
): number {
  if (end - at < 2) return NEEDS_MORE;
  const first = octets[at];
  const second = octets[at + 1];
  if (((second & MASK) !== 0) !== masked) return FITS_NOT;
  const form = second & 0x7f;
  if (form > 125 && isControl(first & OPCODE)) return FITS_NOT;
  const lengthOctets = form < 126 ? 0 : form === 126 ? 2 : 8;
  const headerLength = 2 + lengthOctets + (masked ? 4 : 0);
  let length = form;
  if (lengthOctets > 0) {
    if (end - at < 2 + lengthOctets) return NEEDS_MORE;
    length = 0;
    for (let index = 0; index < lengthOctets; index++) length = length * 256 + octets[at + 2 + index];
    if (length < (lengthOctets === 2 ? 126 : 0x1_0000) || length > PLAUSIBLE_LENGTH) return FITS_NOT;
  }
  if (end - at < headerLength) return NEEDS_MORE;
  // Zeros under a mask repeat its key: no header can be told from them.
  if (masked && form < 127 && repeatsAfterFour(octets, at, headerLength - 4)) return FITS_NOT;
  header.first = first;
  header.headerLength = headerLength;
  header.length = length;
  header.key = masked ? word32(octets, at + headerLength - 4) : 0;
  return FITS;
}

/** Bits of a header's length form. Few for 16 bits, as 126 is an octet like others; of 64 bits most must be zero. */
export function lengthBits(length: number): number {
  return length < 126 ? 0 : length < 0x1_0000 ? 3 : 16;
}

/** Bits of a length that leads to one place and no other: what hits by chance a place where a frame is known to begin. */
export function landingBits(length: number): number {
  return length < 126 ? 7 : length < 0x1_0000 ? 16 : 30;
}

/** Bits of each octet of a text that proves to be UTF-8, up to so many in all. */
const BITS_A_TEXT_OCTET = 0.9;
export const MOST_TEXT_BITS = 10;
/** The same where it is text also as it stands: the payload searched may be text, and under a mask that is text it stays so. */
const MOST_BITS_AMONG_TEXT = 3;
/** What contradicts the rules for content does occur, but seldom. */
const CONTENT_BROKEN = -10;
const CONTENT_UNLIKELY = -4;
const CLOSE_CODE_BITS = 4;
/** Octets of content that are looked at. */
const LONGEST_CONTENT = 64 * 1024;

let scratch = new Uint8Array(4096);

/** Bits of a payload, as on the wire; it may be cut at the end. */
export function contentBits(header: CandidateHeader, octets: Uint8Array, start: number, end: number): number {
  const { first, key } = header;
  const isText = first === (FIN | TEXT);
  const isClose = first === (FIN | CLOSE);
  const length = end - start;
  const isWhole = length === header.length;
  if ((!isText && !(isClose && isWhole)) || length === 0 || length > LONGEST_CONTENT) return 0;
  if (isClose && length === 1) return CONTENT_BROKEN;
  if (scratch.length < length) scratch = new Uint8Array(length * 2);
  unmask(octets, start, end, key, 0, scratch, 0);
  const text = scratch.subarray(isClose ? 2 : 0, length);
  if (!(isWhole ? isUtf8(text) : isUtf8WithinCuts(text))) return CONTENT_BROKEN;
  if (isClose && !mayBeSent((scratch[0] << 8) | scratch[1])) return CONTENT_BROKEN;
  if (key !== 0 && hasManyControls(text)) return CONTENT_UNLIKELY;
  const isAmongText = key === 0 || isUtf8WithinCuts(octets.subarray(start, end));
  const most = isAmongText ? MOST_BITS_AMONG_TEXT : MOST_TEXT_BITS;
  return Math.min(text.length * BITS_A_TEXT_OCTET, most) + (isClose ? CLOSE_CODE_BITS : 0);
}

/** One octet of so many may be a control character in a text: terminals' escapes, the zero at the end of a STOMP frame. */
const OCTETS_A_CONTROL = 8;

/**
 * Whether a text is full of control characters. What lies in the middle of a masked text, and is unmasked by four octets of it
 * that are taken for a key, is text XOR text: always UTF-8, as all of it is ASCII, and mostly control characters.
 */
function hasManyControls(text: Uint8Array): boolean {
  let controls = 0;
  for (const octet of text)
    if ((octet < 0x20 && octet !== 9 && octet !== 10 && octet !== 13) || octet === 0x7f) controls++;
  return controls > 1 && controls * OCTETS_A_CONTROL > text.length;
}

/** Whether octets cut out of a text somewhere could be these. */
function isUtf8WithinCuts(octets: Uint8Array): boolean {
  let start = 0;
  while (start < 3 && start < octets.length && isContinuation(octets[start])) start++;
  for (let cut = 0; cut <= 3 && cut <= octets.length - start; cut++) {
    if (isUtf8(octets.subarray(start, octets.length - cut))) return true;
  }
  return false;
}

/** Bits of a place where a first frame may begin; `segments` were begun before it. */
export function segmentStartBits(segments: number): number {
  return -1 - 1.5 * Math.log2(1 + segments);
}

/**
 * The same of a place inside of a segment; `octets` were passed over before it. Where no frame was longer than `longest`
 * so far, the place is most likely no further away.
 */
export function insideBits(octets: number, longest: number): number {
  const elsewhere = -2 - 1.2 * Math.log2(octets + 8);
  return octets < longest ? Math.max(elsewhere, -1.5 - Math.log2(longest)) : elsewhere;
}

function repeatsAfterFour(octets: Uint8Array, start: number, length: number): boolean {
  for (let at = start; at < start + length; at++) if (octets[at] !== octets[at + 4]) return false;
  return true;
}
