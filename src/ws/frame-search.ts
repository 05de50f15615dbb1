// Finds frames again where their beginning is not known: behind a gap that hid a header, or in a capture that began late.
// From each octet that may begin a frame a chain of headers is followed, each leading to the next; the first chain with
// enough evidence (`frame-evidence.ts`) wins. Bounded: what is held is what may still be read from, and chains go on
// without the octets. Decides the same however the octets are cut, as only packets say where segments end.
//
// A chain that is found may begin with chance: octets of the payload before it that look like a header and lead to a true
// one. So frames are read only from where the chain up to there would be proof by itself, taken that what follows is true;
// that passes over the first frame now and then, and invents none.

import type { Origin } from '../capture/packet.ts';
import type { Allowance } from './allowance.ts';
import { ChainFrame, firstOf, repeats } from './chain-frame.ts';
import { ExpectedPlaces } from './expected-places.ts';
import {
  type CandidateHeader,
  contentBits,
  FITS,
  FITS_NOT,
  FrameOdds,
  insideBits,
  landingBits,
  lengthBits,
  mayBeginLength,
  NEEDS_MORE,
  NOTHING_SEEN,
  readCandidate,
  type SeenFrames,
  segmentStartBits,
  stateAfter,
} from './frame-evidence.ts';
import { HeaderCensus } from './header-census.ts';
import { SearchedOctets, type SearchedOctetsSink } from './searched-octets.ts';

/** Bits for a chain. */
const ENOUGH = 14;
/** Fewer are asked of a chain that is all that was searched, from the first octet, which begins a segment, to the last. */
const LESS_OF_ALL = 5.7;
/** Bits for reading from a frame of a chain that is found; a rare kind counts as a common one there. */
const ENOUGH_TO_READ = 11.5;
const LEAST_TO_READ = 5.7;
/** Octets judged at a time, so that what is held stays bounded however large the pieces are. */
const STRIDE = 64 * 1024;
/** Headers of a chain that are judged again. */
const CHAIN_JUDGED = 64;

/** The same for all searches of which nothing was seen before. */
const UNSEEN_PLAIN = new FrameOdds(false, NOTHING_SEEN);
const UNSEEN_COMPRESSED = new FrameOdds(true, NOTHING_SEEN);

export interface FrameSearchOptions {
  /** Whether frames of this direction are masked. */
  masked: boolean;
  /** Whether RSV1 may mark a compressed message. */
  compression: boolean;
  /** What this direction has sent before. */
  seen: SeenFrames;
  /** Octets held, at most twice as many. */
  limit: number;
  /** Bits of evidence for a chain; default 14. */
  enough?: number;
  allowance: Allowance;
}

export class FrameSearch {
  /** Stream offset of the frame to read from; -1 while none is found. */
  found = -1;
  /** Octets fed before that frame, or all where none is found. */
  passedOver = 0;
  /** Packet of that frame's first octet. */
  foundOrigin: Origin | null = null;
  /** Bits of the best chain so far. */
  best = 0;
  /** Whether octets went by unseen, as no more could be held. */
  refused = false;

  readonly #options: FrameSearchOptions;
  readonly #odds: FrameOdds;
  readonly #census = new HeaderCensus();
  readonly #held: SearchedOctets;
  readonly #enough: number;
  /** The next octet to be judged: its number, its stream offset. */
  #at = 0;
  #offset: number;
  #stretch = 0;
  /** Octets fed and segments begun before the stretch. */
  #stretchAt = 0;
  #stretchSegments = 0;
  /** Stream offsets at which segments begin; the first `#begun` are behind. */
  #segmentStarts: number[] = [];
  #begun = 0;
  #segmentsBefore = 0;
  #packet = -1;
  readonly #expected: ExpectedPlaces;
  readonly #header: CandidateHeader = { first: 0, headerLength: 0, length: 0, key: 0 };

  /** @param offset stream offset of the first octet that will be fed */
  constructor(offset: number, options: FrameSearchOptions) {
    this.#options = options;
    this.#offset = offset;
    const unseen = options.compression ? UNSEEN_COMPRESSED : UNSEEN_PLAIN;
    this.#odds = options.seen.frames === 0 ? unseen : new FrameOdds(options.compression, options.seen);
    this.#held = new SearchedOctets(options.allowance);
    this.#expected = new ExpectedPlaces(options.allowance);
    this.#enough = options.enough ?? ENOUGH;
  }

  /** Begins anew in another stream, in the memory that is there: a search takes more of it than most of what it searches. */
  restart(offset: number): void {
    this.found = -1;
    this.passedOver = 0;
    this.foundOrigin = null;
    this.best = 0;
    this.refused = false;
    this.#census.clear();
    this.#held.restart();
    this.#at = 0;
    this.#offset = offset;
    this.#stretch = 0;
    this.#stretchAt = 0;
    this.#stretchSegments = 0;
    this.#segmentStarts.length = 0;
    this.#begun = 0;
    this.#segmentsBefore = 0;
    this.#packet = -1;
    this.#expected.clear();
  }

