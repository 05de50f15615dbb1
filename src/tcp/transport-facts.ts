// What TCP itself did in a connection: what was sent again, came late or was lost, how often a window was closed, how long the
// handshake took. Counted beside the reassembly, which does not depend on it.

import type { Origin } from '../capture/packet.ts';
import { identityOf } from '../link/identity.ts';
import { ACK, FIN, type Segment, SYN } from '../link/segment.ts';

/** What one end sent, or did not. */
export class DirectionFacts {
  /** Segments with octets, a SYN or a FIN that were captured before; copies that the capture made are none. */
  retransmissions = 0;
  /** Segments captured behind later ones: overtaken on their way, or sent again for lost ones. */
  outOfOrder = 0;
  /** Octets given up. */
  lost = 0;
  /** How often this end closed its window, so that the other had to wait. */
  zeroWindows = 0;

  reset(): void {
    this.retransmissions = 0;
    this.outOfOrder = 0;
    this.lost = 0;
    this.zeroWindows = 0;
  }
}

/** Stands for the identity of a segment that was not seen. */
export const NONE = -1;

const BEFORE = 0;
const SYN_SEEN = 1;
const OVER = 2;

/**
 * Times the three-way handshake (RFC 9293 §3.5), from the SYN to the ACK of the answer. Of a SYN that was sent again the last
 * one counts (Karn's rule, RFC 6298 §3, asks for at least that), and the answer itself need not be captured.
 */
export class HandshakeTimer {
  /** Nanoseconds; -1 where it was not captured whole. */
  roundTrip = -1;
  #state = BEFORE;
  #side = 0;
  #seconds = 0;
  #nanoseconds = 0;

  get isOver(): boolean {
    return this.#state === OVER;
  }

  reset(): void {
    this.roundTrip = -1;
    this.#state = BEFORE;
  }

  /** Takes a segment of `side`, while it is not over. */
  onSegment(side: number, flags: number, origin: Origin): void {
    const isSyn = (flags & SYN) !== 0;
    if (isSyn && (flags & ACK) === 0 && (this.#state === BEFORE || side === this.#side)) {
      this.#state = SYN_SEEN;
      this.#side = side;
      this.#seconds = origin.seconds;
      this.#nanoseconds = origin.nanoseconds;
    } else if (this.#state === SYN_SEEN && !isSyn && side === this.#side && (flags & ACK) !== 0) {
      this.#state = OVER;
      this.roundTrip = (origin.seconds - this.#seconds) * 1e9 + (origin.nanoseconds - this.#nanoseconds);
    } else if (!isSyn && this.#state === BEFORE) {
      this.#state = OVER;
    }
  }
}

/** A half, as far as it is counted. */
interface CountedHalf {
  readonly facts: DirectionFacts;
  windowClosed: boolean;
  synIdentity: number;
  finIdentity: number;
}

/** The end's window was closed, or opened again. */
export function setWindow(half: CountedHalf, segment: Segment): void {
  half.windowClosed = segment.window === 0;
  if (half.windowClosed) half.facts.zeroWindows++;
}

/** Counts a SYN that is not the first of its end. */
export function countSyn(half: CountedHalf, segment: Segment): void {
  const identity = identityOf(segment);
  if (half.synIdentity !== NONE && half.synIdentity !== identity) half.facts.retransmissions++;
  half.synIdentity = identity;
}

/**
 * Counts a segment captured behind its end's FIN: that FIN again, or octets that it has overtaken. What is put among octets that
 * wait is counted there.
 * @param isNext whether its octets are the next to be delivered
 */
export function countBehindFin(half: CountedHalf, segment: Segment, isNext: boolean): void {
  const isBare = segment.payloadStart === segment.payloadEnd;
  if ((segment.flags & FIN) === 0) {
    if (isNext && !isBare) half.facts.outOfOrder++;
    return;
  }
  const identity = identityOf(segment);
  if (isBare && half.finIdentity !== identity) half.facts.retransmissions++;
  half.finIdentity = identity;
}

/**
 * Counts a segment put among octets that wait, and no copy that the capture made of one.
 * @param isLate whether later octets were there already
 * @param isKnown whether all its octets were
 */
export function countPlaced(half: CountedHalf, beginsOld: boolean, isLate: boolean, isKnown: boolean): void {
  if (isKnown || beginsOld) half.facts.retransmissions++;
  else if (isLate) half.facts.outOfOrder++;
}
