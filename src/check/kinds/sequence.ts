// `sequence`: messages that come one after the other on a connection, other messages between them or none, and how soon.

import type { SaidEvent } from '../../dissect/said-event.ts';
import { formatSeconds } from '../../output/amounts.ts';
import type { ConnectionLog } from '../capture-log.ts';
import { duration, mapping, secondsOf } from '../json-schema.ts';
import { each, type Kind } from '../kind.ts';
import { nextAlone, rememberedSearchOf, type Search, searchOf } from '../match-search.ts';
import { type Matcher, type MatcherSpec, makeMatcher, matcherProperties, matcherSchema } from '../matcher.ts';
import { isLonger } from '../values.ts';
import type { Miss } from '../verdict.ts';
import { nearest, nearestLines } from './message.ts';

interface StepSpec extends MatcherSpec {
  within?: string;
}

interface SequenceSpec {
  steps: StepSpec[];
  within?: string;
  adjacent?: boolean;
}

interface Step {
  matcher: Matcher;
  /** Seconds after the step before. */
  within: number;
}

const step = {
  ...matcherSchema('a message or control frame'),
  properties: { ...matcherProperties, within: duration('longest time since the step before') },
};

export const sequence: Kind<SequenceSpec> = {
  key: 'sequence',
  scope: 'each',
  schema: mapping(
    'Messages that come in this order',
    {
      steps: { type: 'array', description: 'what comes, in order', items: step, minItems: 1 },
      within: duration('longest time from the first to the last'),
      adjacent: { type: 'boolean', description: 'nothing else comes between; false by default' },
    },
    ['steps'],
  ),
  name: ({ steps }) => steps.map(wordOf).join(', then '),
  async prepare({ steps, within, adjacent = false }, path) {
    const prepared = await Promise.all(
      steps.map(async ({ within: limit, ...spec }, index): Promise<Step> => {
        const matcher = await makeMatcher(spec, [...path, 'steps', index]);
        return { matcher, within: limit === undefined ? Number.POSITIVE_INFINITY : secondsOf(limit) };
      }),
    );
    const limit = within === undefined ? Number.POSITIVE_INFINITY : secondsOf(within);
    return each((log) => judge(log, prepared, limit, adjacent));
  },
};

function wordOf({ type, opcode, direction }: StepSpec): string {
  const noun = typeof type === 'string' ? type : opcode === undefined ? 'message' : String(opcode);
  return direction === undefined ? noun : `${direction} ${noun}`;
}

/** How far a sequence came. */
interface Attempt {
  /** What the steps were found in. */
  found: SaidEvent[];
  /** Index of the last. */
  at: number;
  /** Why it did not go on. */
  late: string | null;
}

/** In what the steps are looked for. */
interface Ground {
  said: readonly SaidEvent[];
  /** Of each step, the first message from an index on that it may be. */
  searches: readonly Search[];
  /** Seconds of the earliest message from each index on: times go back where one direction was known later than the other. */
  earliest: Float64Array;
}

function judge(log: ConnectionLog, steps: readonly Step[], limit: number, adjacent: boolean): Miss[] {
  const { said } = log;
  // Where nothing must come soon, no later beginning comes further than the first.
  const isFree = !adjacent && limit === Number.POSITIVE_INFINITY && steps.every(({ within }) => within === limit);
  const searches = steps.map(({ matcher }, index) => {
    if (index === 0 || isFree) return searchOf(said, matcher);
    return adjacent ? nextAlone(said, matcher) : rememberedSearchOf(said, matcher);
  });
  const ground = { said, searches, earliest: earliestOf(said) };
  let best: Attempt = { found: [], at: -1, late: null };
  for (let start = searches[0](0); start < said.length; start = searches[0](start + 1)) {
    const attempt = attemptFrom(ground, start, steps, limit, adjacent);
    if (attempt.found.length === steps.length) return [];
    const further = attempt.found.length - best.found.length;
    // Of two that came as far, one that was late says more.
    if (further > 0 || (further === 0 && attempt.late !== null && best.late === null)) best = attempt;
    if (isFree) break;
  }
  return [missOf(log, steps, best)];
}

function earliestOf(said: readonly SaidEvent[]): Float64Array {
  const earliest = new Float64Array(said.length + 1).fill(Number.POSITIVE_INFINITY);
  for (let at = said.length - 1; at >= 0; at--) earliest[at] = Math.min(said[at].elapsed, earliest[at + 1]);
  return earliest;
}

function attemptFrom(
  { said, searches, earliest }: Ground,
  start: number,
  steps: readonly Step[],
  limit: number,
  adjacent: boolean,
): Attempt {
  const attempt: Attempt = { found: [said[start]], at: start, late: null };
  for (let step = 1; step < steps.length; step++) {
    const { within } = steps[step];
    const before = said[attempt.at];
    const isInTime = (elapsed: number) =>
      !isLonger(elapsed - before.elapsed, within) && !isLonger(elapsed - said[start].elapsed, limit);
    let next = searches[step](attempt.at + 1);
    while (next < said.length && !isInTime(said[next].elapsed)) {
      const took = said[next].elapsed - before.elapsed;
      attempt.late ??= `packet ${said[next].packet} comes ${formatSeconds(took)} after packet ${before.packet}`;
      next = !adjacent && isInTime(earliest[next + 1]) ? searches[step](next + 1) : said.length;
    }
    if (next === said.length) return attempt;
    attempt.found.push(said[next]);
    attempt.at = next;
    attempt.late = null;
  }
  return attempt;
}

function missOf(log: ConnectionLog, steps: readonly Step[], { found, at, late }: Attempt): Miss {
  const missing = steps[found.length];
  const limit = missing.within === Number.POSITIVE_INFINITY ? '' : ` within ${formatSeconds(missing.within)}`;
  const after = found.length === 0 ? '' : ` after packet ${found[found.length - 1].packet}`;
  const near = nearest(missing.matcher, log.said.slice(at + 1));
  const steady =
    found.length === 0 ? `no ${missing.matcher.says}` : `step ${found.length + 1} of ${steps.length} does not come`;
  return {
    connection: log.connection,
    packet: found.at(-1)?.packet ?? near?.packet ?? null,
    expected: `${missing.matcher.says}${limit}${after}`,
    found: late ?? steady,
    ...(near === null || late !== null ? {} : { nearest: nearestLines(missing.matcher, near) }),
  };
}
