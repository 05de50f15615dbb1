// Objects that are lent and come back, where making them would cost more than what they do. Whoever takes one sets all of its
// fields by its `begin`: nothing of whoever had it before may remain.

export class Pool<Item> {
  readonly #make: () => Item;
  readonly #items: Item[] = [];

  constructor(make: () => Item) {
    this.#make = make;
  }

  take(): Item {
    return this.#items.pop() ?? this.#make();
  }

  giveBack(item: Item): void {
    this.#items.push(item);
  }
}
