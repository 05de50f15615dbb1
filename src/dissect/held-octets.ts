// Octets of one direction that wait for the other direction to say what they are, with the packets that carried them.
// Bounded: whoever holds asks `length`.

import { Origin } from '../capture/packet.ts';

export interface HeldPiece {
  octets: Uint8Array;
  /** Octets that were lost at this place instead; `octets` is empty then. */
  gap: number;
  origin: Origin;
}

export class HeldOctets {
  #pieces: HeldPiece[] = [];
  length = 0;

  get first(): HeldPiece | undefined {
    return this.#pieces[0];
  }

  append(buffer: Uint8Array, start: number, end: number, origin: Origin): void {
    const octets = new Uint8Array(end - start);
    octets.set(buffer.subarray(start, end));
    this.#push(octets, 0, origin);
  }

  appendGap(gap: number, origin: Origin): void {
    this.#push(new Uint8Array(0), gap, origin);
  }

  shift(): HeldPiece | undefined {
    const piece = this.#pieces.shift();
    if (piece) this.length -= piece.octets.length;
    return piece;
  }

  /** Puts back the rest of the first piece, of which `used` octets were taken. */
  unshift(piece: HeldPiece, used: number): void {
    const rest = { ...piece, octets: piece.octets.subarray(used) };
    this.#pieces.unshift(rest);
    this.length += rest.octets.length;
  }

  /** What is held up to the first gap, in one piece. */
  joined(): Uint8Array {
    const untilGap = this.#pieces.findIndex((piece) => piece.gap > 0);
    const pieces = untilGap < 0 ? this.#pieces : this.#pieces.slice(0, untilGap);
    const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.octets.length, 0));
    let at = 0;
    for (const piece of pieces) {
      whole.set(piece.octets, at);
      at += piece.octets.length;
    }
    return whole;
  }

  #push(octets: Uint8Array, gap: number, origin: Origin): void {
    const kept = new Origin();
    kept.copyFrom(origin);
    this.#pieces.push({ octets, gap, origin: kept });
    this.length += octets.length;
  }
}
