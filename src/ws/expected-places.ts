// Places of a stream at which a frame is expected, as a chain of headers leads there (`frame-search.ts`), and the best chain that
// does. Bounded: a header may lead two gigabytes ahead, and every octet may begin one. What is behind is forgotten as more places
// come, and of too many those for which least speaks. Does not know how chains are judged.

import type { Allowance } from './allowance.ts';
import type { ChainFrame } from './chain-frame.ts';
import { MOST_TEXT_BITS } from './frame-evidence.ts';

/** Memory that a place takes with the frame that leads there, in octets. */
export const PLACE_COST = 384;
/** Places of one search, those that are behind and not yet forgotten among them: random octets lead to a dozen that are ahead. */
export const MOST_PLACES = 8192;
/** Places from which on those that are behind are forgotten. */
const MANY_PLACES = 32;

export interface ExpectedPlace {
  /** Stream offset. */
  readonly offset: number;
  /** How many places were expected before it: of two chains for which as much speaks the earlier one is the better. */
  readonly number: number;
  /** The last frame of the best chain that leads here. */
  frame: ChainFrame;
  /** How many headers lead here, of whatever chain. */
  headers: number;
  /** Whether that frame was found since the stream broke off last. */
  isFresh: boolean;
}

/** A chain where the stream breaks off, with what speaks for it there. */
export interface EndedChain {
  last: ChainFrame;
  score: number;
  /** Whether its last frame ends just there. */
  ends: boolean;
}

/** A place as it was when its chain was ranked. */
interface RankedPlace {
  place: ExpectedPlace;
  frame: ChainFrame;
}

export class ExpectedPlaces {
  readonly #allowance: Allowance;
  /** By stream offset. */
  readonly #places = new Map<number, ExpectedPlace>();
  #expected = 0;
  /** How many they are when those that are behind are looked for next. */
  #forgetAt = MANY_PLACES;
  #fresh: ExpectedPlace[] = [];
  /** Those that are fresh no more and have any score, a heap with the best one first; some of them are behind. */
  #ranked: RankedPlace[] = [];

  constructor(allowance: Allowance) {
    this.#allowance = allowance;
  }

  at(offset: number): ExpectedPlace | undefined {
    return this.#places.get(offset);
  }

  /** Expects a frame behind `frame`, which is the last that was found: what comes before it is behind. */
  expectBehind(frame: ChainFrame): void {
    const offset = frame.offset + frame.headerLength + frame.length;
    const known = this.#places.get(offset);
    if (known === undefined) {
      this.#add(offset, frame);
      return;
    }
    known.headers++;
    if (known.frame.score >= frame.score) return;
    known.frame = frame;
    this.#freshen(known);
  }

  /**
   * The best chain where the stream breaks off at `offset`, if anything speaks for one. Each place is looked at once for all the
   * times that it does, as only what was found since then can be judged otherwise than before.
   *
   * @param bitsThere what speaks for a frame that ends there, or is cut there
   */
  bestAt(offset: number, bitsThere: (frame: ChainFrame, ends: boolean) => number): EndedChain | null {
    const first = this.#firstRanked(offset);
    const best = { place: first?.place ?? null, score: first?.frame.score ?? 0, ends: false };
    const compare = (place: ExpectedPlace, score: number, ends: boolean) => {
      if (score < best.score || (score === best.score && place.number >= (best.place?.number ?? 0))) return;
      Object.assign(best, { place, score, ends });
    };
    const here = this.#places.get(offset);
    if (here !== undefined) compare(here, here.frame.score + bitsThere(here.frame, true), true);
    for (const place of this.#fresh) {
      place.isFresh = false;
      const { frame } = place;
      if (place.offset <= offset) continue;
      if (frame.score + MOST_TEXT_BITS >= best.score) compare(place, frame.score + bitsThere(frame, false), false);
      if (frame.score > 0) rank(this.#ranked, { place, frame });
    }
    this.#fresh = [];
    if (this.#ranked.length > 2 * this.#places.size + MANY_PLACES) this.#rankAnew();
    return best.place === null ? null : { last: best.place.frame, score: best.score, ends: best.ends };
  }

  /** Forgets all places. */
  clear(): void {
    this.#allowance.giveBack(this.#places.size * PLACE_COST);
    this.#places.clear();
    this.#forgetAt = MANY_PLACES;
    this.#fresh = [];
    this.#ranked = [];
  }

  #add(offset: number, frame: ChainFrame): void {
    if (this.#places.size >= this.#forgetAt) this.#forget(frame.offset, MOST_PLACES / 2);
    if (!this.#allowance.take(PLACE_COST)) {
      this.#forget(frame.offset, this.#places.size >> 1);
      if (!this.#allowance.take(PLACE_COST)) return;
    }
    const place = { offset, number: this.#expected++, frame, headers: 1, isFresh: false };
    this.#places.set(offset, place);
    this.#freshen(place);
  }

  #freshen(place: ExpectedPlace): void {
    if (place.isFresh) return;
    place.isFresh = true;
    this.#fresh.push(place);
  }

  /** Forgets the places up to an offset, and of the others all but the best `most`. */
  #forget(offset: number, most: number): void {
    const places = this.#places;
    const before = places.size;
    for (const at of places.keys()) if (at <= offset) places.delete(at);
    if (places.size > most) {
      const worstFirst = [...places.values()].sort((a, b) => a.frame.score - b.frame.score || b.offset - a.offset);
      for (const place of worstFirst.slice(0, places.size - most)) places.delete(place.offset);
    }
    this.#allowance.giveBack((before - places.size) * PLACE_COST);
    this.#forgetAt = Math.min(MOST_PLACES, Math.max(MANY_PLACES, 2 * places.size));
    this.#fresh = this.#fresh.filter((place) => places.get(place.offset) === place);
    this.#rankAnew();
  }

  /** The best of those ranked that are ahead. */
  #firstRanked(offset: number): RankedPlace | undefined {
    const ranked = this.#ranked;
    while (ranked.length > 0 && (ranked[0].place.offset <= offset || ranked[0].place.frame !== ranked[0].frame)) {
      removeFirst(ranked);
    }
    return ranked[0];
  }

  /** Lets go of those ranked that are forgotten, or to which a better chain leads now. */
  #rankAnew(): void {
    const isThere = ({ place, frame }: RankedPlace) =>
      place.frame === frame && this.#places.get(place.offset) === place;
    this.#ranked = this.#ranked.filter(isThere).sort((a, b) => (isBetter(a, b) ? -1 : 1));
  }
}

function isBetter(a: RankedPlace, b: RankedPlace): boolean {
  const bits = a.frame.score - b.frame.score;
  return bits > 0 || (bits === 0 && a.place.number < b.place.number);
}

/** Puts a place into a heap. */
function rank(heap: RankedPlace[], ranked: RankedPlace): void {
  let at = heap.length;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (isBetter(heap[parent], ranked)) break;
    heap[at] = heap[parent];
    at = parent;
  }
  heap[at] = ranked;
}

/** Takes the first out of a heap, which is not empty. */
function removeFirst(heap: RankedPlace[]): void {
  const last = heap.pop() as RankedPlace;
  if (heap.length === 0) return;
  let at = 0;
  for (let child = 1; child < heap.length; child = 2 * at + 1) {
    if (child + 1 < heap.length && isBetter(heap[child + 1], heap[child])) child++;
    if (isBetter(last, heap[child])) break;
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = last;
}
