// What both sides of a connection said while nobody knows yet what it is. Hands it on in the order of capture.

import type { Origin } from '../capture/packet.ts';
import type { GapReason, Side } from '../tcp/connection.ts';
import type { SidesTold } from '../tcp/stream-sink.ts';
import type { Allowance } from '../ws/allowance.ts';
import { HeldOctets } from './held-octets.ts';

/** Takes what was held. */
export interface HeldListener {
  onOctets(side: Side, buffer: Uint8Array, start: number, end: number, origin: Origin): void;
  onGap(side: Side, length: number, reason: GapReason, origin: Origin): void;
}

export class HeldSides {
  readonly #sides: readonly [HeldOctets, HeldOctets];

  constructor(allowance: Allowance) {
    this.#sides = [new HeldOctets(allowance), new HeldOctets(allowance)];
  }

  of(side: Side): HeldOctets {
    return this.#sides[side];
  }

  /** Hands on what a side said up to a packet, and lets it go. */
  handOver(side: Side, untilPacket: number, to: HeldListener): void {
    for (;;) {
      const { first } = this.#sides[side];
      if (first === undefined || first.origin.number > untilPacket) return;
      this.#handOverFirst(side, to);
    }
  }

  /** Hands on all that is held, and lets it go. */
  handOverAll(to: HeldListener): void {
    for (;;) {
      const [first0, first1] = [this.#sides[0].first, this.#sides[1].first];
      if (first0 === undefined && first1 === undefined) return;
      const isOf0 = first1 === undefined || (first0 !== undefined && first0.origin.number <= first1.origin.number);
      this.#handOverFirst(isOf0 ? 0 : 1, to);
    }
  }

  /** Gives all that is held, and lets it go; null where octets are lost in between. */
  takeBack(): SidesTold | null {
    const told = [this.#sides[0].pieces, this.#sides[1].pieces] as const;
    if (told.flat().some(({ gap }) => gap > 0)) return null;
    this.clear();
    return told;
  }

  clear(): void {
    for (const held of this.#sides) held.clear();
  }

  #handOverFirst(side: Side, to: HeldListener): void {
    const piece = this.#sides[side].shift();
    if (piece === undefined) return;
    if (piece.gap > 0) to.onGap(side, piece.gap, piece.reason, piece.origin);
    else to.onOctets(side, piece.octets, 0, piece.octets.length, piece.origin);
  }
}
