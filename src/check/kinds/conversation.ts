// `conversation`: all that is said on a connection, message by message: what `check --record` writes. Tells what is missing,
// what is new, what is in another place, and what is different in it.

import { DIRECTIONS } from '../../dissect/direction.ts';
import type { SaidEvent } from '../../dissect/said-event.ts';
import { align } from '../alignment.ts';
import type { ConnectionLog } from '../capture-log.ts';
import { saidCount } from '../excerpt.ts';
import { choice, mapping } from '../json-schema.ts';
import type { Kind } from '../kind.ts';
import { IN_KIND, type Matcher, type MatcherSpec, makeMatcher, matcherSchema } from '../matcher.ts';
import type { Miss } from '../verdict.ts';
import { nearestLines } from './message.ts';

interface ConversationSpec {
  says: MatcherSpec[];
  order?: 'all' | 'direction';
  others?: boolean;
  exact?: boolean;
}

/** Misses that are told one by one; the rest is counted. */
const TOLD = 5;

interface Expected {
  index: number;
  direction: string | undefined;
  matcher: Matcher;
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
    return async (logs) => {
      const misses: Miss[] = [];
      for (const log of logs) {
        const parts = order === 'all' ? [undefined] : DIRECTIONS;
        for (const part of parts) {
          const wanted = expected.filter(({ direction }) => part === undefined || direction === part);
          const said = log.said.filter(({ direction }) => part === undefined || direction === part);
          misses.push(...(others ? subsequenceMisses(log, wanted, said) : await alignedMisses(log, wanted, said)));
        }
      }
      return shortened(misses);
    };
  },
};

function shortened(misses: Miss[]): Miss[] {
  if (misses.length <= TOLD) return misses;
  const last = misses[TOLD - 1];
  return [
    ...misses.slice(0, TOLD - 1),
    { ...last, found: `${last.found}; and ${misses.length - TOLD} more differences` },
  ];
}

function subsequenceMisses(log: ConnectionLog, wanted: readonly Expected[], said: readonly SaidEvent[]): Miss[] {
  let at = 0;
  for (const expected of wanted) {
    const next = said.findIndex((each, index) => index >= at && expected.matcher.matches(each));
    if (next < 0) {
      const before = at === 0 ? null : said[at - 1].packet;
      return [missing(log, expected, before)];
    }
    at = next + 1;
  }
  return [];
}

async function alignedMisses(
  log: ConnectionLog,
  wanted: readonly Expected[],
  said: readonly SaidEvent[],
): Promise<Miss[]> {
  if (wanted.length === said.length && wanted.every(({ matcher }, index) => matcher.matches(said[index]))) return [];
  const pairs = await align(wanted, said, ({ matcher }, each) => matcher.matches(each));
  const left = pairs.filter((pair) => pair.left !== null && pair.right === null);
  const right = new Set(pairs.flatMap((pair) => (pair.left === null && pair.right !== null ? [pair.right] : [])));
  // As many were said as are missing: one stands for the other, though several in a row are different.
  const asMany = left.length === right.size;
  const misses: Miss[] = [];
  let before: number | null = null;
  for (const [index, pair] of pairs.entries()) {
    if (pair.right !== null && pair.left !== null) before = pair.right.packet;
    if (pair.left === null || pair.right !== null) continue;
    const expected = pair.left;
    const elsewhere = [...right].find((each) => expected.matcher.matches(each));
    const changed = pairs[index + 1]?.right;
    if (elsewhere !== undefined) {
      right.delete(elsewhere);
      misses.push(moved(log, expected, elsewhere, before));
    } else if (changed && right.has(changed) && sameKind(expected, changed)) {
      right.delete(changed);
      misses.push(different(log, expected, changed));
    } else {
      const near = asMany ? [...right].find((each) => sameKind(expected, each)) : undefined;
      if (near !== undefined) {
        right.delete(near);
        misses.push(different(log, expected, near));
      } else misses.push(missing(log, expected, before));
    }
  }
  for (const each of right) misses.push(unexpected(log, each));
  return misses;
}

function sameKind({ matcher }: Expected, said: SaidEvent): boolean {
  return matcher.distance(said) < IN_KIND;
}

function missing({ connection }: ConnectionLog, { index, matcher }: Expected, before: number | null): Miss {
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

function different({ connection }: ConnectionLog, { index, matcher }: Expected, said: SaidEvent): Miss {
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
