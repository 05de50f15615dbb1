// What a layer of the fuzzer is: inputs to begin with, how they are changed, and what must hold of whatever comes of that.
// Knows no layer, and nothing of how many cases are run.

import type { Random } from '../test/support/random.ts';

/** Says that something must hold; thrown where it does not. */
export class BrokenPromise extends Error {
  override readonly name = 'BrokenPromise';
}

/** @throws {BrokenPromise} with the words, where the promise is not kept */
export function mustHold(kept: boolean, words: () => string): asserts kept {
  if (!kept) throw new BrokenPromise(words());
}

export interface Layer {
  readonly name: string;
  /** What is changed and what is promised, in one line. */
  readonly about: string;
  /** How many of a run's cases are its, against the `share` of the others. */
  readonly share: number;
  /** What a case begins from: octets that are right, or wrong in a way somebody has met. */
  readonly corpus: readonly Uint8Array[];
  /** Whether an input may be far more than its octets, as it is compressed: the watchdog alone bounds its time then. */
  inflates?(input: Uint8Array): boolean;
  /** A changed input. */
  draw(random: Random, corpus: readonly Uint8Array[]): Uint8Array;
  /**
   * Takes any octets whatever, and throws where a promise is broken. What is not the input's to say (options, the pieces in
   * which it is fed) is drawn from `dice`, whose seed is the input's checksum: an input alone repeats a case.
   */
  run(input: Uint8Array, dice: Random): void | Promise<void>;
}
