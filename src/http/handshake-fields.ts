// The fields that make up the opening handshake, collected from a head in one pass. Does not know what they must say
// (upgrade.ts).

import type { HttpHead } from './head.ts';

/** What the head says in the field of one name. */
export class HandshakeField {
  readonly name: string;
  /** How often it stands in the head. */
  count = 0;
  /** Value of the first one; null where there is none. */
  first: string | null = null;
  /** All values joined by `, ` (RFC 9110 §5.3); null where there is none. */
  value: string | null = null;

  constructor(name: string) {
    this.name = name;
  }

  clear(): void {
    this.count = 0;
    this.first = null;
    this.value = null;
  }

  add(value: string): void {
    if (this.count++ === 0) this.first = value;
    this.value = this.value === null ? value : `${this.value}, ${value}`;
  }
}

/** Reused from handshake to handshake: `collect` sets every field. */
export class HandshakeFields {
  readonly host = new HandshakeField('Host');
  readonly origin = new HandshakeField('Origin');
  readonly upgrade = new HandshakeField('Upgrade');
  readonly connection = new HandshakeField('Connection');
  readonly key = new HandshakeField('Sec-WebSocket-Key');
  readonly accept = new HandshakeField('Sec-WebSocket-Accept');
  readonly version = new HandshakeField('Sec-WebSocket-Version');
  readonly protocol = new HandshakeField('Sec-WebSocket-Protocol');
  readonly extensions = new HandshakeField('Sec-WebSocket-Extensions');
  readonly #all: readonly HandshakeField[];
  /** By the length of the name: no two lengths are the same, so that a field is compared with one name at most. */
  readonly #byLength: readonly (HandshakeField | null)[];

  constructor() {
    const { host, origin, upgrade, connection, key, accept, version, protocol, extensions } = this;
    this.#all = [host, origin, upgrade, connection, key, accept, version, protocol, extensions];
    const longest = Math.max(...this.#all.map(({ name }) => name.length));
    this.#byLength = Array.from({ length: longest + 1 }, (_, length) => {
      return this.#all.find(({ name }) => name.length === length) ?? null;
    });
  }

  /** Takes the fields of `head`; without one, none. */
  collect(head: HttpHead | null): void {
    for (const field of this.#all) field.clear();
    if (head === null) return;
    for (const lines = head.text.fields(); lines.next(); ) {
      const length = lines.nameLength;
      const field = length < this.#byLength.length ? this.#byLength[length] : null;
      if (field !== null && lines.isNamed(field.name)) field.add(head.text.show(lines.value));
    }
  }
}
