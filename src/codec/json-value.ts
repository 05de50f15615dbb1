// A message's text as the JSON that it may be, for whoever compares or asks it. Bounded, as what is compared is walked: a text of
// 64 MiB could be twenty million objects, or lie in as many levels. Whole numbers that no double holds are BigInt.

import { parseJsonExactly } from './great-integers.ts';

/** UTF-16 units of a text that is read. */
const LENGTH_LIMIT = 4 * 1024 * 1024;
/** Lists and objects inside each other. */
const DEPTH_LIMIT = 500;

/** Undefined where it is none, or beyond the bounds. */
export function jsonValueOf(text: string): unknown {
  // Most texts that are no JSON are told by their first character.
  if (text.length > LENGTH_LIMIT || !/^\s*[[{"\d\-tfn]/.test(text)) return undefined;
  try {
    const value = parseJsonExactly(text);
    return isWithin(value, DEPTH_LIMIT) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isWithin(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((inside) => isWithin(inside, levels - 1));
}
