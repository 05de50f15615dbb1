// Expectations for `check`, judged where they are any.

import { parseExpectations } from '../../src/check/expectations-file.ts';
import { judge } from '../../src/check/judge.ts';
import { texts } from '../corpus.ts';
import { documentLayer } from '../document-layer.ts';
import { log } from '../walkthrough.ts';
import { YAML } from '../yaml-words.ts';

export const expectations = documentLayer({
  name: 'expectations',
  about: 'expectations, judged where they are any',
  share: 1,
  corpus: [...texts('expectations', /expect\.yaml$/), ...texts('fixtures', /expect\.yaml$/)],
  words: YAML,
  read: async (text) => judge(await parseExpectations('expect.yaml', text), log),
});
