// Pairs requests with their answers on a connection: each answer goes to the oldest open request that it fits. Knows nothing
// of what is expected of the pairs.

import type { SaidEvent } from '../dissect/said-event.ts';
import type { CaptureLog, ConnectionLog } from './capture-log.ts';
import type { JsonSchema } from './json-schema.ts';
import { type Matcher, type MatcherSpec, makeMatcher, matcherSchema } from './matcher.ts';
import { OpenRequests } from './open-requests.ts';
import { type Path, PathError } from './path-error.ts';
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
  /**
   * @param capture which has the connection
   * @throws {PathError} where `match` would be asked too often of the pairs of this capture
   */
  pairsOf(log: ConnectionLog, capture: CaptureLog): Pairs;
}

/** Times that `match` is asked, of one capture: some half a minute, and more where it takes long. */
const MOST_ASKED = 5_000_000;

function tooManyPairs(path: Path, most: number): PathError {
  const what = `this would be asked of more than ${most} pairs of a request and an answer`;
  return new PathError(
    path,
    what,
    'tie them by equality, as request.json.id == answer.json.id does, or narrow request',
  );
}

/** @throws {PathError} */
export async function makePairFinder(spec: PairSpec, path: Path, mostAsked = MOST_ASKED): Promise<PairFinder> {
  const request = await makeMatcher(spec.request, [...path, 'request']);
  const answer = await makeMatcher(spec.answer, [...path, 'answer']);
  const match =
    spec.match === undefined ? null : await conditionAt(spec.match, [...path, 'match'], ['request', 'answer']);
  const asked = new WeakMap<CaptureLog, number>();
  return {
    request,
    answer,
    pairsOf(log, capture) {
      const count = (times: number) => {
        const sum = (asked.get(capture) ?? 0) + times;
        if (sum > mostAsked) throw tooManyPairs([...path, 'match'], mostAsked);
        asked.set(capture, sum);
      };
      return pairsOf(log, request, answer, new OpenRequests(match, count));
    },
  };
}

function pairsOf(log: ConnectionLog, request: Matcher, answer: Matcher, open: OpenRequests): Pairs {
  const answered: Pairs['answered'] = [];
  const requests = new Set<SaidEvent>();
  for (const said of log.said) {
    const asked = answer.matches(said) ? open.take(said) : null;
    if (asked !== null) {
      requests.delete(asked);
      answered.push({ request: asked, answer: said });
    } else if (request.matches(said)) {
      requests.add(said);
      open.add(said);
    }
  }
  return { answered, open: [...requests] };
}
