// Finds the connection of a segment by numbers alone: open addressing over the address and port words, 20 million look-ups
// a second where a string key manages 2.4 (bench/README.md). Knows nothing of what a connection is.

import type { Segment } from '../link/segment.ts';
import { mixed } from './endpoints-hash.ts';

/** Words of a key: the last of each address, the ports in one, the realm and the family in one. Four never lie in two cache lines. */
const KEY_WORDS = 4;
/** Its logarithm. */
const KEY_SHIFT = 2;
/** Set in the word of the realm, which leaves it free (`link/realm.ts`), where the addresses are IPv6's. */
const IS_IPV6 = 2;
/** The other three of each address, where they are addresses of IPv6. */
const HIGH_WORDS = 6;
/**
 * Keys for which there is room at first. So few that the table grows at once: what happens when it grows is met before the code
 * is compiled, which would be thrown away otherwise.
 */
const ROOM = 8;
const EMPTY = 0;
/** Realms in which kin are looked for. */
const REALMS = 64;

/** A table from the two endpoints of a segment, in either order, and its realm to an entry. */
export class ConnectionTable<Entry> {
  #slots = new Int32Array(2 * ROOM);
  #mask = 2 * ROOM - 1;
  #keys = new Int32Array(ROOM * KEY_WORDS);
  /** Made for the first address of IPv6: without, twice as many keys fit the processor's cache. */
  #highs: Int32Array | null = null;
  #entries: Entry[] = [];
  /** Realms under which entries were put last, the latest last: the most captures have but one. */
  readonly #realms = new Set<number>();
  #lastRealm = 0;
  /** Drawn anew for each table, so that no capture can be made of endpoints that all lie in one chain. */
  readonly #seed = (Math.random() * 2 ** 32) | 0;
  /** Which endpoint of its key sent the segment last looked up: 0 for the lower, 1 for the higher. */
  sender: 0 | 1 = 0;
  #low0 = 0;
  #low1 = 0;
  #low2 = 0;
  #low3 = 0;
  #high0 = 0;
  #high1 = 0;
  #high2 = 0;
  #high3 = 0;
  #ports = 0;
  #realmAndFamily = 0;
  /** Of the endpoints, and of the whole key. */
  #endpointsHash = 0;
  #hash = 0;

