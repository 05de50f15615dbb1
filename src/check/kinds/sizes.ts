// `sizes`: how long messages are, each and in all.

import { bounds, mapping, oneAtLeast } from '../json-schema.ts';
import type { Kind } from '../kind.ts';
import { type MatcherSpec, makeMatcher, matcherSchema } from '../matcher.ts';
import { type Bounds, boundsOf, showBounds, within } from '../values.ts';
import type { Miss } from '../verdict.ts';

interface SizesSpec {
  of?: MatcherSpec;
  each?: number | Bounds;
  total?: number | Bounds;
}

const octets = (value: number) => `${value} ${value === 1 ? 'octet' : 'octets'}`;

export const sizes: Kind<SizesSpec> = {
  key: 'sizes',
  scope: 'together',
  schema: {
    ...mapping('How long messages are, in octets of application data', {
      of: matcherSchema('which messages; all data messages by default'),
      each: bounds('length of each'),
      total: bounds('length of all together'),
    }),
    anyOf: oneAtLeast(['each', 'total']),
  },
  name: ({ each, total }) =>
    [
      ...(each === undefined ? [] : [`each message has ${showBounds(boundsOf(each), octets)}`]),
      ...(total === undefined ? [] : [`all messages have ${showBounds(boundsOf(total), octets)}`]),
    ].join(', '),
  async prepare({ of = {}, each, total }, path) {
    const matcher = await makeMatcher(of, [...path, 'of']);
    return (logs) => {
      const measured = logs.flatMap((log) => log.said).filter((said) => matcher.matches(said));
      const misses: Miss[] = [];
      if (measured.length === 0) {
        misses.push({ connection: null, packet: null, expected: matcher.says, found: 'none, so nothing to measure' });
      }
      if (each !== undefined) {
        const wanted = boundsOf(each);
        const wrong = measured.filter(({ length }) => !within(length ?? Number.NaN, wanted));
        if (wrong.length > 0) {
          const [{ connection, packet, length }] = wrong;
          const more = wrong.length === 1 ? '' : `, and ${wrong.length - 1} more are not`;
          misses.push({
            connection,
            packet,
            expected: `${matcher.says} of ${showBounds(wanted, octets)}`,
            found: `${length === undefined ? 'a length that is not known' : octets(length)}${more}`,
          });
        }
      }
      if (total !== undefined) {
        const wanted = boundsOf(total);
        const sum = measured.reduce((all, { length }) => all + (length ?? Number.NaN), 0);
        if (!within(sum, wanted)) {
          const expected = `${showBounds(wanted, octets)} in all of ${matcher.says}`;
          misses.push({ connection: null, packet: null, expected, found: octets(sum) });
        }
      }
      return misses;
    };
  },
};
