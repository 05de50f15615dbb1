// The connections that are open, so that one that was silent for long is found without looking at the others. Two queues: of
// those that have said nothing yet, and of those that have. Who is at a head and has had a packet since taking its place takes
// a new one. So a packet costs nothing here, and finding costs a step for each connection that spoke. Lets nobody go itself.

import type { Connection, LiveState } from './connection.ts';

/** A share of all: so many of those that have said nothing have a place even where the others fill the rest. */
const SHARE_OF_QUIET = 1 / 8;

class Queue<Upper> {
  count = 0;
  first: Connection<Upper> | null = null;
  #last: Connection<Upper> | null = null;

  add(connection: Connection<Upper>): void {
    connection.before = this.#last;
    connection.after = null;
    if (this.#last === null) this.first = connection;
    else this.#last.after = connection;
    this.#last = connection;
    this.count++;
  }

  remove(connection: Connection<Upper>): void {
    const { before, after } = connection;
    if (before === null) this.first = after;
    else before.after = after;
    if (after === null) this.#last = before;
    else after.before = before;
    connection.before = null;
    connection.after = null;
    this.count--;
  }
}

export class OpenConnections<Upper> {
  readonly #quiet = new Queue<Upper>();
  readonly #speakers = new Queue<Upper>();

  get count(): number {
    return this.#quiet.count + this.#speakers.count;
  }

  /** @param packet number of the connection's first packet */
  add(connection: Connection<Upper>, live: LiveState, packet: number, seconds: number): void {
    live.placedAt = packet;
    live.placedSeconds = seconds;
    this.#quiet.add(connection);
  }

  remove(connection: Connection<Upper>): void {
    (connection.live?.placedAsSpeaker ? this.#speakers : this.#quiet).remove(connection);
  }

  /**
   * One that had no packet while as many others took their places as are in its queue: a port that was only knocked at rather
   * than a conversation. Null where none is open.
   */
  silent(seconds: number): Connection<Upper> | null {
    const quiet = this.#silentOf(this.#quiet, seconds);
    if (quiet !== null && this.#quiet.count >= SHARE_OF_QUIET * this.count) return quiet;
    return this.#silentOf(this.#speakers, seconds) ?? quiet;
  }

  /** One that had no packet since `seconds` of capture time or before; null where there is none. */
  silentSince(since: number, seconds: number): Connection<Upper> | null {
    for (const queue of [this.#quiet, this.#speakers]) {
      while (queue.first?.live != null && queue.first.live.placedSeconds <= since) {
        if (!this.#replace(queue.first, queue.first.live, seconds)) return queue.first;
      }
    }
    return null;
  }

  #silentOf(queue: Queue<Upper>, seconds: number): Connection<Upper> | null {
    while (queue.first?.live != null && this.#replace(queue.first, queue.first.live, seconds));
    return queue.first;
  }

  /** Gives the first of a queue a new place; false where it had no packet since it took this one. */
  #replace(connection: Connection<Upper>, live: LiveState, seconds: number): boolean {
    if (live.lastPacket === live.placedAt) return false;
    this.remove(connection);
    live.placedAt = live.lastPacket;
    live.placedSeconds = seconds;
    live.placedAsSpeaker = live.half0.offset + live.half1.offset > 0;
    (live.placedAsSpeaker ? this.#speakers : this.#quiet).add(connection);
    return true;
  }
}
