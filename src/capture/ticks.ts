// Turns a 64-bit count of clock ticks, as pcapng's packets carry it, into seconds and nanoseconds, for any length of a
// tick. Exact: together they exceed 2^53, so the count is divided in parts.

import type { Origin } from './packet.ts';

/** RFC 3339 has years of four digits; a time beyond is damage, and is shown as the first or the last second there is. */
const FIRST_SECOND = -62_167_219_200;
const LAST_SECOND = 253_402_300_799;

/** Ticks a second up to which a remainder with 16 more bits is still exact. */
const MOST_BY_PARTS = 2 ** 37;

const MICROSECOND_DIGITS = 6;
const BINARY = 0x80;

export class Ticks {
  readonly #aSecond: number;
  readonly #aSecondExactly: bigint;
  readonly #nanosecondsATick: number;
  readonly #offset: number;

  /**
   * @param resolution the octet of `if_tsresol`: a negative power of ten, or of two where its highest bit is set
   * @param offset seconds to be added, `if_tsoffset`
   */
  constructor(resolution: number = MICROSECOND_DIGITS, offset = 0) {
    const exponent = resolution & ~BINARY;
    this.#aSecondExactly = BigInt(resolution & BINARY ? 2 : 10) ** BigInt(exponent);
    this.#aSecond = Number(this.#aSecondExactly);
    this.#nanosecondsATick = 1e9 / this.#aSecond;
    this.#offset = offset;
  }

  /** Whether microseconds are too coarse to write its times. */
  get isFinerThanMicroseconds(): boolean {
    return this.#aSecond > 1e6;
  }

  /** Sets the time of `origin` from the two halves of the count. */
  set(origin: Origin, high: number, low: number): void {
    const aSecond = this.#aSecond;
    if (aSecond > MOST_BY_PARTS || !Number.isInteger(this.#nanosecondsATick)) {
      this.#setExactly(origin, high, low);
      return;
    }
    // Long division: 32 bits, then 16, then 16.
    let rest = high;
    let seconds = Math.floor(rest / aSecond);
    rest = (rest - seconds * aSecond) * 65536 + (low >>> 16);
    let quotient = Math.floor(rest / aSecond);
    seconds = seconds * 65536 + quotient;
    rest = (rest - quotient * aSecond) * 65536 + (low & 0xffff);
    quotient = Math.floor(rest / aSecond);
    seconds = seconds * 65536 + quotient;
    rest -= quotient * aSecond;
    this.#store(origin, seconds, rest * this.#nanosecondsATick);
  }

  /** Ticks of a power of two, or finer than nanoseconds; no writer in use has them. */
  #setExactly(origin: Origin, high: number, low: number): void {
    const count = BigInt(high) * 4294967296n + BigInt(low);
    const rest = count % this.#aSecondExactly;
    this.#store(origin, Number(count / this.#aSecondExactly), Number((rest * 1_000_000_000n) / this.#aSecondExactly));
  }

  #store(origin: Origin, seconds: number, nanoseconds: number): void {
    origin.seconds = Math.min(Math.max(seconds + this.#offset, FIRST_SECOND), LAST_SECOND);
    origin.nanoseconds = nanoseconds;
  }
}
