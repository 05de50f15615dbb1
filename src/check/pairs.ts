// Pairs requests with their answers on a connection: each answer goes to the oldest open request that it fits. Knows nothing
// of what is expected of the pairs.

import type { SaidEvent } from '../dissect/said-event.ts';
import type { ConnectionLog } from './capture-log.ts';
import type { Condition } from './condition.ts';
import type { JsonSchema } from './json-schema.ts';
import { type Matcher, type MatcherSpec, makeMatcher, matcherSchema } from './matcher.ts';
import { factsByRole } from './message-facts.ts';
import type { Path } from './path-error.ts';
import { conditionAt } from './values.ts';

export interface PairSpec {
  request: MatcherSpec;
  answer: MatcherSpec;
  match?: string;
}

export const pairProperties: Readonly<Record<string, JsonSchema>> = {
  request: matcherSchema('what asks'),
  answer: matcherSchema('what answers'),
  match: {
    type: 'string',
    description: 'a condition in CEL that ties an answer to its request, such as request.value.seq == answer.value.seq',
  },
};

export interface Pairs {
  answered: { request: SaidEvent; answer: SaidEvent }[];
  open: SaidEvent[];
}

export interface PairFinder {
  readonly request: Matcher;
  readonly answer: Matcher;
  pairsOf(log: ConnectionLog): Pairs;
}

/** @throws {PathError} */
export async function makePairFinder(spec: PairSpec, path: Path): Promise<PairFinder> {
  const request = await makeMatcher(spec.request, [...path, 'request']);
  const answer = await makeMatcher(spec.answer, [...path, 'answer']);
  const match =
    spec.match === undefined ? null : await conditionAt(spec.match, [...path, 'match'], ['request', 'answer']);
  return { request, answer, pairsOf: (log) => pairsOf(log, request, answer, match) };
}

function pairsOf(log: ConnectionLog, request: Matcher, answer: Matcher, match: Condition | null): Pairs {
  const answered: Pairs['answered'] = [];
  const open: SaidEvent[] = [];
  for (const said of log.said) {
    if (answer.matches(said)) {
      const index = open.findIndex((asked) => fits(asked, said, match));
      if (index >= 0) {
        const [asked] = open.splice(index, 1);
        answered.push({ request: asked, answer: said });
        continue;
      }
    }
    if (request.matches(said)) open.push(said);
  }
  return { answered, open };
}

function fits(asked: SaidEvent, said: SaidEvent, match: Condition | null): boolean {
  return match === null || match.holds(factsByRole({ request: asked, answer: said }));
}
