// Octets of one direction among which a frame is looked for, in one piece, with the packets that carried them and the gaps
// between them. What is old is let go; what is left can be handed on. Knows no frames.

import type { Origin } from '../capture/packet.ts';
import { PIECE_COST } from '../tcp/limits.ts';
import type { Allowance } from './allowance.ts';

const NOTHING = new Uint8Array(0);
/** Octets: most connections that are searched say little before it is known what they are. */
const SMALLEST = 64;

/**
 * Memory of searches that are over, for those that come: a lossy capture has one after the other, and what is freed is not
 * free before V8 looks for it. A few of each length, which is a power of two; they hold nothing of use.
 */
const spares = new Map<number, Uint8Array[]>();
const SMALLEST_SPARE = 4096;
const LARGEST_SPARE = 1024 * 1024;
const SPARES = 2;

function takeSpare(length: number): Uint8Array {
  return spares.get(length)?.pop() ?? new Uint8Array(length);
}

function keepSpare(octets: Uint8Array): void {
  const { length } = octets;
  if (length < SMALLEST_SPARE || length > LARGEST_SPARE) return;
  const kept = spares.get(length) ?? [];
  if (kept.length < SPARES) kept.push(octets);
  spares.set(length, kept);
}

/** Pieces that are held, at most twice as many: what came in smaller ones than 64 octets may be let go before it is too many octets. */
export const MOST_PIECES = 4096;

/** Octets of one packet, or a gap. */
interface Piece {
  /** Number of its first octet among those fed. */
  at: number;
  /** Octets; 0 for a gap. */
  length: number;
  gap: number;
  origin: Origin;
}

/** Takes what was held, in order. */
export interface SearchedOctetsSink {
  feed(buffer: Uint8Array, start: number, end: number, origin: Origin): void;
  skip(length: number, origin: Origin): void;
}

export class SearchedOctets {
  /** The octets held: number `base` is at index 0. */
  octets: Uint8Array = NOTHING;
  base = 0;
  /** Octets fed so far, so the number of the next. */
  fed = 0;
  readonly #allowance: Allowance;
  #pieces: Piece[] = [];

  constructor(allowance: Allowance) {
    this.#allowance = allowance;
  }

  /** Lets go of all that is held, but for the memory it is in. */
  restart(): void {
    this.base = 0;
    this.fed = 0;
    this.#dropPieces(this.#pieces.length);
  }

  /** Whether more pieces are held than are read from. */
  get hasManyPieces(): boolean {
    return this.#pieces.length > 2 * MOST_PIECES;
  }

  /** Number of the first octet of the last pieces, those that may be read from. */
  get oldest(): number {
    return this.#pieces.at(-MOST_PIECES)?.at ?? this.base;
  }

  /** False where more may not be held. */
  append(buffer: Uint8Array, start: number, end: number, origin: Origin): boolean {
    const last = this.#pieces.at(-1);
    const goesOn = last !== undefined && last.gap === 0 && last.origin.number === origin.number;
    if (!goesOn && !this.#allowance.take(PIECE_COST)) return false;
    const held = this.fed - this.base;
    const needed = held + (end - start);
    if (needed > this.octets.length) {
      const length = Math.max(SMALLEST, 2 ** Math.ceil(Math.log2(needed)));
      if (!this.#allowance.take(length - this.octets.length)) {
        if (!goesOn) this.#allowance.giveBack(PIECE_COST);
        return false;
      }
      const larger = takeSpare(length);
      larger.set(this.octets.subarray(0, held));
      keepSpare(this.octets);
      this.octets = larger;
    }
    this.octets.set(buffer.subarray(start, end), held);
    if (goesOn) last.length += end - start;
    else this.#pieces.push({ at: this.fed, length: end - start, gap: 0, origin: this.#copyOf(origin) });
    this.fed += end - start;
    return true;
  }

  /** Remembers a gap, however much is held: there are no more of them than pieces with octets, as those in a row become one. */
  appendGap(gap: number, origin: Origin): void {
    const last = this.#pieces.at(-1);
    if (last === undefined) return;
    if (last.gap > 0) {
      last.gap += gap;
      return;
    }
    this.#allowance.overdraw(PIECE_COST);
    this.#pieces.push({ at: this.fed, length: 0, gap, origin: this.#copyOf(origin) });
  }

  /** Counts octets that are not held, and lets go of those that are. */
  pass(length: number): void {
    this.fed += length;
    this.base = this.fed;
    this.#dropPieces(this.#pieces.length);
  }

  /** Packet of an octet held. */
  originOf(at: number): Origin | null {
    return this.#pieces.find((piece) => piece.at + piece.length > at)?.origin ?? null;
  }

  dropUntil(at: number): void {
    this.octets.copyWithin(0, at - this.base, this.fed - this.base);
    this.base = at;
    const kept = this.#pieces.findIndex((piece) => piece.at + piece.length > at);
    this.#dropPieces(kept < 0 ? this.#pieces.length : kept);
  }

  #dropPieces(count: number): void {
    this.#allowance.giveBack(count * PIECE_COST);
    this.#pieces.splice(0, count);
  }

  /** Hands on all from octet `from` on, and lets go of everything. */
  handOn(from: number, sink: SearchedOctetsSink): void {
    const { octets, base } = this;
    const pieces = this.#pieces;
    this.octets = NOTHING;
    this.#pieces = [];
    for (const piece of pieces) {
      if (piece.gap > 0) {
        if (piece.at > from) sink.skip(piece.gap, piece.origin);
        continue;
      }
      const start = Math.max(piece.at, from) - base;
      const end = piece.at + piece.length - base;
      if (start < end) sink.feed(octets, start, end, piece.origin);
    }
    this.#allowance.giveBack(octets.length + pieces.length * PIECE_COST);
    keepSpare(octets);
  }

  #copyOf(origin: Origin): Origin {
    const last = this.#pieces.at(-1)?.origin;
    return last?.number === origin.number ? last : origin.copy();
  }

  release(): void {
    this.#dropPieces(this.#pieces.length);
    this.#allowance.giveBack(this.octets.length);
    keepSpare(this.octets);
    this.octets = NOTHING;
  }
}