  /**
   * The entry of the segment's endpoints, or undefined; sets `sender`. Hot: all in locals where it is IPv4, and the words of a key
   * are found by `|`, as a sum might be too large for an integer and is looked at.
   */
  find(segment: Segment): Entry | undefined {
    if (segment.family !== 4) return this.#findByAllWords(segment);
    const lower = sourceIsLower(segment);
    this.sender = lower ? 0 : 1;
    const low3 = lower ? segment.source3 : segment.destination3;
    const high3 = lower ? segment.destination3 : segment.source3;
    const ports = portsOf(segment, lower);
    const slots = this.#slots;
    const keys = this.#keys;
    const mask = this.#mask;
    const hash = mixed(mixed(mixed(mixed(this.#seed, low3), high3), ports), segment.realm);
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const held = slots[slot];
      if (held === EMPTY) return undefined;
      const index = (held - 1) | 0;
      const at = index << KEY_SHIFT;
      if (keys[at] === low3 && keys[at | 1] === high3 && keys[at | 2] === ports && keys[at | 3] === segment.realm) {
        return this.#entries[index];
      }
    }
  }

  #findByAllWords(segment: Segment): Entry | undefined {
    this.#setKey(segment);
    return this.#entryOfKey();
  }

  #entryOfKey(): Entry | undefined {
    for (let slot = this.#hash & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const held = this.#slots[slot];
      if (held === EMPTY) return undefined;
      if (this.#isAt(held - 1)) return this.#entries[held - 1];
    }
  }

  /** Of the segment's endpoints in other realms than its own, the first entry that `is` accepts. */
  kin(segment: Segment, is: (entry: Entry, segment: Segment) => boolean): Entry | undefined {
    if (this.#realms.size < 2 && segment.realm === this.#lastRealm) return undefined;
    this.#setKey(segment);
    for (const realm of this.#realms) {
      if (realm === segment.realm) continue;
      this.#setRealm(realm, segment.family);
      const entry = this.#entryOfKey();
      if (entry !== undefined && is(entry, segment)) return entry;
    }
    return undefined;
  }

  /** The entry of the segment's endpoints in another realm than its own. */
  findIn(segment: Segment, realm: number): Entry | undefined {
    this.#setKey(segment);
    this.#setRealm(realm, segment.family);
    return this.#entryOfKey();
  }

  /** Puts an entry under the segment's endpoints; returns the one whose place it took. */
  set(segment: Segment, entry: Entry): Entry | undefined {
    if (segment.realm !== this.#lastRealm || this.#realms.size === 0) this.#noteRealm(segment.realm);
    return this.setIn(segment, segment.realm, entry);
  }

  /** The same in another realm than the segment's, in which no kin are looked for. */
  setIn(segment: Segment, realm: number, entry: Entry): Entry | undefined {
    this.#setKey(segment);
    this.#setRealm(realm, segment.family);
    for (let slot = this.#hash & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const held = this.#slots[slot];
      if (held === EMPTY) {
        this.#append(entry, slot);
        return undefined;
      }
      if (this.#isAt(held - 1)) {
        const before = this.#entries[held - 1];
        this.#entries[held - 1] = entry;
        return before;
      }
    }
  }

  #noteRealm(realm: number): void {
    this.#lastRealm = realm;
    this.#realms.delete(realm);
    this.#realms.add(realm);
    if (this.#realms.size <= REALMS) return;
    const [first] = this.#realms;
    this.#realms.delete(first);
  }

  /** Drops all entries that `keep` refuses. Costs time by the size of the table: call it seldom. */
  sweep(keep: (entry: Entry) => boolean): void {
    this.#entries.length = this.#compact(keep);
    this.#rehash(this.#slots.length);
  }

  /** Puts those that are kept side by side; returns how many they are. */
  #compact(keep: (entry: Entry) => boolean): number {
    const entries = this.#entries;
    let kept = 0;
    // Keys move in runs, as those dropped are mostly the oldest and lie together.
    let runStart = 0;
    for (let index = 0; index < entries.length; index++) {
      if (keep(entries[index])) {
        entries[kept++] = entries[index];
      } else {
        this.#moveKeys(runStart, index, kept);
        runStart = index + 1;
      }
    }
    this.#moveKeys(runStart, entries.length, kept);
    return kept;
  }

  /** Those of `[start, end)`, so that they end before the one numbered `to`. */
  #moveKeys(start: number, end: number, to: number): void {
    if (end <= start) return;
    const first = to - (end - start);
    this.#keys.copyWithin(first * KEY_WORDS, start * KEY_WORDS, end * KEY_WORDS);
    this.#highs?.copyWithin(first * HIGH_WORDS, start * HIGH_WORDS, end * HIGH_WORDS);
  }

  /** All entries, in the order in which their endpoints were first put here. */
  entries(): readonly Entry[] {
    return this.#entries;
  }

  #setKey(segment: Segment): void {
    const lower = sourceIsLower(segment);
    this.sender = lower ? 0 : 1;
    this.#low3 = lower ? segment.source3 : segment.destination3;
    this.#high3 = lower ? segment.destination3 : segment.source3;
    this.#ports = portsOf(segment, lower);
    let hash = mixed(mixed(mixed(this.#seed, this.#low3), this.#high3), this.#ports);
    if (segment.family !== 4) {
      this.#setHighWords(segment, lower);
      hash = mixed(mixed(mixed(hash, this.#low0), this.#low1), this.#low2);
      hash = mixed(mixed(mixed(hash, this.#high0), this.#high1), this.#high2);
    }
    this.#endpointsHash = hash;
    this.#setRealm(segment.realm, segment.family);
  }

  #setRealm(realm: number, family: number): void {
    this.#realmAndFamily = family === 4 ? realm : realm | IS_IPV6;
    this.#hash = mixed(this.#endpointsHash, realm);
  }

  #setHighWords(segment: Segment, lower: boolean): void {
    this.#low0 = lower ? segment.source0 : segment.destination0;
    this.#low1 = lower ? segment.source1 : segment.destination1;
    this.#low2 = lower ? segment.source2 : segment.destination2;
    this.#high0 = lower ? segment.destination0 : segment.source0;
    this.#high1 = lower ? segment.destination1 : segment.source1;
    this.#high2 = lower ? segment.destination2 : segment.source2;
  }

  #sameHighWords(index: number): boolean {
    const highs = this.#highs;
    if (highs === null) return false;
    const at = index * HIGH_WORDS;
    return (
      highs[at] === this.#low0 &&
      highs[at + 1] === this.#low1 &&
      highs[at + 2] === this.#low2 &&
      highs[at + 3] === this.#high0 &&
      highs[at + 4] === this.#high1 &&
      highs[at + 5] === this.#high2
    );
  }

  #isAt(index: number): boolean {
    const keys = this.#keys;
    const at = index * KEY_WORDS;
    return (
      keys[at] === this.#low3 &&
      keys[at + 1] === this.#high3 &&
      keys[at + 2] === this.#ports &&
      keys[at + 3] === this.#realmAndFamily &&
      ((this.#realmAndFamily & IS_IPV6) === 0 || this.#sameHighWords(index))
    );
  }

  #append(entry: Entry, slot: number): void {
    const index = this.#entries.length;
    this.#entries.push(entry);
    const at = index * KEY_WORDS;
    if (at + KEY_WORDS > this.#keys.length) {
      this.#keys = doubled(this.#keys);
      if (this.#highs !== null) this.#highs = doubled(this.#highs);
    }
    const keys = this.#keys;
    keys[at] = this.#low3;
    keys[at + 1] = this.#high3;
    keys[at + 2] = this.#ports;
    keys[at + 3] = this.#realmAndFamily;
    if ((this.#realmAndFamily & IS_IPV6) !== 0) this.#putHighWords(index);
    this.#slots[slot] = index + 1;
    if (this.#entries.length * 2 > this.#slots.length) this.#rehash(this.#slots.length * 2);
  }

  #putHighWords(index: number): void {
    this.#highs ??= new Int32Array((this.#keys.length / KEY_WORDS) * HIGH_WORDS);
    const highs = this.#highs;
    const at = index * HIGH_WORDS;
    highs[at] = this.#low0;
    highs[at + 1] = this.#low1;
    highs[at + 2] = this.#low2;
    highs[at + 3] = this.#high0;
    highs[at + 4] = this.#high1;
    highs[at + 5] = this.#high2;
  }

  #rehash(length: number): void {
    // A sweep takes the memory that is there.
    const slots = length === this.#slots.length ? this.#slots.fill(EMPTY) : new Int32Array(length);
    const mask = length - 1;
    const keys = this.#keys;
    const highs = this.#highs;
    for (let index = 0; index < this.#entries.length; index++) {
      const at = index * KEY_WORDS;
      const realmAndFamily = keys[at + 3];
      let hash = mixed(mixed(mixed(this.#seed, keys[at]), keys[at + 1]), keys[at + 2]);
      if ((realmAndFamily & IS_IPV6) !== 0 && highs !== null) {
        const high = index * HIGH_WORDS;
        for (let word = 0; word < HIGH_WORDS; word++) hash = mixed(hash, highs[high + word]);
      }
      let slot = mixed(hash, realmAndFamily & ~IS_IPV6) & mask;
      while (slots[slot] !== EMPTY) slot = (slot + 1) & mask;
      slots[slot] = index + 1;
    }
    this.#slots = slots;
    this.#mask = mask;
  }
}

function doubled(words: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(words.length * 2);
  larger.set(words);
  return larger;
}

function sourceIsLower(segment: Segment): boolean {
  if (segment.source3 !== segment.destination3) return segment.source3 < segment.destination3;
  if (segment.source2 !== segment.destination2) return segment.source2 < segment.destination2;
  if (segment.source1 !== segment.destination1) return segment.source1 < segment.destination1;
  if (segment.source0 !== segment.destination0) return segment.source0 < segment.destination0;
  return segment.sourcePort <= segment.destinationPort;
}

/** The ports in one word, that of the lower endpoint first. */
function portsOf(segment: Segment, lower: boolean): number {
  return lower
    ? (segment.sourcePort << 16) | segment.destinationPort
    : (segment.destinationPort << 16) | segment.sourcePort;
}
