// Octets that may be held in all, by whoever holds any: what each may hold is bounded too, but there are many connections.
// Does not know what is held.

export class Allowance {
  readonly limit: number;
  #held = 0;

  /** @param limit octets */
  constructor(limit: number) {
    this.limit = limit;
  }

  /** For tests. */
  get held(): number {
    return this.#held;
  }

  /** Octets that may still be taken. */
  get left(): number {
    return this.limit - this.#held;
  }

  /** Takes `octets` more, or returns false where they are too many. */
  take(octets: number): boolean {
    if (this.#held + octets > this.limit) return false;
    this.#held += octets;
    return true;
  }

  /** Takes them though they may be too many: what is known already to be handed on at once. */
  overdraw(octets: number): void {
    this.#held += octets;
  }

  giveBack(octets: number): void {
    this.#held -= octets;
  }
}
