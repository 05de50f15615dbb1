// The keys of handshakes seen so far, so that one that comes again is told (RFC 6455 §4.1 wants each drawn anew). Bounded: the
// oldest is forgotten. Knows nothing else of handshakes.

const REMEMBERED = 10_000;

export class KnownKeys {
  readonly #connections = new Map<string, number>();

  /** Remembers a key; returns the connection that used it before, or null. */
  add(key: string, connection: number): number | null {
    const before = this.#connections.get(key);
    if (before !== undefined) return before === connection ? null : before;
    if (this.#connections.size >= REMEMBERED) {
      for (const oldest of this.#connections.keys()) {
        this.#connections.delete(oldest);
        break;
      }
    }
    this.#connections.set(key, connection);
    return null;
  }
}
