// Seeded random numbers (mulberry32), so that whatever a test or a bench draws can be drawn again. Not for secrets.

export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** 32 random bits, unsigned. */
  word(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** An integer with `low` ≤ n < `high`. */
  between(low: number, high: number): number {
    return low + (this.word() % (high - low));
  }

  /** True once in `times` draws, on average. */
  once(times: number): boolean {
    return this.word() % times === 0;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.between(0, choices.length)] as T;
  }

  octets(length: number): Uint8Array {
    const drawn = new Uint8Array(length);
    this.fill(drawn);
    return drawn;
  }

  /** Fills `target` from its first octet to its last. */
  fill(target: Uint8Array): void {
    for (let i = 0; i < target.length; i++) target[i] = this.word();
  }

  /** A shuffled copy. */
  shuffled<T>(items: readonly T[]): T[] {
    const shuffled = [...items];
    for (let i = shuffled.length - 1; i > 0; i--) {
      const other = this.between(0, i + 1);
      [shuffled[i], shuffled[other]] = [shuffled[other] as T, shuffled[i] as T];
    }
    return shuffled;
  }
}
