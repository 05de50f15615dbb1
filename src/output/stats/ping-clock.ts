// Finds the pong that answers a ping, by its payload (RFC 6455 §5.5.3). Knows nothing of connections; holds the last few
// unanswered pings, because a pong may answer the most recent only.

import type { Origin } from '../../capture/packet.ts';
import { PINGS_REMEMBERED } from '../../ws/ping-ledger.ts';
import { ControlFrames, hashOf } from './control-frames.ts';
import { EarlyPongs } from './early-pongs.ts';

/** What became of a ping: none was seen that may be its answer; one was, and it may have been for another; it has its own. */
const WAITING = 0;
const PERHAPS_ANSWERED = 1;
const ANSWERED = 2;

/** The pings of one direction. */
export class PingClock {
  readonly #pings = new ControlFrames();
  readonly #states = new Uint8Array(PINGS_REMEMBERED);
  /** The number of the oldest that may still be answered. */
  #oldest = 0;
  /** Made for the first pong that answers no ping: most connections have none. */
  #early: EarlyPongs | null = null;

  /** Nanoseconds to its pong where that is known already, fewer than 0 where the capture has it earlier; NaN where it is not. */
  onPing(octets: Uint8Array, start: number, end: number, origin: Origin): number {
    const hash = hashOf(octets, start, end);
    const early = this.#early?.take(hash, start === end, origin) ?? Number.NaN;
    if (!Number.isNaN(early)) return early;
    this.#setState(this.#pings.add(hash, origin), WAITING);
    this.#oldest = Math.max(this.#oldest, this.#pings.first);
    return Number.NaN;
  }

  /** Nanoseconds since the ping that the pong answers; NaN where none is known. Older pings of other payloads are given up. */
  onPong(octets: Uint8Array, start: number, end: number, origin: Origin): number {
    const hash = hashOf(octets, start, end);
    const answered = this.#answeredBy(hash);
    if (answered < 0) {
      this.#early ??= new EarlyPongs();
      this.#early.add(hash, origin);
      return Number.NaN;
    }
    while (this.#oldest < this.#pings.next && this.#stateOf(this.#oldest) === ANSWERED) this.#oldest++;
    return this.#pings.nanosecondsTo(answered, origin);
  }

  /**
   * The number of the ping that is answered; -1 where none is. Of equal ones the earliest, but those last for which an earlier pong
   * may have been: else all behind a ping that was never answered by itself would be timed from the ping before.
   */
  #answeredBy(hash: number): number {
    let perhaps = -1;
    let waiting = -1;
    for (let ping = this.#oldest; ping < this.#pings.next; ping++) {
      if (!this.#pings.carries(ping, hash)) continue;
      const state = this.#stateOf(ping);
      if (state === PERHAPS_ANSWERED && perhaps < 0) perhaps = ping;
      if (state !== WAITING) continue;
      if (waiting < 0) waiting = ping;
      this.#setState(ping, PERHAPS_ANSWERED);
    }
    const answered = waiting < 0 ? perhaps : waiting;
    for (let ping = this.#oldest; ping <= answered; ping++) {
      if (ping === answered || !this.#pings.carries(ping, hash)) this.#setState(ping, ANSWERED);
    }
    return answered;
  }

  #stateOf(ping: number): number {
    return this.#states[this.#pings.placeOf(ping)];
  }

  #setState(ping: number, state: number): void {
    this.#states[this.#pings.placeOf(ping)] = state;
  }
}
