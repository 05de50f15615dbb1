// `capture`: whether the file could be read to its end. Without this expectation a damaged capture is a failure of its own.

import { mapping } from '../json-schema.ts';
import type { Kind } from '../kind.ts';

interface CaptureSpec {
  complete: boolean;
}

export const capture: Kind<CaptureSpec> = {
  key: 'capture',
  scope: 'capture',
  judgesDamage: true,
  schema: mapping(
    'Whether the capture can be read to its end',
    { complete: { type: 'boolean', description: 'false where the file is known to be cut or damaged' } },
    ['complete'],
  ),
  name: ({ complete }) => (complete ? 'the capture is whole' : 'the capture is cut or damaged'),
  async prepare({ complete }) {
    const words = (whole: boolean) => (whole ? 'a whole capture' : 'a cut or damaged capture');
    return (_, { summary }) => {
      const found = summary?.complete ?? false;
      if (found === complete) return [];
      const why = summary?.error === undefined ? '' : `: ${summary.error}`;
      return [{ connection: null, packet: null, expected: words(complete), found: `${words(found)}${why}` }];
    };
  },
};
