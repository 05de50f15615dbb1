// A row says how wide it is before its texts are made: the two must agree, whatever time it is.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Located } from '../../src/dissect/events.ts';
import { PageRow } from '../../src/output/page-row.ts';
import { makePalette } from '../../src/output/palette.ts';
import { Random } from '../support/random.ts';

const palette = makePalette({ colour: false });

it('a row widens its columns to exactly what its texts take', () => {
  const random = new Random(3);
  const row = new PageRow();
  const moment = () =>
    random.pick([0, 9.999999, 9.9999996, 0.1, 99.999999, 1234.5, -0.000001, -12.25, random.word() / 1e6]);
  for (let step = 0; step < 20_000; step++) {
    const elapsed = moment();
    const time = random.pick(['2026-11-24T03:44:00.123456Z', '2026-11-24T03:44:00.123456789Z']);
    const event: Located & { direction: 'c2s' } = {
      connection: 0,
      packet: random.between(1, 20_000_000),
      time,
      elapsed,
      direction: 'c2s',
    };
    row.begin(event, random.pick(['relative', 'delta', 'absolute']), random.pick([null, moment()]));
    row.opcode = random.pick(['text', 'binary']);
    row.length = random.pick([-1, 0, 9, 10, 99, 100, random.between(0, 1 << 30), 2 ** 53 - 1, 2 ** 63]);
    row.says = 'said';
    row.width = 4;
    const widths = [0, 0, 0, 0, 0, 0];
    row.widen(widths);
    const cells = widths.map(() => ({ text: '' }));
    row.fill(cells, palette);
    assert.deepEqual(
      cells.map(({ text }) => text.length),
      widths,
      cells.map(({ text }) => text).join(' | '),
    );
  }
});