  /** Takes the next octets of the stream; true where a frame is found now. */
  feed(buffer: Uint8Array, start: number, end: number, origin: Origin): boolean {
    if (start === end) return false;
    if (origin.number !== this.#packet) {
      this.#packet = origin.number;
      this.#segmentStarts.push(this.#offset + (this.#held.fed - this.#at));
    }
    for (let at = start; at < end; at += STRIDE) {
      const stop = Math.min(end, at + STRIDE);
      if (!this.#held.append(buffer, at, stop, origin)) {
        this.#passUnjudged(stop - at);
        continue;
      }
      if (this.found < 0) this.#judge('whole-headers');
      if (this.found < 0) this.#drop();
    }
    return this.found >= 0;
  }

  /** Octets that were not captured: chains go on behind them. True where a frame is found by what was before. */
  skip(length: number, origin: Origin): boolean {
    this.#endStretch();
    this.#held.appendGap(length, origin);
    if (this.found >= 0) return true;
    this.#offset += length;
    this.#beginStretch();
    return false;
  }

  /** The stream is over; true where a frame is found because of that. */
  end(): boolean {
    this.#endStretch();
    if (this.found < 0) this.passedOver = this.#held.fed;
    return this.found >= 0;
  }

  /** Hands on what is held from the frame found on, and lets it go. */
  handOn(sink: SearchedOctetsSink): void {
    this.#expected.clear();
    this.#held.handOn(this.passedOver, sink);
  }

  /** Lets go of what is held. */
  release(): void {
    this.#expected.clear();
    this.#held.release();
  }

