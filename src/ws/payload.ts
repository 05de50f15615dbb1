// A message or control frame on its way to the sink: what it says of itself, and its application data, which stays where it
// lies, masked, until somebody asks; only what must wait for its end is copied. Knows no frames.

import { Origin } from '../capture/packet.ts';
import type { Allowance } from './allowance.ts';
import { unmask } from './masking.ts';

/** Why application data is not shown. */
export type Withheld = 'message-too-large' | 'held-limit';

/** What was captured of application data with holes, piece by piece. */
export interface PayloadPiece {
  /** Offset in the application data, as far as it is known: from the first octet whose frame was read. */
  at: number;
  octets: Uint8Array;
}

interface Hole {
  at: number;
  length: number;
}

const NO_HOLES: Hole[] = [];
/** Octets of memory that a hole counts for: with one in each packet they may take more room than what is held between them. */
const HOLE_COST = 64;
const NOTHING = new Uint8Array(0);
const SMALLEST_STORE = 256;

/** One for all, as what it holds is valid during one call only: a buffer a payload would cost each short connection 1 µs. */
let scratch = new Uint8Array(64 * 1024);

/** Memory for at least `length` octets, until the next call. */
export function scratchOf(length: number): Uint8Array {
  if (scratch.length < length) scratch = new Uint8Array(length * 2);
  return scratch;
}

/** Memory for the next payload that comes in pieces, whosever it is: kept by each direction it would be far too much. */
const spares: Uint8Array[] = [];
const SPARES = 16;
const LARGEST_SPARE = 64 * 1024;

export class Payload {
  opcode = 0;
  index = 0;
  /** Octets of application data, -1 where it could not be had from compressed payload. */
  length = 0;
  wireLength = 0;
  frames = 0;
  compressed = false;
  /** An extension that is not known here may have changed it, so that its octets are not what was said. */
  opaque = false;
  firstPacket = 0;
  /** Packet that carried the octet of it captured last, its headers counted. */
  origin = new Origin();
  readable = true;
  withheld: Withheld | null = null;
  /** False where a text message is not UTF-8, RFC 6455 §8.1. */
  wellFormed = true;
  octets: Uint8Array = NOTHING;
  start = 0;
  end = 0;
  /** Octets of it that were not captured. */
  missing = 0;
  /** Its beginning is not known: only continuation frames of it were read. */
  headless = false;
  /** What all that is held together may be. */
  readonly allowance: Allowance;
  /** Key of the octets at `octets[start, end)` where they lie masked in the capture. */
  #key = 0;
  /** Copied pieces, unmasked. */
  #store: Uint8Array = NOTHING;
  #stored = 0;
  #inPlace = false;
  #holes = NO_HOLES;

  constructor(allowance: Allowance) {
    this.allowance = allowance;
  }

  /** Octets that were copied, unmasked; they lie in `store` from its beginning. */
  get stored(): number {
    return this.#stored;
  }

  /** Whether it lies whole where it was found, and nothing was copied. */
  get inPlace(): boolean {
    return this.#inPlace;
  }

  get store(): Uint8Array {
    return this.#store;
  }

