// Pongs of one direction that answer no ping known by then, and may be that of one that is known later: whose direction waited for a
// hole, began in the middle of something, or was recorded late. Knows no payloads but by their hash.

import type { Origin } from '../../capture/packet.ts';
import { PINGS_REMEMBERED } from '../../ws/ping-ledger.ts';
import { nanosecondsBetween } from './nanoseconds.ts';

/** Nanoseconds by which a pong may be recorded before its ping; what is earlier is the answer to one before it that says the same. */
const RECORDED_EARLY = 1e6;

/** The last of them, in a ring of numbers. */
export class EarlyPongs {
  readonly #hashes = new Int32Array(PINGS_REMEMBERED);
  readonly #seconds = new Float64Array(PINGS_REMEMBERED);
  readonly #nanoseconds = new Float64Array(PINGS_REMEMBERED);
  /** Numbers of their packets; 0 where there is none, or a ping took it. */
  readonly #packets = new Float64Array(PINGS_REMEMBERED);
  #seen = 0;

  add(hash: number, origin: Origin): void {
    const place = this.#seen++ % PINGS_REMEMBERED;
    this.#hashes[place] = hash;
    this.#seconds[place] = origin.seconds;
    this.#nanoseconds[place] = origin.nanoseconds;
    this.#packets[place] = origin.number;
  }

  /**
   * Takes the earliest that answers this ping: nanoseconds to it, fewer than 0 where the capture has it earlier; NaN where there is none.
   * @param isEmpty whether the ping has no payload
   */
  take(hash: number, isEmpty: boolean, ping: Origin): number {
    for (let pong = Math.max(0, this.#seen - PINGS_REMEMBERED); pong < this.#seen; pong++) {
      const place = pong % PINGS_REMEMBERED;
      const packet = this.#packets[place];
      if (packet === 0 || this.#hashes[place] !== hash) continue;
      const nanoseconds = -nanosecondsBetween(this.#seconds[place], this.#nanoseconds[place], ping);
      if (packet <= ping.number && (isEmpty || nanoseconds < -RECORDED_EARLY)) continue;
      this.#packets[place] = 0;
      return nanoseconds;
    }
    return Number.NaN;
  }
}
