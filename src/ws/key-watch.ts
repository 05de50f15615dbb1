// Whether a client draws its masking keys anew (RFC 6455 §5.3): compares the first few of a direction with each other. Later
// ones may be the same by chance; among sixteen the chance is one in thirty million.

const WATCHED = 16;

export class KeyWatch {
  readonly #keys = new Int32Array(WATCHED);
  #count = 0;

  get done(): boolean {
    return this.#count === WATCHED;
  }

  /** Another direction begins. */
  reset(): void {
    this.#count = 0;
  }

  /** How many keys before this one stood the same; 0 where it is new. Once one is found, no more is watched. */
  repeats(key: number): number {
    for (let at = this.#count - 1; at >= 0; at--) {
      if (this.#keys[at] !== key) continue;
      const distance = this.#count - at;
      this.#count = WATCHED;
      return distance;
    }
    this.#keys[this.#count++] = key;
    return 0;
  }
}
