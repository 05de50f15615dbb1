// The names of status codes: those that IANA's registry has, and those of the ranges for the others.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closeCodeName } from '../../src/ws/close-codes.ts';

test('a code that the registry has not is not called registered', () => {
  const names = [3000, 3001, 3999, 4000, 2999].map(closeCodeName);
  assert.deepEqual(names, [
    'unauthorized',
    'for registration at IANA',
    'for registration at IANA',
    'private use',
    null,
  ]);
});
