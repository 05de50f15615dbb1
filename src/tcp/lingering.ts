// Connections that are over, by a reset or by FINs with holes before them, and may still carry data, as captures show it late.
// Ended by capture time, and by number where a clock stands still. Knows nothing of octets.

import type { Connection } from './connection.ts';

/** Seconds of capture time for which data is still taken, and after the last data since. */
const LINGER_SECONDS = 10;
/** Connections that may linger at once: a clock that stands still would never end them. */
const LINGERING_CONNECTIONS = 4096;

export class Lingering<Upper> {
  /** In the order in which they began to linger, from `#first` on, each with its number: a connection may be over before, and used again. */
  #connections: Connection<Upper>[] = [];
  #numbers: number[] = [];
  #first = 0;
  /** Seconds of capture time before which none is due. */
  nextEnd = Number.POSITIVE_INFINITY;

  /** Takes a connection just over; returns the one that must end for it, where there are too many. */
  add(connection: Connection<Upper>, seconds: number): Connection<Upper> | undefined {
    this.extend(connection, seconds);
    this.#connections.push(connection);
    this.#numbers.push(connection.number);
    if (this.#connections.length - this.#first <= LINGERING_CONNECTIONS) return undefined;
    const place = this.#first++;
    const first = this.#isThere(place) ? this.#connections[place] : undefined;
    // Seldom, so that the cost of moving them does not grow with those that linger.
    if (this.#first > LINGERING_CONNECTIONS) {
      this.#connections.splice(0, this.#first);
      this.#numbers.splice(0, this.#first);
      this.#first = 0;
    }
    return first;
  }

  /** Data came for one that lingers. */
  extend(connection: Connection<Upper>, seconds: number): void {
    if (connection.live === null) return;
    connection.live.lingerUntil = seconds + LINGER_SECONDS;
    if (connection.live.lingerUntil < this.nextEnd) this.nextEnd = connection.live.lingerUntil;
  }

  /** Takes out those whose time is over. */
  takeDue(seconds: number): Connection<Upper>[] {
    const due: Connection<Upper>[] = [];
    let kept = 0;
    this.nextEnd = Number.POSITIVE_INFINITY;
    for (let place = this.#first; place < this.#connections.length; place++) {
      const connection = this.#connections[place];
      if (!this.#isThere(place) || connection.live === null) continue;
      const until = connection.live.lingerUntil;
      if (until <= seconds) {
        due.push(connection);
        continue;
      }
      if (until < this.nextEnd) this.nextEnd = until;
      this.#connections[kept] = connection;
      this.#numbers[kept++] = connection.number;
    }
    this.#connections.length = kept;
    this.#numbers.length = kept;
    this.#first = 0;
    return due;
  }

  #isThere(place: number): boolean {
    return this.#connections[place].number === this.#numbers[place];
  }
}
