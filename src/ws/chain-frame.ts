// A frame of a chain of headers that may be frames (`frame-search.ts`): what stands there, where, and what speaks for it so far.
//
// One is made for every octet that may begin a frame, so it is a class with its fields in one place: objects spread from others
// took 6 µs for each octet of a payload full of such, these take 0.2 µs. For that it takes single values, too.

import { type CandidateHeader, type ChainState, stateAfter } from './frame-evidence.ts';
import type { CountedHeader } from './header-census.ts';

export class ChainFrame implements CandidateHeader, CountedHeader {
  readonly first: number;
  readonly headerLength: number;
  readonly length: number;
  readonly key: number;
  /** Stream offset. */
  readonly offset: number;
  /** Number of its first octet among those fed. */
  readonly at: number;
  /** Stretch of octets without a gap. */
  readonly stretch: number;
  /** Segments begun up to its first octet. */
  readonly segments: number;
  readonly startsSegment: boolean;
  readonly ledHere: number;
  readonly speaks: boolean;
  state: ChainState;
  previous: ChainFrame | null = null;
  /** Bits of its header. */
  bits: number;
  /** Bits of the previous frame's end and content; of a first frame those of its place. */
  before: number;
  /** Bits of the chain up to its header, repetitions left out. */
  score: number;

  constructor(
    header: CandidateHeader,
    offset: number,
    at: number,
    stretch: number,
    segments: number,
    startsSegment: boolean,
    ledHere: number,
    speaks: boolean,
    bits: number,
    before: number,
  ) {
    this.first = header.first;
    this.headerLength = header.headerLength;
    this.length = header.length;
    this.key = header.key;
    this.offset = offset;
    this.at = at;
    this.stretch = stretch;
    this.segments = segments;
    this.startsSegment = startsSegment;
    this.ledHere = ledHere;
    this.speaks = speaks;
    this.state = stateAfter(header.first, 'unknown') as ChainState;
    this.bits = bits;
    this.before = before;
    this.score = before + bits;
  }
}

/** A chain of the same header again and again may be no more than a payload that repeats itself. */
export function repeats(frame: ChainFrame, previous: ChainFrame): boolean {
  return frame.first === previous.first && frame.length === previous.length && frame.key === previous.key;
}

/** The frame with which the chain of this one begins. */
export function firstOf(last: ChainFrame): ChainFrame {
  let first = last;
  while (first.previous !== null) first = first.previous;
  return first;
}
