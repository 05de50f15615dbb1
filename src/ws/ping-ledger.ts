// Which pong answers which ping, RFC 6455 §5.5.2 and §5.5.3, over both directions of a conversation. It is told of them in the
// order in which they are known, which between directions need not be that of the capture.

import type { Origin } from '../capture/packet.ts';
import { PING } from './opcodes.ts';

/** Direction as an index: 0 from the client to the server, 1 back. */
type Way = 0 | 1;

/** Pings without an answer, and pongs without a ping, that are remembered in a direction. */
export const PINGS_REMEMBERED = 64;

/** A ping or pong without its counterpart. */
export interface Unmatched {
  data: string;
  origin: Origin;
}

export class PingLedger {
  /** Pings of each direction that are not answered so far. */
  readonly pings: readonly [Unmatched[], Unmatched[]] = [[], []];
  /** Pongs of each direction that answer nothing, as far as they are remembered, and how many there are. */
  readonly pongs: readonly [Unmatched[], Unmatched[]] = [[], []];
  readonly strayPongs: [number, number] = [0, 0];

  /** @param opcode ping or pong */
  onFrame(way: Way, opcode: number, octets: Uint8Array, start: number, end: number, origin: Origin): void {
    const data = Buffer.from(octets.buffer, octets.byteOffset + start, end - start).toString('latin1');
    if (opcode === PING) this.#onPing(way, data, origin);
    else this.#onPong(way, data, origin);
  }

  #onPing(way: Way, data: string, origin: Origin): void {
    const other = way === 0 ? 1 : 0;
    // Its answer may be known already, where the ping's direction waited for a hole.
    const pongs = this.pongs[other];
    const answer = pongs.findIndex((pong) => pong.data === data && pong.origin.number > origin.number);
    if (answer >= 0) {
      pongs.splice(answer, 1);
      this.strayPongs[other]--;
      return;
    }
    const pings = this.pings[way];
    if (pings.length === PINGS_REMEMBERED) pings.shift();
    pings.push({ data, origin: origin.copy() });
  }

  #onPong(way: Way, data: string, origin: Origin): void {
    const pings = this.pings[way === 0 ? 1 : 0];
    for (let at = pings.length - 1; at >= 0; at--) {
      if (pings[at].data !== data) continue;
      // It answers the earlier ones too.
      pings.splice(0, at + 1);
      return;
    }
    this.strayPongs[way]++;
    if (this.pongs[way].length < PINGS_REMEMBERED) this.pongs[way].push({ data, origin: origin.copy() });
  }
}
