// Looks for the next frame of a direction where it is not known where that begins: behind a gap that hid a header, or in a capture
// that began late. Made for each time that it is looked for, and left where reading goes on. Reads no frames itself.

import type { Origin } from '../capture/packet.ts';
import { Allowance } from '../ws/allowance.ts';
import { EitherSearch } from '../ws/either-search.ts';
import type { AgreedExtensions } from '../ws/extensions.ts';
import { NOTHING_SEEN, type SeenFrames } from '../ws/frame-evidence.ts';
import { FrameSearch } from '../ws/frame-search.ts';
import type { SearchedOctetsSink } from '../ws/searched-octets.ts';
import { type HeldFrames, searchHeld } from './held-frames.ts';

/** What is looked for, and where. */
export interface SoughtFrame {
  /** Stream offset of the next octet. */
  readonly position: number;
  /** Octets that were passed over before it. */
  readonly passedBefore: number;
  /** Whether frames of this direction are masked; null where none was read yet of an end that ought to mask. */
  readonly masked: boolean | null;
  /** Whether RSV1 may mark a compressed message. */
  readonly compression: boolean;
  /** What this direction has sent before. */
  readonly seen: SeenFrames;
  /** Octets held. */
  readonly searchLimit: number;
  readonly allowance: Allowance;
}

/** Who reads on behind it: the seeker is left with `onPassed`. */
export interface SeekingReader extends SearchedOctetsSink {
  /** The next frame begins at this stream offset. */
  onFrameFound(offset: number, origin: Origin | null, passedOver: number): void;
  /** What was to be passed over before that frame is behind. */
  onPassed(): void;
  onHeldLimit(limit: number): void;
}

/** By how much a direction's octets grow from one look to the next, so that looking again and again stays linear. */
const LOOK_GROWTH = 1.25;

/** What is looked through is counted where it is held. */
const UNLIMITED = new Allowance(Number.POSITIVE_INFINITY);

export class FrameSeeker {
  readonly #sought: SoughtFrame;
  readonly #reader: SeekingReader;
  readonly #search: FrameSearch | EitherSearch;
  /** Whether it was told that it may hold no more: each of many packets may be refused. */
  #refusalTold = false;
  /** Octets that are still to be passed over before a frame that was found ahead. */
  #toPass = 0;

  constructor(sought: SoughtFrame, reader: SeekingReader) {
    this.#sought = sought;
    this.#reader = reader;
    this.#search = searchFor(sought, sought.allowance);
  }

  /** Octets passed over so far, or all where none is found. */
  get passedOver(): number {
    return this.#sought.passedBefore + this.#search.passedOver;
  }

  /**
   * Looks for the frame in octets and gaps that will be handed on only then: where it is there, what is before it is passed over, so
   * that what both directions said can be handed on in the order of capture.
   */
  lookAhead(held: HeldFrames): void {
    const search = searchedAhead(this.#sought, held);
    if (search.found < 0) return;
    this.#toPass = search.found - this.#sought.position;
    this.#tellFound(search);
    this.#pass(0);
  }

  feed(buffer: Uint8Array, start: number, end: number, origin: Origin): void {
    if (this.#toPass === 0) {
      this.#search.feed(buffer, start, end, origin);
      this.#readOnWhereFound();
      return;
    }
    const length = Math.min(end - start, this.#toPass);
    this.#pass(length);
    if (length < end - start) this.#reader.feed(buffer, start + length, end, origin);
  }

  skip(length: number, origin: Origin): void {
    if (this.#toPass > 0) {
      this.#pass(length);
      return;
    }
    this.#search.skip(length, origin);
    this.#readOnWhereFound();
  }

  /** The stream is over. */
  end(): void {
    this.#search.end();
    this.#readOnWhereFound();
  }

  /** Lets go of what is held. */
  release(): void {
    this.#search.release();
  }

  #pass(length: number): void {
    this.#toPass -= length;
    if (this.#toPass === 0) this.#reader.onPassed();
  }

  /** What is read may hold a gap that hides a header, and so another search. */
  #readOnWhereFound(): void {
    const search = this.#search;
    if (search.refused && !this.#refusalTold) {
      this.#refusalTold = true;
      this.#reader.onHeldLimit(this.#sought.allowance.limit);
    }
    if (search.found < 0) return;
    this.#tellFound(search);
    this.#reader.onPassed();
    search.handOn(this.#reader);
  }

  #tellFound({ found, foundOrigin, passedOver }: FrameSearch | EitherSearch): void {
    this.#reader.onFrameFound(found, foundOrigin, this.#sought.passedBefore + passedOver);
  }
}

/** Whether frames are found in what is held of a direction of which nothing was read; asked as more of it is held. */
export class FramesAhead {
  #found = false;
  /** Octets when it was last looked for them. */
  #looked = 0;

  /** @param octets that the direction has said */
  areIn(held: HeldFrames, octets: number, fromClient: boolean, extensions: AgreedExtensions): boolean {
    if (!this.#found && octets >= LOOK_GROWTH * this.#looked) {
      this.#looked = octets;
      this.#found = findsFrame(held, fromClient, extensions);
    }
    return this.#found;
  }
}

function findsFrame(held: HeldFrames, fromClient: boolean, extensions: AgreedExtensions): boolean {
  const { deflate } = fromClient ? extensions.fromClient : extensions.fromServer;
  const sought: SoughtFrame = {
    position: 0,
    passedBefore: 0,
    masked: fromClient ? null : false,
    compression: deflate !== null,
    seen: NOTHING_SEEN,
    searchLimit: Number.POSITIVE_INFINITY,
    allowance: UNLIMITED,
  };
  return searchedAhead(sought, held).found >= 0;
}

/** A search through what is held, which keeps nothing of it. */
function searchedAhead(sought: SoughtFrame, held: HeldFrames): FrameSearch | EitherSearch {
  const search = searchFor(sought, UNLIMITED);
  searchHeld(search, held);
  search.release();
  return search;
}

function searchFor(sought: SoughtFrame, allowance: Allowance): FrameSearch | EitherSearch {
  const { position, masked, compression, seen, searchLimit } = sought;
  const options = { compression, seen, limit: searchLimit, allowance };
  return masked === null ? new EitherSearch(position, options) : new FrameSearch(position, { ...options, masked });
}
