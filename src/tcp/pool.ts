// Objects that are lent and come back, where making them would cost more than what they do. Whoever takes one sets all of its
// fields by its `begin`: nothing of whoever had it before may remain.

export class Pool<Item> {
  readonly #make: () => Item;
  readonly #items: Item[];

  constructor(make: () => Item) {
    this.#make = make;
    // With an object from the first: to V8 an empty array is one of integers, and code compiled for that is thrown away.
    this.#items = [make()];
  }

  take(): Item {
    return this.#items.pop() ?? this.#make();
  }

  giveBack(item: Item): void {
    this.#items.push(item);
  }
}
