// `nothing`: after a message like this, none like that: nothing after a close, no update after an unsubscribe.

import { choice, mapping } from '../json-schema.ts';
import { each, type Kind } from '../kind.ts';
import { type MatcherSpec, makeMatcher, matcherSchema } from '../matcher.ts';

type From = 'same' | 'other' | 'either';

interface NothingSpec {
  after: MatcherSpec;
  of?: MatcherSpec;
  from?: From;
}

const ANYTHING: MatcherSpec = { kind: 'any' };

export const nothing: Kind<NothingSpec> = {
  key: 'nothing',
  scope: 'each',
  schema: mapping(
    'After a message like this, none like that',
    {
      after: matcherSchema('what it begins with'),
      of: matcherSchema('what must not come; anything by default'),
      from: choice('from whom: the side that said it (the default), the other, or either', ['same', 'other', 'either']),
    },
    ['after'],
  ),
  name: ({ after }) => `nothing after ${String(after.type ?? after.opcode ?? 'it')}`,
  async prepare({ after, of = ANYTHING, from = 'same' }, path) {
    const begins = await makeMatcher(after, [...path, 'after']);
    const unwanted = await makeMatcher(of, [...path, 'of']);
    return each(({ said, connection }) => {
      const first = said.findIndex((one) => begins.matches(one));
      if (first < 0)
        return [{ connection, packet: null, expected: begins.says, found: 'none, so nothing comes after it' }];
      const { direction, packet } = said[first];
      const speaks = (other: string) => from === 'either' || (other === direction) === (from === 'same');
      const wrong = said.slice(first + 1).filter((one) => speaks(one.direction) && unwanted.matches(one));
      if (wrong.length === 0) return [];
      const more = wrong.length === 1 ? '' : `, and ${wrong.length - 1} more`;
      return [
        {
          connection,
          packet: wrong[0].packet,
          expected: `no ${unwanted.says} after packet ${packet}`,
          found: `packet ${wrong[0].packet}${more}`,
        },
      ];
    });
  },
};
