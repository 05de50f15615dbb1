// Octets of one direction that came before those in front of them: an ordered list of copied pieces without overlap,
// where the octets captured first win. Knows stream offsets, not sequence numbers.

import { NOWHERE, Origin } from '../capture/packet.ts';

/** A copied piece of the stream and the packet that carried it. */
export interface WaitingPiece {
  /** Stream offset of its first octet. */
  offset: number;
  octets: Uint8Array;
  /** Octets behind this piece that were on the wire but cut by the snaplen. */
  missing: number;
  /** `Segment.identity`. */
  identity: number;
  origin: Origin;
}

/** Places of pieces taken out from which on they are given up: `Array.shift` would move all others each time. */
const PLACES = 64;

/** Memory that a piece takes beside its octets, in octets. */
const PIECE_COST = 256;

/** Stands where one was taken out. */
const TAKEN: WaitingPiece = { offset: 0, octets: new Uint8Array(0), missing: 0, identity: 0, origin: NOWHERE };

export class WaitingOctets {
  #pieces: WaitingPiece[] = [];
  /** Where the first piece is, behind those taken out. */
  #start = 0;
  /** Octets held, of all pieces. */
  length = 0;

  /** What limits count: single octets that wait cost far more than their number. */
  get cost(): number {
    return this.length + (this.#pieces.length - this.#start) * PIECE_COST;
  }

  /** Stream offset behind the last piece. */
  get end(): number {
    const last = this.#pieces.at(-1);
    return last === undefined ? 0 : last.offset + last.octets.length;
  }

  get first(): WaitingPiece | undefined {
    return this.#pieces[this.#start];
  }

  /** Takes the first piece out. */
  shift(): WaitingPiece | undefined {
    const piece = this.first;
    if (piece === undefined) return undefined;
    this.length -= piece.octets.length;
    this.#pieces[this.#start++] = TAKEN;
    // Not at a half: room that was made would be given up at once.
    if (this.#start >= PLACES && 4 * this.#start >= 3 * this.#pieces.length) {
      this.#pieces.splice(0, this.#start);
      this.#start = 0;
    }
    return piece;
  }

  /**
   * Copies in what is new of `buffer[start, end)` at `offset`, behind which the snaplen cut `missing` octets.
   * Returns whether octets that were there already differ from the new ones.
   */
  insert(
    offset: number,
    buffer: Uint8Array,
    start: number,
    end: number,
    missing: number,
    origin: Origin,
    identity = 0,
  ): boolean {
    const last = offset + (end - start);
    let differs = false;
    let index = this.#firstEndingAfter(offset);
    let at = offset;
    while (at < last) {
      const piece = this.#pieces[index];
      if (piece === undefined || piece.offset >= last) {
        this.#put(index, at, buffer, start + (at - offset), end, missing, origin, identity);
        break;
      }
      if (piece.offset > at) {
        index = this.#put(
          index,
          at,
          buffer,
          start + (at - offset),
          start + (piece.offset - offset),
          0,
          origin,
          identity,
        );
      }
      const overlapStart = Math.max(at, piece.offset);
      const overlapEnd = Math.min(last, piece.offset + piece.octets.length);
      for (let octet = overlapStart; octet < overlapEnd && !differs; octet++) {
        differs = piece.octets[octet - piece.offset] !== buffer[start + (octet - offset)];
      }
      at = piece.offset + piece.octets.length;
      index++;
    }
    return differs;
  }

  /** Most pieces come at the end, so that is where the search begins. */
  #firstEndingAfter(offset: number): number {
    const pieces = this.#pieces;
    let low = this.#start;
    let high = pieces.length;
    if (high > low && pieces[high - 1].offset + pieces[high - 1].octets.length <= offset) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (pieces[middle].offset + pieces[middle].octets.length > offset) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Returns where the piece behind it is. */
  #put(
    index: number,
    offset: number,
    buffer: Uint8Array,
    start: number,
    end: number,
    missing: number,
    origin: Origin,
    identity: number,
  ): number {
    const octets = new Uint8Array(end - start);
    octets.set(buffer.subarray(start, end));
    const kept = new Origin();
    kept.copyFrom(origin);
    const piece = { offset, octets, missing, identity, origin: kept };
    this.length += end - start;
    if (index > this.#start || index === this.#pieces.length) {
      this.#pieces.splice(index, 0, piece);
      return index + 1;
    }
    // Octets that come backwards are all put here.
    if (this.#start === 0) this.#makeRoom();
    this.#pieces[--this.#start] = piece;
    return this.#start + 1;
  }

  /** Before the first piece. */
  #makeRoom(): void {
    const room = new Array<WaitingPiece>(Math.max(PLACES, this.#pieces.length)).fill(TAKEN);
    this.#pieces = room.concat(this.#pieces);
    this.#start = room.length;
  }
}
