// What a comparison tells of two values: where they differ, and words of both by which the difference is seen.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeComparer } from '../../src/check/values.ts';

/** What is told of them, as reports have it. */
async function told(expected: unknown, found: unknown): Promise<string[]> {
  const compare = await makeComparer(expected, []);
  return compare(found, 'json').map(({ path, expected, found }) => `${path}: expected ${expected}, found ${found}`);
}

const LONG = 'lorem ipsum '.repeat(20);

test('of texts that begin alike what is different is told, and where that is', async () => {
  assert.deepEqual(await told('one', 'two'), ['json: expected "one", found "two"']);
  assert.deepEqual(await told(`${LONG}one`, `${LONG}two`), [
    'json from character 231 on: expected "…rem ipsum one", found "…rem ipsum two"',
  ]);
  assert.deepEqual(await told({ a: [LONG] }, { a: [`${LONG}${LONG}`] }), [
    `json.a.0 from character 231 on: expected "…rem ipsum ", found "…rem ipsum ${LONG.slice(0, 107)}…`,
  ]);
});

test('of texts that differ soon the beginnings are told, however long they are', async () => {
  const [line] = await told(`one ${LONG}`, `two ${LONG}`);
  assert.match(line, /^json: expected "one lorem .{108}…, found "two lorem .{108}…$/);
});

test('of values that are to be the same in all members the place is told that is not', async () => {
  const value = (last: unknown) => ({ list: Array.from({ length: 100 }, (_, at) => at), inner: { a: 1, last } });
  assert.deepEqual(await told({ $is: value(1) }, value(1)), []);
  assert.deepEqual(await told({ $is: value(1) }, value(2)), ['json.inner.last: expected 1, found 2']);
  assert.deepEqual(await told({ $is: value(1) }, value(1).list), [
    `json: expected {list: [${value(1).list.join(', ').slice(0, 111)}…, found [${value(1).list.join(', ').slice(0, 118)}…`,
  ]);
  assert.deepEqual(await told({ $is: { a: 1, b: 2 } }, { b: 2, a: 1 }), [
    'json: expected {a: 1, b: 2}, found {b: 2, a: 1}',
  ]);
});
