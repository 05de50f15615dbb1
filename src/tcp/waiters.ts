// Who waits behind a hole, of all connections, and what it costs together. Knows no limits and delivers nothing.

import type { Origin } from '../capture/packet.ts';
import { identityOf } from '../link/identity.ts';
import type { Segment } from '../link/segment.ts';
import type { Connection, Half } from './connection.ts';
import type { ToldPiece } from './stream-sink.ts';
import { WaitingOctets, type WaitingPiece } from './waiting-octets.ts';

/** Whose octets wait. */
export interface Waiter<Upper> {
  connection: Connection<Upper>;
  half: Half;
  waiting: WaitingOctets;
}

export class Waiters<Upper> {
  /** What all that waits costs, in octets (see `WaitingOctets.cost`). */
  cost = 0;
  /** The longest first. */
  readonly #waiters = new Map<WaitingOctets, Waiter<Upper>>();

  /** The one that has waited longest; there is one as long as `cost` is not 0. */
  get longest(): Waiter<Upper> {
    const [waiter] = this.#waiters.values();
    return waiter;
  }

  /** Puts the segment's octets from `start` on at `offset` of the stream; returns whether they differ from what is there. */
  insert(
    connection: Connection<Upper>,
    half: Half,
    offset: number,
    segment: Segment,
    start: number,
    origin: Origin,
  ): boolean {
    const waiting = half.waiting ?? this.#begin(connection, half);
    const before = waiting.cost;
    const differs = waiting.insert(
      offset,
      segment.buffer,
      start,
      segment.payloadEnd,
      segment.missing,
      origin,
      identityOf(segment),
    );
    this.cost += waiting.cost - before;
    return differs;
  }

  /** Puts octets that were delivered from the half's first one on back before those that wait. */
  putBack(connection: Connection<Upper>, half: Half, told: readonly ToldPiece[]): void {
    const waiting = half.waiting ?? this.#begin(connection, half);
    const before = waiting.cost;
    let offset = 0;
    for (const { octets, origin } of told) {
      waiting.insert(offset, octets, 0, octets.length, 0, origin);
      offset += octets.length;
    }
    this.cost += waiting.cost - before;
  }

  #begin(connection: Connection<Upper>, half: Half): WaitingOctets {
    const waiting = new WaitingOctets();
    half.waiting = waiting;
    this.#waiters.set(waiting, { connection, half, waiting });
    return waiting;
  }

  shift(waiting: WaitingOctets): WaitingPiece | undefined {
    const before = waiting.cost;
    const piece = waiting.shift();
    this.cost += waiting.cost - before;
    return piece;
  }

  /** Nothing of this half waits any more. */
  remove(half: Half): void {
    if (half.waiting === null) return;
    this.cost -= half.waiting.cost;
    this.#waiters.delete(half.waiting);
    half.waiting = null;
  }
}
