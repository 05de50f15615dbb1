// Objects that are lent and come back, where making them would cost more than what they do. Whoever takes one sets all of its
// fields by its `begin`: nothing of whoever had it before may remain.

export class Pool<Item> {
  readonly #make: () => Item;
  readonly #items: Item[];
  /** Of the items, those that may be lent: what is behind them stays there, as moving an array's end costs more than a number. */
  #count = 1;

  constructor(make: () => Item) {
    this.#make = make;
    // With an object from the first: to V8 an empty array is one of integers, and code compiled for that is thrown away.
    this.#items = [make()];
  }

  take(): Item {
    if (this.#count === 0) return this.#make();
    return this.#items[--this.#count];
  }

  giveBack(item: Item): void {
    this.#items[this.#count++] = item;
  }
}
