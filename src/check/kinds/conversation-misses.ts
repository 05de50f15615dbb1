// What is told of a conversation that is not as expected: what is missing, what is new, what is in another place, and what is
// different in it. Knows nothing of how the two were aligned.

import type { SaidEvent } from '../../dissect/said-event.ts';
import type { Pair } from '../alignment.ts';
import type { ConnectionLog } from '../capture-log.ts';
import { LinkedSet } from '../linked-set.ts';
import { IN_KIND, type Matcher } from '../matcher.ts';
import type { Miss } from '../verdict.ts';
import { nearestLines } from './message.ts';

/** Misses that are told one by one; the rest is counted. */
export const TOLD = 5;

/** Of one capture: beyond, what stands for what is looked up for those that are told alone. */
export const MOST_COMPARED = 250_000;

export interface Expected {
  index: number;
  direction: string | undefined;
  matcher: Matcher;
}

export interface Missed {
  misses: Miss[];
  /** How many there are at least besides, where it was not looked up what stands for what. */
  atLeast: number;
}

/** How many times more a message may be compared with what was expected in another place. */
export interface Bound {
  comparisons: number;
}

/** @param bound is reduced by what it takes */
export function missesOfPairs(log: ConnectionLog, pairs: readonly Pair<Expected, SaidEvent>[], bound: Bound): Missed {
  let left = pairs.filter((pair) => pair.left !== null && pair.right === null).length;
  const right = new LinkedSet(pairs.flatMap((pair) => (pair.left === null && pair.right !== null ? [pair.right] : [])));
  const firstOf = (is: (said: SaidEvent) => boolean): SaidEvent | undefined => {
    for (const each of right) {
      bound.comparisons--;
      if (is(each)) return each;
    }
    return undefined;
  };
  // As many were said as are missing: one stands for the other, though several in a row are different.
  const asMany = left === right.size;
  const misses: Miss[] = [];
  let before: number | null = null;
  for (const [index, pair] of pairs.entries()) {
    if (pair.right !== null && pair.left !== null) before = pair.right.packet;
    if (pair.left === null || pair.right !== null) continue;
    // Whatever stands for what, there are as many more as on the side that has more.
    if (misses.length >= TOLD && bound.comparisons <= 0) return { misses, atLeast: Math.max(left, right.size) };
    left--;
    const expected = pair.left;
    const elsewhere = firstOf((each) => expected.matcher.matches(each));
    const changed = pairs[index + 1]?.right;
    if (elsewhere !== undefined) {
      right.delete(elsewhere);
      misses.push(moved(log, expected, elsewhere, before));
    } else if (changed && right.has(changed) && sameKind(expected, changed)) {
      right.delete(changed);
      misses.push(different(log, expected, changed));
    } else {
      const near = asMany ? firstOf((each) => sameKind(expected, each)) : undefined;
      if (near !== undefined) {
        right.delete(near);
        misses.push(different(log, expected, near));
      } else misses.push(missing(log, expected, before));
    }
  }
  for (const each of right) misses.push(unexpected(log, each));
  return { misses, atLeast: 0 };
}

function sameKind({ matcher }: Expected, said: SaidEvent): boolean {
  return matcher.distance(said) < IN_KIND;
}

export function missing({ connection }: ConnectionLog, { index, matcher }: Expected, before: number | null): Miss {
  const where = before === null ? 'at the beginning' : `after packet ${before}`;
  return {
    connection,
    packet: before,
    expected: `${matcher.says} as number ${index + 1}`,
    found: `it is missing ${where}`,
  };
}

function moved(
  { connection }: ConnectionLog,
  { index, matcher }: Expected,
  said: SaidEvent,
  before: number | null,
): Miss {
  const where = before === null ? 'at the beginning' : `after packet ${before}`;
  const found = `packet ${said.packet} has it, in another place`;
  return { connection, packet: said.packet, expected: `${matcher.says} as number ${index + 1}, ${where}`, found };
}

export function different({ connection }: ConnectionLog, { index, matcher }: Expected, said: SaidEvent): Miss {
  return {
    connection,
    packet: said.packet,
    expected: `${matcher.says} as number ${index + 1}`,
    found: `packet ${said.packet} is different`,
    nearest: nearestLines(matcher, said),
  };
}

function unexpected({ connection }: ConnectionLog, said: SaidEvent): Miss {
  const type = said.type === 'message' ? (said.decoded?.type ?? said.opcode) : said.opcode;
  return {
    connection,
    packet: said.packet,
    expected: 'nothing more here',
    found: `${said.direction} ${type} in packet ${said.packet}`,
  };
}
