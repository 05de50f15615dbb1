// Items by key, of which the first of a key is taken at a time: pairs are found without looking through all that is left. Knows
// neither messages nor connections.

export class Queues<Item> {
  /** The last one first, as taking the last of a list moves none of the others. */
  readonly #byKey = new Map<string, Item[]>();

  /** @param keyOf short keys, as V8 tells long strings of one length apart by looking through them all */
  constructor(items: readonly Item[], keyOf: (item: Item) => string) {
    for (const item of items.toReversed()) {
      const key = keyOf(item);
      const queue = this.#byKey.get(key);
      if (queue === undefined) this.#byKey.set(key, [item]);
      else queue.push(item);
    }
  }

  /** The first of this key that was not taken yet. */
  take(key: string): Item | undefined {
    return this.#byKey.get(key)?.pop();
  }
}
