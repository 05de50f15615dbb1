// Which pong answers which ping, RFC 6455 §5.5.2 and §5.5.3, over both directions of a conversation. It is told of them in the
// order in which they are known, which between directions need not be that of the capture.

import type { Origin } from '../capture/packet.ts';
import { type DirectionIndex, oppositeOf } from './direction-index.ts';
import { PING } from './opcodes.ts';

/** Pings without an answer, and pongs without a ping, that are remembered in a direction. */
export const PINGS_REMEMBERED = 64;

/** Packets by which a pong may be recorded before its ping, as by another queue of the interface. */
const RECORDED_EARLY = 64;

/** A ping or pong without its counterpart. */
export interface Unmatched {
  data: string;
  origin: Origin;
}

interface UnmatchedPing extends Unmatched {
  /** Whether a pong may have answered it, as one that is equal to several may be for the latest and all before it (§5.5.3). */
  answered: boolean;
}

export class PingLedger {
  /** Pings of each direction that a pong may still be for. */
  readonly pings: readonly [UnmatchedPing[], UnmatchedPing[]] = [[], []];
  /** Pongs of each direction that answer nothing, as far as they are remembered, and how many there are. */
  readonly pongs: readonly [Unmatched[], Unmatched[]] = [[], []];
  readonly strayPongs: [number, number] = [0, 0];

  /** @param opcode ping or pong */
  onFrame(
    direction: DirectionIndex,
    opcode: number,
    octets: Uint8Array,
    start: number,
    end: number,
    origin: Origin,
  ): void {
    const data = Buffer.from(octets.buffer, octets.byteOffset + start, end - start).toString('latin1');
    if (opcode === PING) this.#onPing(direction, data, origin);
    else this.#onPong(direction, data, origin);
  }

  #onPing(direction: DirectionIndex, data: string, origin: Origin): void {
    const other = oppositeOf(direction);
    // Its answer may be known already, where the ping's direction waited for a hole, or was recorded late. Empty pongs are many.
    const first = data === '' ? origin.number : origin.number - RECORDED_EARLY;
    const pongs = this.pongs[other];
    const answer = pongs.findIndex((pong) => pong.data === data && pong.origin.number > first);
    if (answer >= 0) {
      pongs.splice(answer, 1);
      this.strayPongs[other]--;
      for (const ping of this.pings[direction]) ping.answered = true;
      return;
    }
    const pings = this.pings[direction];
    if (pings.length === PINGS_REMEMBERED) pings.shift();
    pings.push({ data, origin: origin.copy(), answered: false });
  }

  /** It is taken for the answer to the earliest equal ping, as an end that answers each does so in their order. */
  #onPong(direction: DirectionIndex, data: string, origin: Origin): void {
    const pings = this.pings[oppositeOf(direction)];
    const last = pings.findLastIndex((ping) => ping.data === data);
    if (last >= 0) {
      for (let at = 0; at <= last; at++) pings[at].answered = true;
      pings.splice(0, pings.findIndex((ping) => ping.data === data) + 1);
      return;
    }
    this.strayPongs[direction]++;
    if (this.pongs[direction].length < PINGS_REMEMBERED) this.pongs[direction].push({ data, origin: origin.copy() });
  }
}
