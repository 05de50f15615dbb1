// Round trips of pings: a pong is the answer to the latest ping of the other side with the same payload, RFC 6455 §5.5.3.

/** Pings of a connection that may wait for their pongs. */
const WAITING = 64;

export class PingTimes {
  readonly #waiting = new Map<string, number>();

  /** A ping went in `direction` at `time`. */
  onPing(direction: number, payload: string, time: number): void {
    const key = `${direction} ${payload}`;
    this.#waiting.delete(key);
    if (this.#waiting.size === WAITING) this.#waiting.delete(this.#waiting.keys().next().value as string);
    this.#waiting.set(key, time);
  }

  /** The time since the ping that a pong going in `direction` answers; null where it answers none. */
  onPong(direction: number, payload: string, time: number): number | null {
    const key = `${1 - direction} ${payload}`;
    const since = this.#waiting.get(key);
    if (since === undefined) return null;
    this.#waiting.delete(key);
    return Math.max(0, time - since);
  }
}
