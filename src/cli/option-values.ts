// Turns the words of options into values, or says what is wrong with them and what would be right. Each function is a
// parser for commander, which adds the option's name.

import { InvalidArgumentError, Option } from 'commander';
import { nearestName } from '../nearest-name.ts';
import { alternatives } from '../option-checks.ts';

/** A round number of seconds that a timer of Node's takes (`endpoint/longest-timer.ts`). */
const LONGEST_SECONDS = 2_000_000;

const UNITS: Record<string, number> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

export function choiceOf<T extends string>(choices: readonly T[]): (word: string) => T {
  return (word) => {
    const found = choices.find((choice) => choice === word);
    if (found !== undefined) return found;
    const meant = nearestName(word, choices);
    throw new InvalidArgumentError(
      meant === null
        ? `It can be ${alternatives(choices)}.`
        : `Did you mean ${meant}? It can be ${alternatives(choices)}.`,
    );
  };
}

/** An option with choices, which help and completion show; a wrong one is answered with the nearest. */
export function choiceOption<T extends string>(flags: string, description: string, choices: readonly T[]): Option {
  return new Option(flags, description).choices(choices).argParser(choiceOf(choices));
}

/** The same for an option that may be given several times, or with commas. */
export function choicesOption<T extends string>(flags: string, description: string, choices: readonly T[]): Option {
  return new Option(flags, description).choices(choices).argParser(commaListed(choiceOf(choices)));
}

/** Values of an option that may be given several times. */
export function listed<T>(one: (word: string) => T): (word: string, before: T[] | undefined) => T[] {
  return (word, before) => [...(before ?? []), one(word)];
}

/** The same, also with commas between them. */
export function commaListed<T>(one: (word: string) => T): (words: string, before: T[] | undefined) => T[] {
  return (words, before) => [...(before ?? []), ...words.split(',').map(one)];
}

export function integerFrom(least: number, most = Number.MAX_SAFE_INTEGER): (word: string) => number {
  return (word) => {
    const value = /^\d+$/.test(word) ? Number(word) : Number.NaN;
    if (value >= least && value <= most) return value;
    const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `${least}…${most}`;
    throw new InvalidArgumentError(`It must be a whole number ${range}.`);
  };
}

/** Seconds, also as `0.5`; at least `least`. */
export function secondsFrom(least: number): (word: string) => number {
  return (word) => {
    const value = /^\d+(\.\d+)?$/.test(word) ? Number(word) : Number.NaN;
    if (value >= least && value <= LONGEST_SECONDS) return value;
    throw new InvalidArgumentError(`It must be a number of seconds, ${least}…${LONGEST_SECONDS}.`);
  };
}

/** Octets, as `4096`, `64k`, `16M` or `1G` (powers of 1,024). */
export function parseSize(word: string): number {
  const parts = /^(\d+)([kmg]?)i?b?$/i.exec(word);
  if (parts === null || Number(parts[1]) === 0) {
    throw new InvalidArgumentError('It must be a number of octets, such as 4096, 64k or 16M.');
  }
  return Number(parts[1]) * UNITS[parts[2].toLowerCase()];
}
