// `answered`: every request has its answer, soon enough.

import { formatSeconds } from '../../output/amounts.ts';
import { duration, mapping, secondsOf } from '../json-schema.ts';
import { each, type Kind } from '../kind.ts';
import { makePairFinder, type PairSpec, pairProperties } from '../pairs.ts';
import { isLonger } from '../values.ts';
import type { Miss } from '../verdict.ts';

interface AnsweredSpec extends PairSpec {
  within?: string;
}

export const answered: Kind<AnsweredSpec> = {
  key: 'answered',
  scope: 'each',
  schema: mapping(
    'Every request is answered',
    { ...pairProperties, within: duration('longest time from request to answer') },
    ['request', 'answer'],
  ),
  name: ({ within }) => `every request is answered${within === undefined ? '' : ` within ${within}`}`,
  async prepare({ within, ...spec }, path) {
    const finder = await makePairFinder(spec, path);
    const limit = within === undefined ? Number.POSITIVE_INFINITY : secondsOf(within);
    return each((log, capture) => {
      const pairs = finder.pairsOf(log, capture);
      const misses: Miss[] = [];
      if (pairs.answered.length === 0 && pairs.open.length === 0) {
        const { connection } = log;
        misses.push({ connection, packet: null, expected: finder.request.says, found: 'none, so nothing to answer' });
      }
      for (const { packet, connection } of pairs.open.slice(0, 1)) {
        const more = pairs.open.length === 1 ? '' : `, nor to ${pairs.open.length - 1} more`;
        const expected = `${finder.answer.says} for packet ${packet}`;
        misses.push({ connection, packet, expected, found: `no answer to it${more}` });
      }
      const late = pairs.answered.filter(({ request, answer }) => isLonger(answer.elapsed - request.elapsed, limit));
      for (const { request, answer } of late.slice(0, 1)) {
        const more = late.length === 1 ? '' : `, and ${late.length - 1} more are late`;
        misses.push({
          connection: answer.connection,
          packet: answer.packet,
          expected: `an answer to packet ${request.packet} within ${formatSeconds(limit)}`,
          found: `packet ${answer.packet}, ${formatSeconds(answer.elapsed - request.elapsed)} later${more}`,
        });
      }
      return misses;
    });
  },
};
