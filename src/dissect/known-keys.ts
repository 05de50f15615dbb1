// The keys of handshakes seen so far, so that one that comes again is told (RFC 6455 §4.1 wants each drawn anew). Bounded: the
// older half is forgotten at once, as taking single ones out of a map costs more than all else here. Knows nothing else of
// handshakes.

const REMEMBERED = 10_000;

export class KnownKeys {
  /** Connections by their keys. */
  #recent = new Map<string, number>();
  #older = new Map<string, number>();

  /** Remembers a key; returns the connection that used it before, or null. */
  add(key: string, connection: number): number | null {
    const before = this.#recent.get(key) ?? this.#older.get(key);
    if (before !== undefined) return before === connection ? null : before;
    if (this.#recent.size >= REMEMBERED / 2) {
      this.#older = this.#recent;
      this.#recent = new Map();
    }
    this.#recent.set(key, connection);
    return null;
  }
}
