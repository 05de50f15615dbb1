// `conversation`: all that is said on a connection, message by message: what `check --record` writes. Tells what is missing,
// what is new, what is in another place, and what is different in it.

import { DIRECTIONS } from '../../dissect/direction.ts';
import type { SaidEvent } from '../../dissect/said-event.ts';
import { align } from '../alignment.ts';
import type { CaptureLog, ConnectionLog } from '../capture-log.ts';
import { saidCount } from '../excerpt.ts';
import { choice, mapping } from '../json-schema.ts';
import type { Kind } from '../kind.ts';
import { searchOf } from '../match-search.ts';
import { IN_KIND, type MatcherSpec, makeMatcher, matcherSchema } from '../matcher.ts';
import type { Miss } from '../verdict.ts';
import {
  type Bound,
  different,
  type Expected,
  type Missed,
  MOST_COMPARED,
  missesOfPairs,
  missing,
  TOLD,
} from './conversation-misses.ts';
import { nearest } from './message.ts';

interface ConversationSpec {
  says: MatcherSpec[];
  order?: 'all' | 'direction';
  others?: boolean;
  exact?: boolean;
}

export const conversation: Kind<ConversationSpec> = {
  key: 'conversation',
  scope: 'each',
  schema: mapping(
    'All that is said on a connection',
    {
      says: {
        type: 'array',
        description: 'messages and control frames, in order',
        items: matcherSchema('what is said'),
      },
      order: choice('all together in this order (the default), or each direction in its own', ['all', 'direction']),
      exact: { type: 'boolean', description: 'values have nothing but what is named' },
      others: { type: 'boolean', description: 'whether others may be said between; false by default' },
    },
    ['says'],
  ),
  name: ({ says }) => `the conversation of ${saidCount(says.length)}`,
  async prepare({ says, order = 'all', others = false, exact = false }, path) {
    const expected = await Promise.all(
      says.map(
        async (spec, index): Promise<Expected> => ({
          index,
          direction: spec.direction,
          matcher: await makeMatcher({ exact, ...spec }, [...path, 'says', index]),
        }),
      ),
    );
    const left = new WeakMap<CaptureLog, Bound>();
    return async (logs, capture) => {
      const bound = left.get(capture) ?? { comparisons: MOST_COMPARED };
      left.set(capture, bound);
      const misses: Miss[] = [];
      let atLeast = 0;
      for (const log of logs) {
        const parts = order === 'all' ? [undefined] : DIRECTIONS;
        for (const part of parts) {
          const wanted = expected.filter(({ direction }) => part === undefined || direction === part);
          const said = log.said.filter(({ direction }) => part === undefined || direction === part);
          if (others) misses.push(...subsequenceMisses(log, wanted, said, bound));
          else {
            const missed = await alignedMisses(log, wanted, said, bound);
            misses.push(...missed.misses);
            atLeast += missed.atLeast;
          }
        }
      }
      return shortened(misses, atLeast);
    };
  },
};

function shortened(misses: Miss[], atLeast: number): Miss[] {
  const more = misses.length + atLeast - TOLD;
  if (more <= 0) return misses;
  const last = misses[TOLD - 1];
  const count = atLeast === 0 ? `${more}` : `at least ${more}`;
  return [
    ...misses.slice(0, TOLD - 1),
    { ...last, found: `${last.found}; and ${count} more ${count === '1' ? 'difference' : 'differences'}` },
  ];
}

/** @param bound is reduced by what it takes to find what came nearest */
function subsequenceMisses(
  log: ConnectionLog,
  wanted: readonly Expected[],
  said: readonly SaidEvent[],
  bound: Bound,
): Miss[] {
  let at = 0;
  for (const expected of wanted) {
    const next = searchOf(said, expected.matcher)(at);
    if (next === said.length) {
      const before = at === 0 ? null : said[at - 1].packet;
      const behind = said.slice(at, at + Math.max(bound.comparisons, 0));
      bound.comparisons -= behind.length;
      const near = nearest(expected.matcher, behind);
      const isLike = near !== null && expected.matcher.distance(near) < IN_KIND;
      return [isLike ? different(log, expected, near) : missing(log, expected, before)];
    }
    at = next + 1;
  }
  return [];
}

async function alignedMisses(
  log: ConnectionLog,
  wanted: readonly Expected[],
  said: readonly SaidEvent[],
  bound: Bound,
): Promise<Missed> {
  if (wanted.length === said.length && wanted.every(({ matcher }, index) => matcher.matches(said[index])))
    return { misses: [], atLeast: 0 };
  const pairs = await align(wanted, said, ({ matcher }, each) => matcher.matches(each));
  return missesOfPairs(log, pairs, bound);
}
