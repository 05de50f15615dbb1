// What is told of two values that differ: both as they begin, or, where their common beginning would hide the difference, both from
// shortly before it on. Knows neither how they are written nor where.

import { isSurrogatePair } from './terminal-text.ts';

/** UTF-16 units, and octets, that stand before the difference. */
const UNITS_BEFORE = 10;
const OCTETS_BEFORE = 4;

export interface ToldApart {
  /** ` from character 231 on`, ` from octet 96 on`; empty where they are told from their beginning on. */
  place: string;
  one: string;
  other: string;
}

/** Writes a value, a text or octets only from a place on. */
export type Show = (value: unknown, from: number) => string;

/** @param shown UTF-16 units or octets at the beginning among which `show` lets a difference be seen */
export function tellApart(one: unknown, other: unknown, shown: number, show: Show): ToldApart {
  const whole: ToldApart = { place: '', one: show(one, 0), other: show(other, 0) };
  if (typeof one === 'string' && typeof other === 'string') {
    const first = firstDifference(one, other);
    if (first < shown && whole.one !== whole.other) return whole;
    for (const before of [UNITS_BEFORE, 0]) {
      const from = characterStart(one, other, Math.max(0, first - before));
      const place = from === 0 ? '' : ` from character ${charactersBefore(one, from) + 1} on`;
      const told = { place, one: show(one, from), other: show(other, from) };
      // Where what stands before is written long, as controls are, it would hide the difference once more.
      if (told.one !== told.other) return told;
    }
  }
  if (one instanceof Uint8Array && other instanceof Uint8Array) {
    const first = firstDifference(one, other);
    const from = first < shown ? 0 : first - OCTETS_BEFORE;
    if (from > 0) return { place: ` from octet ${from} on`, one: show(one, from), other: show(other, from) };
  }
  return whole;
}

/** Behind all that they have in common. */
function firstDifference(one: ArrayLike<unknown>, other: ArrayLike<unknown>): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return at;
}

/** The place, or one before it where it would part a surrogate pair of either. */
function characterStart(one: string, other: string, at: number): number {
  return isSurrogatePair(one, at - 1) || isSurrogatePair(other, at - 1) ? at - 1 : at;
}

function charactersBefore(text: string, end: number): number {
  let characters = 0;
  for (let at = 0; at < end; at++) if (!isSurrogatePair(text, at - 1)) characters++;
  return characters;
}
