// Keeps the beginning and the end of a long series and counts what lies between, so that memory does not depend on its
// length. Knows nothing of its elements.

export class FirstAndLast<Element> {
  readonly #first: Element[] = [];
  readonly #last: Element[] = [];
  readonly #keepFirst: number;
  readonly #keepLast: number;
  total = 0;

  constructor(keepFirst: number, keepLast: number) {
    this.#keepFirst = keepFirst;
    this.#keepLast = keepLast;
  }

  add(element: Element): void {
    this.total++;
    if (this.#first.length < this.#keepFirst) {
      this.#first.push(element);
      return;
    }
    this.#last.push(element);
    if (this.#last.length > this.#keepLast) this.#last.shift();
  }

  get first(): readonly Element[] {
    return this.#first;
  }

  /** Elements between the first and the last that were let go. */
  get omitted(): number {
    return this.total - this.#first.length - this.#last.length;
  }

  /** All that is kept, in order. */
  *[Symbol.iterator](): Generator<Element> {
    yield* this.#first;
    yield* this.#last;
  }
}
