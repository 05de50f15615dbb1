// The last control frames of one direction that a counterpart may be found for: a hash of what each carries, and when it was captured.
// Knows nothing of
// what answers what.

import type { Origin } from '../../capture/packet.ts';
import { PINGS_REMEMBERED } from '../../ws/ping-ledger.ts';
import { nanosecondsBetween } from './nanoseconds.ts';

/** FNV-1a of 32 bits. Two pings that wait at once and share it would be taken for one: 1 in 4,000 million. */
export function hashOf(octets: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5 ^ (end - start);
  for (let index = start; index < end; index++) hash = Math.imul(hash ^ octets[index], 0x01000193);
  return hash;
}

/** A ring of numbers: nothing is allocated a frame. Frames are numbered from 0 on. */
export class ControlFrames {
  readonly #hashes = new Int32Array(PINGS_REMEMBERED);
  readonly #seconds = new Float64Array(PINGS_REMEMBERED);
  readonly #nanoseconds = new Float64Array(PINGS_REMEMBERED);
  /** The number of the next. */
  next = 0;

  /** The number of the oldest that is remembered. */
  get first(): number {
    return Math.max(0, this.next - PINGS_REMEMBERED);
  }

  /** Where something else is kept of a frame, in as many places. */
  placeOf(frame: number): number {
    return frame % PINGS_REMEMBERED;
  }

  /** Returns the frame's number. */
  add(hash: number, origin: Origin): number {
    const place = this.placeOf(this.next);
    this.#hashes[place] = hash;
    this.#seconds[place] = origin.seconds;
    this.#nanoseconds[place] = origin.nanoseconds;
    return this.next++;
  }

  carries(frame: number, hash: number): boolean {
    return this.#hashes[this.placeOf(frame)] === hash;
  }

  /** Nanoseconds from the frame to `later`; fewer than 0 where the capture has that earlier. */
  nanosecondsTo(frame: number, later: Origin): number {
    const place = this.placeOf(frame);
    return nanosecondsBetween(this.#seconds[place], this.#nanoseconds[place], later);
  }
}
