// A list that is looked through from its beginning while what is found is taken out, in the same time however long it is. Knows
// nothing of what is in it.

/** An item in its place. */
export interface Link<Item> {
  readonly item: Item;
  before: Link<Item> | null;
  next: Link<Item> | null;
}

export class LinkedList<Item> {
  #first: Link<Item> | null = null;
  #last: Link<Item> | null = null;

  get isEmpty(): boolean {
    return this.#first === null;
  }

  /** Puts an item behind all others. */
  add(item: Item): Link<Item> {
    const link: Link<Item> = { item, before: this.#last, next: null };
    if (this.#last === null) this.#first = link;
    else this.#last.next = link;
    this.#last = link;
    return link;
  }

  /** Takes out what is there. */
  remove(link: Link<Item>): void {
    if (link.before === null) this.#first = link.next;
    else link.before.next = link.next;
    if (link.next === null) this.#last = link.before;
    else link.next.before = link.before;
  }

  *links(): Generator<Link<Item>> {
    for (let link = this.#first; link !== null; link = link.next) yield link;
  }
}
