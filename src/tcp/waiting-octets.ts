// Octets of one direction that came before those in front of them: an ordered list of copied pieces without overlap,
// where the octets captured first win. Knows stream offsets, not sequence numbers.

import type { Origin } from '../capture/packet.ts';
import { PIECE_COST } from './limits.ts';
import { PieceList, type Place } from './piece-list.ts';

/** A copied piece of the stream and the packet that carried it. */
export interface WaitingPiece {
  /** Stream offset of its first octet. */
  offset: number;
  octets: Uint8Array;
  /** Octets behind this piece that were on the wire but cut by the snaplen. */
  missing: number;
  /** By `identityOf`. */
  identity: number;
  origin: Origin;
}

export class WaitingOctets {
  readonly #pieces = new PieceList<WaitingPiece>();
  /** Octets held, of all pieces. */
  length = 0;

  /** What limits count: single octets that wait cost far more than their number. */
  get cost(): number {
    return this.length + this.#pieces.count * PIECE_COST;
  }

  /** Stream offset behind the last piece. */
  get end(): number {
    const { last } = this.#pieces;
    return last === undefined ? 0 : last.offset + last.octets.length;
  }

  get first(): WaitingPiece | undefined {
    return this.#pieces.first;
  }

  /** Takes the first piece out. */
  shift(): WaitingPiece | undefined {
    const piece = this.#pieces.shift();
    if (piece !== undefined) this.length -= piece.octets.length;
    return piece;
  }

  /** Moves all pieces by so many octets, as their stream begins elsewhere. */
  move(octets: number): void {
    for (const piece of this.#pieces.all()) piece.offset += octets;
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
    let place = this.#pieces.firstEndingBehind(offset);
    let at = offset;
    while (at < last) {
      const piece = this.#pieces.at(place);
      if (piece === undefined || piece.offset >= last) {
        this.#put(place, at, buffer.subarray(start + (at - offset), end), missing, origin, identity);
        break;
      }
      if (piece.offset > at) {
        const before = buffer.subarray(start + (at - offset), start + (piece.offset - offset));
        place = this.#put(place, at, before, 0, origin, identity);
      }
      const overlapStart = Math.max(at, piece.offset);
      const overlapEnd = Math.min(last, piece.offset + piece.octets.length);
      for (let octet = overlapStart; octet < overlapEnd && !differs; octet++) {
        differs = piece.octets[octet - piece.offset] !== buffer[start + (octet - offset)];
      }
      at = piece.offset + piece.octets.length;
      place = this.#pieces.next(place);
    }
    return differs;
  }

  /** Copies the octets in. Returns where the piece behind them is. */
  #put(place: Place, offset: number, source: Uint8Array, missing: number, origin: Origin, identity: number): Place {
    const octets = new Uint8Array(source.length);
    octets.set(source);
    this.length += octets.length;
    return this.#pieces.insert(place, { offset, octets, missing, identity, origin: origin.copy() });
  }
}
