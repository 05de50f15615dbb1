// A set in the order in which things came into it, which is looked through from its beginning while what is found is taken out.
// JavaScript's own set would pass over all that was taken out, each time anew.

import { type Link, LinkedList } from './linked-list.ts';

export class LinkedSet<Member> {
  readonly #list = new LinkedList<Member>();
  readonly #links = new Map<Member, Link<Member>>();

  constructor(members: Iterable<Member>) {
    for (const member of members) if (!this.#links.has(member)) this.#links.set(member, this.#list.add(member));
  }

  get size(): number {
    return this.#links.size;
  }

  has(member: Member): boolean {
    return this.#links.has(member);
  }

  delete(member: Member): void {
    const link = this.#links.get(member);
    if (link === undefined) return;
    this.#list.remove(link);
    this.#links.delete(member);
  }

  *[Symbol.iterator](): Iterator<Member> {
    for (const { item } of this.#list.links()) yield item;
  }
}
