// What TCP itself did in a connection: what was sent again, came late or was lost, how often a window was closed, how long the
// handshake took. Counted beside the reassembly, which does not depend on it.

import type { Origin } from '../capture/packet.ts';
import { viewOf } from '../link/octets.ts';
import { ACK, type Segment, SYN } from '../link/segment.ts';

/** What one end sent, or did not. */
export class DirectionFacts {
  /** Segments with octets that were captured before; copies that the capture made are none. */
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

const BEFORE = 0;
const SYN_SEEN = 1;
const ANSWERED = 2;
const OVER = 3;

/** Times the three-way handshake (RFC 9293 §3.5), from the first SYN to the ACK of the answer. */
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
    if (this.#state === BEFORE && isSyn && (flags & ACK) === 0) {
      this.#state = SYN_SEEN;
      this.#side = side;
      this.#seconds = origin.seconds;
      this.#nanoseconds = origin.nanoseconds;
    } else if (this.#state === SYN_SEEN && isSyn && side !== this.#side) {
      this.#state = ANSWERED;
    } else if (this.#state === ANSWERED && !isSyn && side === this.#side) {
      this.#state = OVER;
      this.roundTrip = (origin.seconds - this.#seconds) * 1e9 + (origin.nanoseconds - this.#nanoseconds);
    } else if (!isSyn) {
      this.#state = OVER;
    }
  }
}

/** In an IPv4 header and in TCP's. */
const IDENTIFICATION_AT = 4;
const CHECKSUM_AT = 16;

/**
 * What two captures of one packet share, and a packet sent again does not: the identification of an IPv4 datagram, and
 * TCP's checksum, which timestamps and acknowledgments change.
 */
export function identityOf({ buffer, family, ipStart, tcpStart }: Segment): number {
  const view = viewOf(buffer);
  const checksum = view.getUint16(tcpStart + CHECKSUM_AT);
  return family === 4 ? (view.getUint16(ipStart + IDENTIFICATION_AT) << 16) | checksum : checksum;
}

/** A half, as far as it is counted. */
interface CountedHalf {
  readonly facts: DirectionFacts;
  windowClosed: boolean;
  earlyIdentity: number;
}

/** The end's window was closed, or opened again. */
export function setWindow(half: CountedHalf, segment: Segment): void {
  half.windowClosed = segment.window === 0;
  if (half.windowClosed) half.facts.zeroWindows++;
}

/**
 * Counts a segment put among octets that wait.
 * @param isLate whether later octets were there already
 * @param isKnown whether all its octets were
 */
export function countPlaced(
  half: CountedHalf,
  segment: Segment,
  beginsOld: boolean,
  isLate: boolean,
  isKnown: boolean,
): void {
  const identity = identityOf(segment);
  if (isKnown) {
    if (identity !== half.earlyIdentity) half.facts.retransmissions++;
  } else if (beginsOld) {
    half.facts.retransmissions++;
  } else if (isLate) {
    half.facts.outOfOrder++;
  }
  half.earlyIdentity = identity;
}
