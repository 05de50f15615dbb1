// Whole numbers beyond 2^53 in JSON, read and written exactly.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseJsonExactly, stringifyExactly } from '../../src/codec/great-integers.ts';
import { jsonValueOf } from '../../src/codec/json-value.ts';

test('what no double holds is BigInt, and anything else as JSON.parse gives it', () => {
  const cases: [text: string, value: unknown][] = [
    ['175928847299117063', 175928847299117063n],
    ['[-9223372036854775808,18446744073709551615]', [-9223372036854775808n, 18446744073709551615n]],
    ['{"a":{"b":[9007199254740993]}}', { a: { b: [9007199254740993n] } }],
    ['9007199254740991', 9007199254740991],
    ['1000000000000000', 1000000000000000],
    ['1759288472991170.63', Number('1759288472991170.63')],
    ['1e300', 1e300],
    ['12345678901234567e-3', Number('12345678901234567e-3')],
    ['"175928847299117063"', '175928847299117063'],
    [
      '{"175928847299117063":"\\"175928847299117063,","b\\\\":175928847299117063}',
      {
        '175928847299117063': '"175928847299117063,',
        'b\\': 175928847299117063n,
      },
    ],
    [' [ 175928847299117063 , -175928847299117063\n] ', [175928847299117063n, -175928847299117063n]],
    ['9'.repeat(101), Number('9'.repeat(101))],
  ];
  for (const [text, value] of cases) assert.deepEqual(parseJsonExactly(text), value, text);
});

test('what comes twice is the last, and __proto__ is a member', () => {
  const value = parseJsonExactly('{"__proto__":{"id":175928847299117063},"a":1,"a":175928847299117064}') as object;
  assert.deepEqual(Object.entries(value), [
    ['__proto__', { id: 175928847299117063n }],
    ['a', 175928847299117064n],
  ]);
});

test('what is no JSON is refused, not read', () => {
  for (const text of ['{175928847299117063}', '[01759288472991170630]', '175928847299117063,', '"175928847299117063']) {
    assert.throws(() => parseJsonExactly(text), SyntaxError);
    assert.equal(jsonValueOf(text), undefined);
  }
});

test('a BigInt is written as its digits', () => {
  assert.equal(stringifyExactly({ id: 175928847299117063n, a: ['1', -5n] }), '{"id":175928847299117063,"a":["1",-5]}');
  assert.equal(stringifyExactly([9007199254740993n], 2), '[\n  9007199254740993\n]');
  assert.equal(stringifyExactly({ a: 1, b: undefined }), '{"a":1}');
});

test('of a text of 4 Mi characters all this is told in time with its length', () => {
  const begun = process.cpuUsage();
  for (const unit of ['175928847299117063,', '"\\\\\\"1234567890123456",', '[[[1234567890123456]]],']) {
    const text = `[${unit.repeat(Math.floor((4 << 20) / unit.length) - 1).slice(0, -1)}]`;
    assert.ok(Array.isArray(jsonValueOf(text)));
  }
  assert.ok(process.cpuUsage(begun).user < 15_000_000);
});
