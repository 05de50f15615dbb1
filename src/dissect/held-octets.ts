// Octets of one direction that wait for the other direction to say what they are, with the packets that carried them.
// Bounded, by direction and by what all connections may hold together.

import type { Origin } from '../capture/packet.ts';
import type { GapReason } from '../tcp/connection.ts';
import { PIECE_COST } from '../tcp/limits.ts';
import type { Allowance } from '../ws/allowance.ts';

/** Octets a direction that may be held, the cost of the pieces counted. */
const LIMIT = 1024 * 1024;

const NOTHING = new Uint8Array(0);

export interface HeldPiece {
  octets: Uint8Array;
  /** Octets that were lost at this place instead, and why; `octets` is empty then. */
  gap: number;
  reason: GapReason;
  origin: Origin;
}

export class HeldOctets {
  readonly #allowance: Allowance;
  #pieces: HeldPiece[] = [];
  #cost = 0;

  constructor(allowance: Allowance) {
    this.#allowance = allowance;
  }

  get isEmpty(): boolean {
    return this.#pieces.length === 0;
  }

  get first(): HeldPiece | undefined {
    return this.#pieces[0];
  }

  get pieces(): readonly HeldPiece[] {
    return this.#pieces;
  }

  /** Copies octets in; false where they are too many, and then they are not held unless they `must` be. */
  append(buffer: Uint8Array, start: number, end: number, origin: Origin, must = false): boolean {
    const takes = this.#takes(end - start, must);
    if (takes || must)
      this.#pieces.push({ octets: buffer.slice(start, end), gap: 0, reason: 'not-captured', origin: origin.copy() });
    return takes;
  }

  /** Remembers a gap; false where too much is held. */
  appendGap(gap: number, reason: GapReason, origin: Origin, must = false): boolean {
    const takes = this.#takes(0, must);
    if (takes || must) this.#pieces.push({ octets: NOTHING, gap, reason, origin: origin.copy() });
    return takes;
  }

  /** Lets go so many pieces, and returns how many octets they were, lost ones counted. */
  drop(count: number): number {
    let dropped = 0;
    for (const { gap, octets } of this.#pieces.splice(0, count)) {
      dropped += gap + octets.length;
      this.#giveBack(octets.length + PIECE_COST);
    }
    return dropped;
  }

  /** Lets go so many of the first octets, of which none may be lost, and returns how many. */
  dropOctets(count: number): number {
    for (let left = count; left > 0; ) {
      const piece = this.shift() as HeldPiece;
      if (piece.octets.length > left) this.unshift(piece, left);
      left -= piece.octets.length;
    }
    return count;
  }

  shift(): HeldPiece | undefined {
    const piece = this.#pieces.shift();
    if (piece !== undefined) this.#giveBack(piece.octets.length + PIECE_COST);
    return piece;
  }

  /** Puts back the rest of the first piece, of which `used` octets were taken; what was held before may be held again. */
  unshift(piece: HeldPiece, used: number): void {
    const octets = piece.octets.subarray(used);
    this.#allowance.overdraw(octets.length + PIECE_COST);
    this.#cost += octets.length + PIECE_COST;
    this.#pieces.unshift({ ...piece, octets });
  }

  /** What stands before the first gap is lost as well; nothing changes where there is no gap. */
  loseBeginning(): void {
    const at = this.#pieces.findIndex(({ gap }) => gap > 0);
    if (at <= 0) return;
    const lost = this.drop(at);
    this.#pieces[0] = { ...this.#pieces[0], gap: this.#pieces[0].gap + lost };
  }

  /** Lets all of it go. */
  clear(): void {
    if (this.#pieces.length === 0) return;
    this.#pieces = [];
    this.#giveBack(this.#cost);
  }

  /**
   * What is held from one piece up to the next gap, in one piece.
   *
   * @param enough no more pieces than have so many octets
   */
  joined(enough = Number.POSITIVE_INFINITY, from = 0): Uint8Array {
    const pieces: Uint8Array[] = [];
    let length = 0;
    for (let index = from; index < this.#pieces.length && length < enough; index++) {
      const { gap, octets } = this.#pieces[index];
      if (gap > 0) break;
      pieces.push(octets);
      length += octets.length;
    }
    const whole = new Uint8Array(length);
    let at = 0;
    for (const piece of pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }

  #takes(octets: number, must: boolean): boolean {
    const cost = octets + PIECE_COST;
    const takes = this.#cost + cost <= LIMIT && this.#allowance.take(cost);
    if (!takes && must) this.#allowance.overdraw(cost);
    if (takes || must) this.#cost += cost;
    return takes;
  }

  #giveBack(cost: number): void {
    this.#cost -= cost;
    this.#allowance.giveBack(cost);
  }
}
