// Puts the fragments of IP datagrams together (RFC 791 §3.2, RFC 8200 §4.5). Datagrams whose fragments overlap are
// discarded, as RFC 5722 demands for IPv6 and Linux does for both; exact copies are not overlaps, as captures have them.
// Time is the capture's. Knows fragments and keys, no headers.

import { SKIP, type SkipReason } from './skip-reason.ts';

/** Seconds after its first fragment for which a datagram is waited for: Linux's for IPv4, RFC 8200's for IPv6. */
const PATIENCE = { 4: 30, 6: 60 } as const;
/** Memory that a datagram or a fragment takes beside its octets, in octets. */
const ENTRY_COST = 256;
/** Octets of a datagram behind its header at most. */
const LONGEST = 65_535;

const REASON = { 4: SKIP['ipv4-fragment'], 6: SKIP['ipv6-fragment'] } as const;

export const DEFAULT_FRAGMENT_LIMIT = 16 * 1024 * 1024;

/** One fragment, its octets in their packet. */
export interface Fragment {
  family: 4 | 6;
  /** Equal for all fragments of a datagram and for no others: addresses, identification, and what else tells them apart. */
  key: string;
  /** The datagram's header, as it shall stand before the whole; of the fragment with offset 0 it is used. */
  header: Uint8Array;
  offset: number;
  /** Whether others follow. */
  more: boolean;
  octets: Uint8Array;
  seconds: number;
}

interface Piece {
  offset: number;
  octets: Uint8Array;
}

/** A datagram that is waited for, is whole, or was discarded. */
interface Entry {
  family: 4 | 6;
  expires: number;
  /** Fragments taken, copies not counted. */
  packets: number;
  cost: number;
  /** In order, without overlap. */
  pieces: Piece[];
  header: Uint8Array | null;
  /** Octets behind the header; -1 until the last fragment was seen. */
  length: number;
  state: 'waiting' | 'whole' | 'discarded';
}

export class DatagramStore {
  readonly #limit: number;
  /** The oldest first. */
  readonly #entries = new Map<string, Entry>();
  readonly #skipped = new Map<SkipReason, number>();
  #cost = 0;

  constructor(limit = DEFAULT_FRAGMENT_LIMIT) {
    this.#limit = limit;
  }

  /** The whole datagram, its header in front, where this fragment completes it; else null. */
  add(fragment: Fragment): Uint8Array | null {
    this.#expire(fragment.seconds);
    let entry = this.#entries.get(fragment.key);
    if (entry?.state === 'whole') {
      if (isIn(fragment, entry.pieces)) return null;
      // Its number was used again.
      this.#remove(fragment.key, entry);
      entry = undefined;
    }
    entry ??= this.#enter(fragment);
    if (entry.state === 'discarded') {
      this.#skip(SKIP['overlapping-fragment'], 1);
      return null;
    }
    if (!this.#place(entry, fragment)) return null;
    this.#bound();
    return this.#complete(entry);
  }

  /** Fragments passed over so far, those that still wait among them, by reason. */
  skipped(): ReadonlyMap<SkipReason, number> {
    const counts = new Map(this.#skipped);
    for (const { state, family, packets } of this.#entries.values()) {
      if (state === 'waiting') counts.set(REASON[family], (counts.get(REASON[family]) ?? 0) + packets);
    }
    return counts;
  }

  #enter({ family, key, seconds }: Fragment): Entry {
    const entry: Entry = {
      family,
      expires: seconds + PATIENCE[family],
      packets: 0,
      cost: 0,
      pieces: [],
      header: null,
      length: -1,
      state: 'waiting',
    };
    this.#entries.set(key, entry);
    this.#pay(entry, ENTRY_COST);
    return entry;
  }

  /** Returns whether the fragment is new and fits; a datagram that it contradicts is discarded. */
  #place(entry: Entry, { header, offset, more, octets }: Fragment): boolean {
    const end = offset + octets.length;
    const { pieces } = entry;
    let index = pieces.length;
    while (index > 0 && pieces[index - 1].offset >= offset) index--;
    const same = pieces[index];
    if (same?.offset === offset && equal(same.octets, octets)) return false;
    const before = pieces[index - 1];
    const overlaps =
      (before !== undefined && before.offset + before.octets.length > offset) ||
      (same !== undefined && same.offset < end);
    const contradicts =
      end > LONGEST || (entry.length >= 0 && (end > entry.length || !more)) || (!more && endOf(pieces) > end);
    entry.packets++;
    if (overlaps || contradicts) {
      this.#discard(entry);
      return false;
    }
    pieces.splice(index, 0, { offset, octets: octets.slice() });
    this.#pay(entry, octets.length + ENTRY_COST);
    if (offset === 0) entry.header = header.slice();
    if (!more) entry.length = end;
    return true;
  }

  #complete(entry: Entry): Uint8Array | null {
    const { header, length, pieces } = entry;
    if (header === null || length < 0) return null;
    let held = 0;
    for (const { octets } of pieces) held += octets.length;
    if (held < length) return null;
    const whole = new Uint8Array(header.length + length);
    whole.set(header);
    for (const { offset, octets } of pieces) whole.set(octets, header.length + offset);
    entry.state = 'whole';
    return whole;
  }

  #discard(entry: Entry): void {
    this.#skip(SKIP['overlapping-fragment'], entry.packets);
    this.#pay(entry, ENTRY_COST - entry.cost);
    entry.pieces = [];
    entry.state = 'discarded';
  }

  #expire(seconds: number): void {
    for (const [key, entry] of this.#entries) {
      if (entry.expires >= seconds) return;
      this.#giveUp(key, entry, REASON[entry.family]);
    }
  }

  #bound(): void {
    for (const [key, entry] of this.#entries) {
      if (this.#cost <= this.#limit) return;
      this.#giveUp(key, entry, SKIP['fragment-limit']);
    }
  }

  #giveUp(key: string, entry: Entry, reason: SkipReason): void {
    if (entry.state === 'waiting') this.#skip(reason, entry.packets);
    this.#remove(key, entry);
  }

  #remove(key: string, entry: Entry): void {
    this.#entries.delete(key);
    this.#pay(entry, -entry.cost);
  }

  #pay(entry: Entry, octets: number): void {
    entry.cost += octets;
    this.#cost += octets;
  }

  #skip(reason: SkipReason, packets: number): void {
    this.#skipped.set(reason, (this.#skipped.get(reason) ?? 0) + packets);
  }
}

function endOf(pieces: readonly Piece[]): number {
  const last = pieces.at(-1);
  return last === undefined ? 0 : last.offset + last.octets.length;
}

function isIn({ offset, octets }: Fragment, pieces: readonly Piece[]): boolean {
  return pieces.some((piece) => piece.offset === offset && equal(piece.octets, octets));
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((octet, index) => octet === other[index]);
}
