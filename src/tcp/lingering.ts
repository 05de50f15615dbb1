// Connections that were reset and may still carry data, as captures show it late. Ended by capture time, and by number where
// a clock stands still. Knows nothing of octets.

import type { Connection } from './connection.ts';

/** Seconds of capture time for which data is still taken after a reset, and after the last data since. */
const LINGER_SECONDS = 10;
/** Connections that may linger at once: a clock that stands still would never end them. */
const LINGERING_CONNECTIONS = 4096;

export class Lingering<Upper> {
  #connections: Connection<Upper>[] = [];
  /** Seconds of capture time before which none is due. */
  nextEnd = Number.POSITIVE_INFINITY;

  /** Takes a connection just reset; returns the one that must end for it, where there are too many. */
  add(connection: Connection<Upper>, seconds: number): Connection<Upper> | undefined {
    this.extend(connection, seconds);
    this.#connections.push(connection);
    return this.#connections.length > LINGERING_CONNECTIONS ? this.#connections.shift() : undefined;
  }

  /** Data came after the reset. */
  extend(connection: Connection<Upper>, seconds: number): void {
    if (connection.live === null) return;
    connection.live.lingerUntil = seconds + LINGER_SECONDS;
    if (connection.live.lingerUntil < this.nextEnd) this.nextEnd = connection.live.lingerUntil;
  }

  /** Takes out those whose time is over. */
  takeDue(seconds: number): Connection<Upper>[] {
    const due: Connection<Upper>[] = [];
    const remaining: Connection<Upper>[] = [];
    this.nextEnd = Number.POSITIVE_INFINITY;
    for (const connection of this.#connections) {
      if (connection.live === null) continue;
      const until = connection.live.lingerUntil;
      if (until <= seconds) due.push(connection);
      else remaining.push(connection);
      if (until > seconds && until < this.nextEnd) this.nextEnd = until;
    }
    this.#connections = remaining;
    return due;
  }
}
