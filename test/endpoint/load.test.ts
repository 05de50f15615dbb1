// A small load, as `npm run load` does it with 1,000 clients for 30 seconds.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultsOf, runLoad } from '../../scripts/load.ts';

test('100 clients with 20 messages a second each lose nothing, and their capture is whole', async () => {
  const report = await runLoad({ clients: 100, seconds: 2, rate: 20 });
  assert.equal(report.sent, 4000);
  assert.deepEqual(faultsOf(report), []);
});
