// The keys of handshakes seen so far, so that one that comes again is told (RFC 6455 §4.1 wants each drawn anew). Bounded: the
// older half is forgotten at once. Held as numbers: as text they would keep the heads that they came in. Knows nothing else of
// handshakes.

import { KEY_WORDS, readKey } from '../http/accept-key.ts';

const REMEMBERED = 10_000;
/** Keys of which none is taken out before all are. */
const HALF = REMEMBERED / 2;
/** A power of two, with room to spare: looks are short then. */
const SLOTS = 16_384;
const NOBODY = -1;
const FAULTY_REMEMBERED = 100;

/** Up to `HALF` keys by open addressing, each with its connection. */
class Keys {
  count = 0;
  /** Number of the key in a slot, from 1; 0 where there is none. */
  readonly #slots = new Int32Array(SLOTS);
  readonly #words = new Int32Array(HALF * KEY_WORDS);
  readonly #connections = new Float64Array(HALF);

  clear(): void {
    this.count = 0;
    this.#slots.fill(0);
  }

  /** The connection of a key; `NOBODY` where it is not here. */
  find(key: Int32Array): number {
    const number = this.#slots[this.#slotOf(key)];
    return number === 0 ? NOBODY : this.#connections[number - 1];
  }

  /** Takes a key that is not here. */
  add(key: Int32Array, connection: number): void {
    const slot = this.#slotOf(key);
    this.#words.set(key, this.count * KEY_WORDS);
    this.#connections[this.count] = connection;
    this.#slots[slot] = ++this.count;
  }

  /** Where the key is, or would be put. */
  #slotOf(key: Int32Array): number {
    const words = this.#words;
    // Keys are drawn at random, so that any of their bits will do; where they are not, others are looked at.
    let slot = (key[0] ^ (key[0] >>> 16) ^ Math.imul(key[1] ^ key[2] ^ key[3], 0x9e3779b1)) & (SLOTS - 1);
    for (; ; slot = (slot + 1) & (SLOTS - 1)) {
      const number = this.#slots[slot];
      if (number === 0) return slot;
      const at = (number - 1) * KEY_WORDS;
      if (words[at] === key[0] && words[at + 1] === key[1] && words[at + 2] === key[2] && words[at + 3] === key[3]) {
        return slot;
      }
    }
  }
}

export class KnownKeys {
  #recent = new Keys();
  #older = new Keys();
  /** What stood for a key and is none: seldom, and told by itself. */
  readonly #faulty = new Map<string, number>();
  readonly #key = new Int32Array(KEY_WORDS);

  /** Remembers a key; returns the connection that used it before, or null. */
  add(text: string, connection: number): number | null {
    const key = this.#key;
    if (!readKey(text, key)) return this.#addFaulty(text, connection);
    let before = this.#recent.find(key);
    if (before === NOBODY) before = this.#older.find(key);
    if (before !== NOBODY) return before === connection ? null : before;
    if (this.#recent.count === HALF) {
      const oldest = this.#older;
      this.#older = this.#recent;
      this.#recent = oldest;
      oldest.clear();
    }
    this.#recent.add(key, connection);
    return null;
  }

  #addFaulty(text: string, connection: number): number | null {
    const before = this.#faulty.get(text);
    if (before !== undefined) return before === connection ? null : before;
    if (this.#faulty.size === FAULTY_REMEMBERED) this.#faulty.clear();
    this.#faulty.set(text, connection);
    return null;
  }
}