  /** No octet follows the last one. */
  #endStretch(): void {
    this.#judge('to-the-end');
    if (this.found < 0) this.#judgeEnd();
  }

  /** Judges each octet whose header would be whole; at the end of a stretch also those whose header is cut. */
  #judge(which: 'whole-headers' | 'to-the-end'): void {
    const { possible } = this.#odds;
    const { octets, base, fed } = this.#held;
    const starts = this.#segmentStarts;
    const end = fed - base;
    let nextStart = starts[this.#begun] ?? Number.POSITIVE_INFINITY;
    for (let index = this.#at - base; index < end; index++) {
      const isPossible = possible[octets[index]] !== 0;
      let fit = FITS_NOT;
      if (isPossible) {
        fit = readCandidate(octets, index, end, this.#options.masked, this.#header);
        if (fit === NEEDS_MORE && which === 'whole-headers') return;
      }
      const startsSegment = this.#offset >= nextStart;
      if (startsSegment) {
        this.#begun++;
        nextStart = starts[this.#begun] ?? Number.POSITIVE_INFINITY;
        this.#census.ledToStart += this.#expected.at(this.#offset)?.headers ?? 0;
      }
      if (fit === FITS) {
        this.#begin(index, startsSegment);
        if (this.found >= 0) return;
      }
      this.#at++;
      this.#offset++;
    }
  }

  /** A header fits at `index`: the chain that leads here goes on, or a new one begins. */
  #begin(index: number, startsSegment: boolean): void {
    const header = this.#header;
    const offset = this.#offset;
    const expected = this.#expected.at(offset);
    const segments = this.#segmentsBefore + this.#begun;
    const frame = new ChainFrame(
      header,
      offset,
      this.#at,
      this.#stretch,
      segments,
      startsSegment,
      expected?.headers ?? 0,
      this.#speaks(header),
      this.#headerBits(header, null),
      startsSegment
        ? segmentStartBits(segments - 1 - this.#stretchSegments)
        : insideBits(this.#at - this.#stretchAt, this.#options.seen.longest),
    );
    if (expected !== undefined) this.#goOn(frame, expected.frame, index, startsSegment);
    this.#expected.expectBehind(frame);
    this.#census.add(frame);
    const score = frame.score > this.best ? this.#judgedAnew(frame) : 0;
    if (score > this.best) this.best = score;
    if (frame.previous !== null && score >= this.#enough) this.#find(frame);
  }

  /** Makes `frame` the next of `previous`, where it may be and that speaks more for it than a chain of its own. */
  #goOn(frame: ChainFrame, previous: ChainFrame, index: number, startsSegment: boolean): void {
    const state = stateAfter(frame.first, previous.state);
    if (state === null) return;
    const before = this.#endBitsOf(previous, index, startsSegment ? frame.segments - previous.segments : 0);
    const bits = this.#headerBits(frame, previous);
    const score = previous.score + before + (repeats(frame, previous) ? Math.min(bits, 1) : bits);
    if (score < frame.score) return;
    frame.state = state;
    frame.previous = previous;
    frame.before = before;
    frame.bits = bits;
    frame.score = score;
  }

  /** The stream breaks off here: a chain whose last frame ends here ends with a segment, others are cut in a payload. */
  #judgeEnd(): void {
    const best = this.#expected.bestAt(this.#offset, this.#bitsHere);
    if (best === null) return;
    const score = this.#judgedAnew(best.last, best.score);
    if (score > this.best) this.best = score;
    const isAll = best.ends && this.#stretchAt === 0 && this.#beginsAll(firstOf(best.last));
    if (score >= this.#enough - (isAll ? LESS_OF_ALL : 0)) this.#find(best.last, best.ends);
  }

  /** What speaks for a frame that ends, or is cut, where the stream breaks off. */
  readonly #bitsHere = (frame: ChainFrame, ends: boolean): number => {
    const { octets, base, fed } = this.#held;
    const end = fed - base;
    const segments = this.#segmentsBefore + this.#segmentStarts.length + 1;
    if (ends) return this.#endBitsOf(frame, end, segments - frame.segments);
    const start = end - (this.#offset - frame.offset - frame.headerLength);
    return frame.stretch === this.#stretch && start >= 0 ? contentBits(frame, octets, start, end) : 0;
  };

  #beginsAll({ at, startsSegment, stretch }: ChainFrame): boolean {
    return at === 0 && startsSegment && stretch === this.#stretch;
  }

  /**
   * A chain's score where what looks like headers is dense: its first ones were judged when little was known of that, so they
   * are judged again.
   */
  #judgedAnew(last: ChainFrame, score = last.score): number {
    if (!this.#census.isDense(this.#at - this.#stretchAt)) return score;
    let judged = score;
    let count = 0;
    for (let frame: ChainFrame | null = last; frame !== null && count < CHAIN_JUDGED; frame = frame.previous, count++) {
      const bits = this.#headerBits(frame, frame.previous, last);
      if (bits < frame.bits) judged += bits - frame.bits;
    }
    return judged;
  }

  #endBitsOf(frame: ChainFrame, end: number, segmentEnds: number): number {
    const bits = this.#odds.endBits(frame.length, segmentEnds, this.#census.shareOfEnds(frame));
    if (!frame.speaks) return Math.min(bits, 0);
    const start = end - frame.length;
    const isWhole = frame.stretch === this.#stretch && frame.length <= this.#options.limit && start >= 0;
    return isWhole ? bits + contentBits(frame, this.#held.octets, start, end) : bits;
  }

  /** @param last of the chain, whose headers are not counted as chance */
  #headerBits(header: CandidateHeader, previous: ChainFrame | null, last = previous): number {
    const byChance = this.#census.shareOf(header.first, last, this.#at - this.#stretchAt);
    const share = this.#odds.share(header.first, previous?.state ?? 'unknown');
    const bits = Math.log2(share / byChance) + lengthBits(header.length);
    return this.#speaks(header) ? bits : Math.min(bits, 0);
  }

  #speaks({ first }: CandidateHeader): boolean {
    return !mayBeginLength(first, this.#options.masked);
  }

  /** Finds the frame of a chain to read from. `ended`: the last frame's end is known. */
  #find(last: ChainFrame, ended = false): void {
    const chain: ChainFrame[] = [];
    for (let frame: ChainFrame | null = last; frame !== null; frame = frame.previous) chain.push(frame);
    const oldest = this.#oldest;
    let bits = 0;
    for (let index = chain.length - 1; index >= 0; index--) {
      const frame = chain[index];
      if (!frame.speaks) continue;
      bits += frame.before + Math.max(frame.bits, LEAST_TO_READ);
      const landing = index > 0 || ended ? landingBits(frame.length) : 0;
      const isHeld = frame.at >= oldest;
      if (isHeld && (index === 0 || bits + landing >= ENOUGH_TO_READ)) {
        this.found = frame.offset;
        this.passedOver = frame.at;
        this.foundOrigin = this.#held.originOf(frame.at);
        return;
      }
    }
  }

  /** Number of the first octet that may be read from. */
  get #oldest(): number {
    return Math.max(this.#at - this.#options.limit, this.#held.oldest);
  }

  /** Lets go of what is too old to be read from. */
  #drop(): void {
    if (this.#at - this.#held.base > 2 * this.#options.limit || this.#held.hasManyPieces)
      this.#held.dropUntil(this.#oldest);
    if (this.#begun > 1024) {
      this.#segmentStarts.splice(0, this.#begun - 1);
      this.#segmentsBefore += this.#begun - 1;
      this.#begun = 1;
    }
  }

  /** Others hold all that may be held: nothing is kept, and what comes is not looked at. */
  #passUnjudged(length: number): void {
    this.refused = true;
    this.#offset += this.#held.fed - this.#at + length;
    this.#segmentsBefore += this.#segmentStarts.length;
    this.#segmentStarts.length = 0;
    this.#begun = 0;
    this.#held.pass(length);
    this.#at = this.#held.fed;
    this.#beginStretch();
  }

  /** Behind a gap a new frame is looked for, and what was counted before says nothing any more. */
  #beginStretch(): void {
    this.#stretch++;
    this.#packet = -1;
    this.#census.clear();
    this.#stretchAt = this.#at;
    this.#stretchSegments = this.#segmentsBefore + this.#begun;
  }
}
