// The table of outputs beside the tables that know formats by their names: what one calls a program's is no people's in another.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { framingOf } from '../../src/cli/each/each-run.ts';
import { EVENT_FORMATS, EVENT_OUTPUTS } from '../../src/cli/event-outputs.ts';
import { NOTATIONS } from '../../src/cli/standard-output.ts';

for (const format of EVENT_FORMATS) {
  const { isForPeople } = EVENT_OUTPUTS[format];

  test(`${format}, for ${isForPeople ? 'people' : 'programs'}, is so with --each and on a runner of GitHub`, () => {
    const hasHeadings = framingOf(format) === framingOf('table');
    assert.equal(hasHeadings, isForPeople, 'a row in FRAMINGS, src/cli/each/each-run.ts, is for what programs read');
    const isProse = !(format in NOTATIONS);
    assert.equal(isProse, isForPeople, 'a row in NOTATIONS, src/cli/standard-output.ts, is for what programs read');
  });
}
