// A set in the order in which things came into it, which is looked through from its beginning while what is found is taken out.
// JavaScript's own set would pass over all that was taken out, each time anew.

interface Link<Member> {
  member: Member;
  before: Link<Member> | null;
  next: Link<Member> | null;
}

export class LinkedSet<Member> {
  readonly #links = new Map<Member, Link<Member>>();
  #first: Link<Member> | null = null;

  constructor(members: Iterable<Member>) {
    let last: Link<Member> | null = null;
    for (const member of members) {
      if (this.#links.has(member)) continue;
      const link: Link<Member> = { member, before: last, next: null };
      if (last === null) this.#first = link;
      else last.next = link;
      this.#links.set(member, link);
      last = link;
    }
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
    if (link.before === null) this.#first = link.next;
    else link.before.next = link.next;
    if (link.next !== null) link.next.before = link.before;
    this.#links.delete(member);
  }

  *[Symbol.iterator](): Iterator<Member> {
    for (let link = this.#first; link !== null; link = link.next) yield link.member;
  }
}
