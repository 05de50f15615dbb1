// What is told of conversations that have little in common with what was expected: how much is compared for it, and what is
// counted where not all of it was.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pair } from '../../src/check/alignment.ts';
import type { ConnectionLog } from '../../src/check/capture-log.ts';
import { type Expected, missesOfPairs } from '../../src/check/kinds/conversation-misses.ts';
import type { Matcher } from '../../src/check/matcher.ts';
import type { SaidEvent } from '../../src/dissect/said-event.ts';
import { text } from '../output/sample-events.ts';

const LOG = { connection: 0 } as ConnectionLog;

/** Nothing was aligned of `expected` and `said`; how often they were compared, and what is told. */
function missesOf(expected: readonly string[], said: readonly string[], comparisons: number) {
  let compared = 0;
  const matcherOf = (wanted: string): Matcher => ({
    says: wanted,
    matches: (each) => {
      compared++;
      return each.type === 'message' && each.text === wanted;
    },
    differences: () => [],
    distance: () => {
      compared++;
      return 1000;
    },
  });
  const pairs: Pair<Expected, SaidEvent>[] = [
    ...expected.map((wanted, index) => ({
      left: { index, direction: undefined, matcher: matcherOf(wanted) },
      right: null,
    })),
    ...said.map((each, packet) => ({ left: null, right: text(packet, each) })),
  ];
  const { misses, atLeast } = missesOfPairs(LOG, pairs, { comparisons });
  return { compared, atLeast, told: misses.map(({ found }) => found) };
}

const numbered = (count: number, name: string) => Array.from({ length: count }, (_, index) => `${name}${index}`);

test('of a conversation that has nothing in common with what was expected, the first misses are told and the rest is counted', () => {
  const [few, many] = [500, 2000].map((count) => missesOf(numbered(count, 'a'), numbered(count, 'b'), 1000));
  assert.ok(many.compared < few.compared * 8, `of 500 ${few.compared}, of 2,000 ${many.compared}`);
  assert.deepEqual(
    [many.told, many.atLeast],
    [Array.from({ length: 5 }, () => 'it is missing at the beginning'), 2000],
  );
});

test('there are at least as many more as on the side that has more', () => {
  assert.equal(missesOf(numbered(8, 'a'), numbered(20, 'b'), 0).atLeast, 20);
  assert.equal(missesOf(numbered(80, 'a'), numbered(20, 'b'), 0).atLeast, 75);
});

test('within the bound all are told, each message once', () => {
  const { told, atLeast } = missesOf(['x', 'b', 'b', 'c'], ['c', 'b', 'd', 'b'], 1000);
  assert.deepEqual(told, [
    'it is missing at the beginning',
    'packet 1 has it, in another place',
    'packet 3 has it, in another place',
    'packet 0 has it, in another place',
    'c2s text in packet 2',
  ]);
  assert.equal(atLeast, 0);
});

test('what is in another place is found at once where it stands at the beginning of what is left', () => {
  const { compared, told } = missesOf(numbered(3000, 'a'), numbered(3000, 'a'), 1_000_000);
  assert.equal(told.length, 3000);
  assert.equal(compared, 3000);
});
