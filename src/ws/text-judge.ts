// Judges text messages as UTF-8 (RFC 6455 §8.1): in one go where one lies whole, else piece by piece as it comes, also where it
// is too large to be kept. Knows no frames.

import { isUtf8 } from 'node:buffer';
import type { FindingSink } from './frame-judge.ts';
import { unmask } from './masking.ts';
import { type Payload, scratchOf } from './payload.ts';
import { placeOfBroken, Utf8Check } from './utf8-check.ts';

/** Octets that are unmasked at a time where they are only judged. */
const AT_A_TIME = 64 * 1024;

export class TextJudge {
  /** Whether the message in progress is judged: it is text, and somebody will read it. */
  active = false;
  readonly #sink: FindingSink;
  /** Made for the first text that comes in pieces. */
  #check: Utf8Check | null = null;

  constructor(sink: FindingSink) {
    this.#sink = sink;
  }

  /** Another message begins. */
  begin(active: boolean): void {
    this.active = active;
    this.#check?.reset();
  }

  /** The next octets of the message, as they are said. */
  take(octets: Uint8Array, start: number, end: number): void {
    this.#check ??= new Utf8Check();
    if (this.#check.brokenAt < 0 && !this.#check.feed(octets, start, end)) this.#report(this.#check.brokenAt);
  }

  /** The same, masked as they lie on the wire. */
  takeMasked(buffer: Uint8Array, start: number, end: number, key: number, phase: number): void {
    // What comes out of an inflater is not masked, and what goes into it may lie in the scratch memory just then.
    if (key === 0) {
      this.take(buffer, start, end);
      return;
    }
    for (let at = start; at < end; at += AT_A_TIME) {
      const stop = Math.min(end, at + AT_A_TIME);
      const unmasked = scratchOf(AT_A_TIME);
      unmask(buffer, at, stop, key, phase + (at - start), unmasked, 0);
      this.take(unmasked, 0, stop - at);
    }
  }

  /** The message is over; returns whether it is UTF-8. */
  end(message: Payload): boolean {
    if (message.inPlace) return this.judgeWhole(message);
    const check = this.#check;
    if (check === null) return true;
    if (check.brokenAt < 0 && !check.finish()) this.#report(check.brokenAt);
    return check.brokenAt < 0;
  }

  /** Returns whether a message that lies whole is UTF-8. */
  judgeWhole(message: Payload): boolean {
    message.read();
    const { octets, start, end } = message;
    if (isUtf8(octets.subarray(start, end))) return true;
    this.#report(placeOfBroken(octets, start, end) - start);
    return false;
  }

  #report(place: number): void {
    this.#sink.onFinding('invalid-utf8-text', `from octet ${place} of the message on`);
  }
}
