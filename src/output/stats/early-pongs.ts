// Pongs of one direction that answer no ping known by then, and may be that of one that is known later: whose direction waited for a
// hole, began in the middle of something, or was recorded late. Knows no payloads but by their hash.

import type { Origin } from '../../capture/packet.ts';
import { PINGS_REMEMBERED } from '../../ws/ping-ledger.ts';
import { ControlFrames } from './control-frames.ts';

/** Nanoseconds by which a pong may be recorded before its ping; what is earlier is the answer to one before it that says the same. */
const RECORDED_EARLY = 1e6;

export class EarlyPongs {
  readonly #pongs = new ControlFrames();
  /** Numbers of their packets; 0 where a ping took the pong. */
  readonly #packets = new Float64Array(PINGS_REMEMBERED);

  add(hash: number, origin: Origin): void {
    const pong = this.#pongs.add(hash, origin);
    this.#packets[this.#pongs.placeOf(pong)] = origin.number;
  }

  /**
   * Takes the earliest that answers this ping: nanoseconds to it, fewer than 0 where the capture has it earlier; NaN where there is none.
   * @param isEmpty whether the ping has no payload
   */
  take(hash: number, isEmpty: boolean, ping: Origin): number {
    const pongs = this.#pongs;
    for (let pong = pongs.first; pong < pongs.next; pong++) {
      const place = pongs.placeOf(pong);
      const packet = this.#packets[place];
      if (packet === 0 || !pongs.carries(pong, hash)) continue;
      const nanoseconds = -pongs.nanosecondsTo(pong, ping);
      if (packet <= ping.number && (isEmpty || nanoseconds < -RECORDED_EARLY)) continue;
      this.#packets[place] = 0;
      return nanoseconds;
    }
    return Number.NaN;
  }
}
