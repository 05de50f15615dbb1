// `latency`: percentiles of the time from request to answer.

import { formatSeconds } from '../../output/amounts.ts';
import { formatPlural } from '../../plural.ts';
import { duration, mapping, oneAtLeast, secondsOf } from '../json-schema.ts';
import type { Kind } from '../kind.ts';
import { makePairFinder, type PairSpec, pairProperties } from '../pairs.ts';
import { isLonger } from '../values.ts';
import type { Miss } from '../verdict.ts';

const QUANTILES = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99, max: 1 } as const;
type Quantile = keyof typeof QUANTILES;
const NAMES = Object.keys(QUANTILES) as Quantile[];

type LatencySpec = PairSpec & Partial<Record<Quantile, string>>;

export const latency: Kind<LatencySpec> = {
  key: 'latency',
  scope: 'together',
  schema: {
    ...mapping(
      'How long answers take',
      {
        ...pairProperties,
        ...Object.fromEntries(NAMES.map((name) => [name, duration(`longest time allowed for ${wordsOf(name)}`)])),
      },
      ['request', 'answer'],
    ),
    anyOf: oneAtLeast(NAMES),
  },
  name: (spec) => `latency ${NAMES.flatMap((name) => (spec[name] ? [`${name} within ${spec[name]}`] : [])).join(', ')}`,
  async prepare(spec, path) {
    const { request, answer, match } = spec;
    const finder = await makePairFinder(match === undefined ? { request, answer } : { request, answer, match }, path);
    return (logs, capture) => {
      const pairs = logs.flatMap((log) => finder.pairsOf(log, capture).answered);
      if (pairs.length === 0) {
        return [{ connection: null, packet: null, expected: `${finder.answer.says} as an answer`, found: 'none' }];
      }
      const timed = pairs.map((pair) => ({ ...pair, took: pair.answer.elapsed - pair.request.elapsed }));
      timed.sort((one, other) => one.took - other.took);
      return NAMES.flatMap((name): Miss[] => {
        const limit = spec[name];
        if (limit === undefined) return [];
        // The nearest-rank method: the smallest value that so many are not above.
        const { answer: at, took } = timed[Math.ceil(QUANTILES[name] * timed.length) - 1];
        if (!isLonger(took, secondsOf(limit))) return [];
        return [
          {
            connection: at.connection,
            packet: at.packet,
            expected: `${name} of ${formatPlural(timed.length, 'answer')} within ${limit}`,
            found: formatSeconds(took),
          },
        ];
      });
    };
  },
};

function wordsOf(name: Quantile): string {
  return name === 'max' ? 'the slowest' : `the fastest ${name.slice(1)} %`;
}
