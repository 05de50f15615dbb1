// Finds the pong that answers a ping, by its payload (RFC 6455 §5.5.3). Knows nothing of connections; holds the last few
// unanswered pings, because a pong may answer the most recent only.

import type { Origin } from '../../capture/packet.ts';
import { PINGS_REMEMBERED } from '../../ws/ping-ledger.ts';
import { EarlyPongs } from './early-pongs.ts';
import { nanosecondsBetween } from './nanoseconds.ts';

/** FNV-1a of 32 bits. Two pings that wait at once and share it would be taken for one: 1 in 4,000 million. */
function hashOf(octets: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5 ^ (end - start);
  for (let index = start; index < end; index++) hash = Math.imul(hash ^ octets[index], 0x01000193);
  return hash;
}

/** What became of a ping: none was seen that may be its answer; one was, and it may have been for another; it has its own. */
const WAITING = 0;
const PERHAPS_ANSWERED = 1;
const ANSWERED = 2;

/** The pings of one direction, in a ring of numbers: nothing is allocated a ping. */
export class PingClock {
  readonly #hashes = new Int32Array(PINGS_REMEMBERED);
  readonly #seconds = new Float64Array(PINGS_REMEMBERED);
  readonly #nanoseconds = new Float64Array(PINGS_REMEMBERED);
  readonly #states = new Uint8Array(PINGS_REMEMBERED);
  /** Pings seen, and the number of the oldest that may still be answered. */
  #sent = 0;
  #oldest = 0;
  /** Made for the first pong that answers no ping: most connections have none. */
  #early: EarlyPongs | null = null;

  /** Nanoseconds to its pong where that is known already, fewer than 0 where the capture has it earlier; NaN where it is not. */
  onPing(octets: Uint8Array, start: number, end: number, origin: Origin): number {
    const hash = hashOf(octets, start, end);
    const early = this.#early?.take(hash, start === end, origin) ?? Number.NaN;
    if (!Number.isNaN(early)) return early;
    const place = this.#sent++ % PINGS_REMEMBERED;
    this.#oldest = Math.max(this.#oldest, this.#sent - PINGS_REMEMBERED);
    this.#hashes[place] = hash;
    this.#seconds[place] = origin.seconds;
    this.#nanoseconds[place] = origin.nanoseconds;
    this.#states[place] = WAITING;
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
    while (this.#oldest < this.#sent && this.#states[this.#oldest % PINGS_REMEMBERED] === ANSWERED) this.#oldest++;
    const place = answered % PINGS_REMEMBERED;
    return nanosecondsBetween(this.#seconds[place], this.#nanoseconds[place], origin);
  }

  /**
   * The number of the ping that is answered; -1 where none is. Of equal ones the earliest, but those last for which an earlier pong
   * may have been: else all behind a ping that was never answered by itself would be timed from the ping before.
   */
  #answeredBy(hash: number): number {
    let perhaps = -1;
    let waiting = -1;
    for (let ping = this.#oldest; ping < this.#sent; ping++) {
      const place = ping % PINGS_REMEMBERED;
      if (this.#hashes[place] !== hash) continue;
      if (this.#states[place] === PERHAPS_ANSWERED && perhaps < 0) perhaps = ping;
      if (this.#states[place] !== WAITING) continue;
      if (waiting < 0) waiting = ping;
      this.#states[place] = PERHAPS_ANSWERED;
    }
    const answered = waiting < 0 ? perhaps : waiting;
    for (let ping = this.#oldest; ping <= answered; ping++) {
      const place = ping % PINGS_REMEMBERED;
      if (ping === answered || this.#hashes[place] !== hash) this.#states[place] = ANSWERED;
    }
    return answered;
  }
}
