// Runs a property for seed after seed until its time is up, so that a quick machine tries more. A failure names the seed.

import { Random } from './random.ts';

/** Seeds tried whatever the time says. */
const LEAST_SEEDS = 5;

/** @param milliseconds after which no new seed is begun */
export function forSeeds(milliseconds: number, property: (random: Random, seed: number) => void): void {
  const end = performance.now() + milliseconds;
  for (let seed = 1; seed <= LEAST_SEEDS || performance.now() < end; seed++) {
    try {
      property(new Random(seed), seed);
    } catch (cause) {
      throw new Error(`seed ${seed}: ${cause instanceof Error ? cause.message : cause}`, { cause });
    }
  }
}
