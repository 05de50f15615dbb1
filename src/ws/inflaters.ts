// The inflaters that all connections share, as each takes 40 KB: a hundred thousand connections must not have two apiece. A
// direction that finds its inflater used by another meanwhile is given one anew, and tells it its window (2 µs).

import { Allowance } from './allowance.ts';
import { LastingInflater, lastingWorks } from './lasting-inflater.ts';
import type { RawInflater } from './raw-inflater.ts';
import { RepeatedInflater } from './repeated-inflater.ts';

/** Inflaters alive at a time, some 20 MB of them: fewer are told their windows anew all the time where many directions speak. */
const ALIVE = 512;
/** How many of them may be kept in the middle of a message. */
const PINNED = ALIVE / 2;
/** Octets of output at a time; longer messages come in several. */
const OUTPUT = 64 * 1024;

export interface InflationLimits {
  /** Octets that one message may inflate to. */
  inflated: number;
  /** How many times its octets on the wire a message may inflate to, judged from 16 MiB on. */
  ratio: number;
  /** Octets that the windows of all directions may hold together. */
  windows: number;
}

/** How an inflater is made: by default the lasting kind where this Node has what it needs. */
export type InflaterFactory = (windowBits: number, output: Uint8Array) => RawInflater;

export class Inflaters {
  readonly limits: InflationLimits;
  readonly windows: Allowance;
  #make: InflaterFactory | null;
  #output: Uint8Array | null = null;
  readonly #alive: RawInflater[] = [];
  #pinned = 0;
  #uses = 0;

  constructor(limits: InflationLimits, make: InflaterFactory | null = null) {
    this.limits = limits;
    this.windows = new Allowance(limits.windows);
    this.#make = make;
  }

  /** Whether one more may be kept in the middle of a message. */
  get mayPin(): boolean {
    return this.#pinned < PINNED;
  }

  pin(inflater: RawInflater): void {
    if (!inflater.pinned) this.#pinned++;
    inflater.pinned = true;
  }

  unpin(inflater: RawInflater): void {
    if (inflater.pinned) this.#pinned--;
    inflater.pinned = false;
  }

  /** Notes that it is used, so that others go before it. */
  touch(inflater: RawInflater): void {
    inflater.lastUse = ++this.#uses;
  }

  /** An inflater that nobody has used for longest, or a new one. It must be restarted. */
  acquire(windowBits: number): RawInflater {
    let oldest = -1;
    for (let at = 0; at < this.#alive.length; at++) {
      const each = this.#alive[at];
      if (each.pinned) continue;
      if (each.owner === null && each.windowBits === windowBits) return each;
      if (oldest < 0 || each.lastUse < this.#alive[oldest].lastUse) oldest = at;
    }
    if (this.#alive.length >= ALIVE) {
      const taken = this.#alive[oldest];
      taken.owner = null;
      if (taken.windowBits === windowBits) return taken;
      taken.close();
      this.#alive.splice(oldest, 1);
    }
    this.#make ??= lastingWorks() ? makeLasting : makeRepeated;
    this.#output ??= new Uint8Array(OUTPUT);
    const made = this.#make(windowBits, this.#output);
    this.#alive.push(made);
    return made;
  }

  /** Lets all native memory go. */
  close(): void {
    for (const inflater of this.#alive.splice(0)) inflater.close();
    this.#pinned = 0;
  }
}

const makeLasting: InflaterFactory = (windowBits, output) => new LastingInflater(windowBits, output);
const makeRepeated: InflaterFactory = (windowBits) => new RepeatedInflater(windowBits);