  begin(opcode: number, firstPacket: number): void {
    if (this.#store !== NOTHING || this.#holes !== NO_HOLES) this.trim();
    this.opcode = opcode;
    this.index = 0;
    this.length = 0;
    this.wireLength = 0;
    this.frames = 0;
    this.compressed = false;
    this.opaque = false;
    this.firstPacket = firstPacket;
    this.origin.number = 0;
    this.readable = true;
    this.withheld = null;
    this.wellFormed = true;
    this.missing = 0;
    this.headless = false;
    this.octets = NOTHING;
    this.start = 0;
    this.end = 0;
    this.#key = 0;
    this.#inPlace = false;
  }

  /** Makes the application data available at `octets[start, end)`. */
  read(): void {
    if (!this.#inPlace) {
      this.octets = this.#store;
      this.start = 0;
      this.end = this.#stored;
      return;
    }
    if (this.#key === 0) return;
    const length = this.end - this.start;
    const unmasked = scratchOf(length);
    unmask(this.octets, this.start, this.end, this.#key, 0, unmasked, 0);
    this.octets = unmasked;
    this.start = 0;
    this.end = length;
    this.#key = 0;
  }

  /**
   * Becomes a message of one frame that lies whole in the buffer, in one packet. Hot: sets only what such a message does not
   * leave as it was made, so it is for payloads that hold no others; and no reference that is there already, as V8 notes each.
   */
  beWhole(opcode: number, buffer: Uint8Array, start: number, end: number, key: number, origin: Origin): void {
    this.opcode = opcode;
    this.length = end - start;
    this.wireLength = end - start;
    this.frames = 1;
    this.firstPacket = origin.number;
    if (this.origin !== origin) this.origin = origin;
    this.wellFormed = true;
    if (this.octets !== buffer) this.octets = buffer;
    this.start = start;
    this.end = end;
    this.#key = key;
    this.#inPlace = true;
  }

  /** The whole payload lies in the buffer: nothing is copied. */
  lieAt(buffer: Uint8Array, start: number, end: number, key: number): void {
    this.octets = buffer;
    this.start = start;
    this.end = end;
    this.#key = key;
    this.#inPlace = true;
  }

  /**
   * Copies a piece, as what it belongs to is not complete; withholds all of it, and returns false, where too much is held.
   * @param whole octets that the whole payload has at most, so that no more memory is taken
   */
  append(buffer: Uint8Array, start: number, end: number, key: number, phase: number, whole: number): boolean {
    const needed = this.#stored + (end - start);
    if (needed > this.#store.length && !this.#grow(needed, whole)) {
      this.withhold('held-limit');
      return false;
    }
    unmask(buffer, start, end, key, phase, this.#store, this.#stored);
    this.#stored = needed;
    return true;
  }

  /** `length` octets of it were not captured; withholds all of it where too much is held. */
  skip(length: number): void {
    const at = this.#stored + this.missing;
    this.missing += length;
    if (!this.readable || this.compressed || this.opaque) return;
    const last = this.#holes.at(-1);
    if (last !== undefined && last.at + last.length === at) last.length += length;
    else if (!this.allowance.take(HOLE_COST)) this.withhold('held-limit');
    else if (last === undefined) this.#holes = [{ at, length }];
    else this.#holes.push({ at, length });
  }

  /** What was captured, as copies; nothing where it is not readable. */
  pieces(): PayloadPiece[] {
    if (!this.readable || this.compressed || this.opaque) return [];
    const pieces: PayloadPiece[] = [];
    let taken = 0;
    let missed = 0;
    for (const { at, length } of [...this.#holes, { at: this.#stored + this.missing, length: 0 }]) {
      const stop = at - missed;
      if (stop > taken) pieces.push({ at: taken + missed, octets: this.#store.slice(taken, stop) });
      taken = stop;
      missed += length;
    }
    return pieces;
  }

  /** Its application data will not be shown, so none of it is kept. Null: for a reason that is told otherwise. */
  withhold(reason: Withheld | null): void {
    this.readable = false;
    this.withheld = reason;
    this.trim();
  }

  /** Forgets what was copied but its last `kept` octets and keeps the memory, as more comes. */
  rewind(kept: number): void {
    this.#store.copyWithin(0, this.#stored - kept, this.#stored);
    this.#stored = kept;
    this.#inPlace = false;
  }

  /** Lets its memory go: it was handed on, or never will be. */
  trim(): void {
    this.octets = NOTHING;
    this.#inPlace = false;
    if (this.#holes !== NO_HOLES) {
      this.allowance.giveBack(this.#holes.length * HOLE_COST);
      this.#holes = NO_HOLES;
    }
    if (this.#store === NOTHING) return;
    const store = this.#store;
    this.allowance.giveBack(store.length);
    this.#stored = 0;
    this.#store = NOTHING;
    if (store.length <= LARGEST_SPARE && spares.length < SPARES) spares.push(store);
  }

  /** False where more may not be held. */
  #grow(needed: number, whole: number): boolean {
    const store = this.#store;
    const spare = this.#stored === 0 ? spares.at(-1) : undefined;
    if (spare !== undefined && spare.length >= needed && this.allowance.take(spare.length)) {
      spares.length--;
      this.#store = spare;
      return true;
    }
    const wanted = Math.max(needed, Math.min(whole, Math.max(SMALLEST_STORE, store.length * 2)));
    const length = Math.min(wanted, store.length + this.allowance.left);
    if (length < needed) return false;
    this.allowance.take(length - store.length);
    this.#store = new Uint8Array(length);
    this.#store.set(store.subarray(0, this.#stored));
    return true;
  }
}
