// The connections that are open, so that one that was silent for long is found without looking at the others. A queue: who is
// at its head and has said something since it took its place takes a new one at the end. So a packet costs nothing here, and
// finding costs a step for each connection that spoke. Lets nobody go itself.

import type { Connection } from './connection.ts';

export class OpenConnections<Upper> {
  count = 0;
  #first: Connection<Upper> | null = null;
  #last: Connection<Upper> | null = null;

  /** @param packet number of the connection's last packet so far */
  add(connection: Connection<Upper>, packet: number): void {
    if (connection.live !== null) connection.live.placedAt = packet;
    connection.before = this.#last;
    connection.after = null;
    if (this.#last === null) this.#first = connection;
    else this.#last.after = connection;
    this.#last = connection;
    this.count++;
  }

  remove(connection: Connection<Upper>): void {
    const { before, after } = connection;
    if (before === null) this.#first = after;
    else before.after = after;
    if (after === null) this.#last = before;
    else after.before = before;
    connection.before = null;
    connection.after = null;
    this.count--;
  }

  /** One that said nothing while as many others took their places as are open; null where none is open. */
  silent(): Connection<Upper> | null {
    for (;;) {
      const first = this.#first;
      if (first === null || first.live === null || first.live.lastPacket === first.live.placedAt) return first;
      this.remove(first);
      this.add(first, first.live.lastPacket);
    }
  }
}
