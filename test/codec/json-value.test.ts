import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonValueOf } from '../../src/codec/json-value.ts';

const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

test('a text that is JSON is its value, and one that is none is nothing', () => {
  assert.deepEqual(jsonValueOf(' {"a":[1]}'), { a: [1] });
  assert.equal(jsonValueOf('12'), 12);
  assert.equal(jsonValueOf('null'), null);
  for (const text of ['', 'hello', '{"a":', '-']) assert.equal(jsonValueOf(text), undefined);
});

test('one that is too deep or too long to be compared is nothing', () => {
  assert.ok(Array.isArray(jsonValueOf(nested(500))));
  assert.equal(jsonValueOf(nested(501)), undefined);
  assert.equal(jsonValueOf(nested(100_000)), undefined);
  assert.equal(jsonValueOf(`["${'x'.repeat(4 * 1024 * 1024)}"]`), undefined);
});
