// The line that tells how far the reading is.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatProgress } from '../../src/output/progress-line.ts';

const facts = { octets: 1.2e9, total: 2.8e9, rate: 412e6, found: 1_234_567, unit: 'message' };

describe('a line of progress', () => {
  test('has a bar, octets of all, the rate, what was found and the time left', () => {
    assert.equal(
      formatProgress(facts, 100),
      '━━━━━━━━━━──────────────   42 %  1.2 GB of 2.8 GB  412 MB/s  1,234,567 messages  4 s left'.replace(
        '   42',
        '  42',
      ),
    );
  });

  test('stays below the columns there are, down to the share alone', () => {
    for (const [columns, wanted] of [
      [80, '━━━━━━───────── '],
      [66, ' 42 %  1.2 GB of 2.8 GB  412 MB/s'],
      [50, ' 42 %  412 MB/s'],
      [40, ' 42 %  1,234,567 messages'],
      [20, ' 42 %  4 s left'],
      [10, '42 %'],
    ] as const) {
      const line = formatProgress(facts, columns);
      assert.ok(line.length < columns, line);
      assert.ok(line.includes(wanted.trim()), `${columns}: ${line}`);
    }
  });

  test('has neither share nor time where nobody knows how much there is', () => {
    assert.equal(formatProgress({ ...facts, total: null }, 80), '1.2 GB read  412 MB/s  1,234,567 messages');
  });

  test('does not promise an end while nothing comes, nor more than all of a file that grew', () => {
    assert.doesNotMatch(formatProgress({ ...facts, rate: 0 }, 80), /left/);
    assert.match(formatProgress({ ...facts, octets: 3e9 }, 80), / 100 % .* 0 s left$/);
  });

  test('tells long times in minutes and hours', () => {
    assert.match(formatProgress({ ...facts, rate: 1e7 }, 80), / 2 min 40 s left$/);
    assert.match(formatProgress({ ...facts, rate: 4e5 }, 80), / 1 h 06 min left$/);
  });
});
