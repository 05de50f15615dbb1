// Columns of text, and cutting by them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import stringWidth from 'string-width';
import { displayWidth, pad, truncate, truncateStart, wrap } from '../../src/output/display-width.ts';

const samples = [
  'plain',
  '收到 ok',
  '👩‍👩‍👧‍👦!',
  'e\u0301e\u0301',
  '안녕하세요',
  'naïve →',
  '🫠🪿',
  'Привет',
  'ｆｕｌｌ',
  'か\u3099',
];

for (const sample of samples) {
  test(`measures ${sample} as string-width does`, () => assert.equal(displayWidth(sample), stringWidth(sample)));
}

test('measures every simple code unit as string-width does', () => {
  for (let unit = 0x20; unit < 0x10000; unit += 1 + (unit > 0x3100 ? 97 : 0)) {
    const character = String.fromCharCode(unit);
    assert.equal(displayWidth(character), stringWidth(character), `U+${unit.toString(16)}`);
  }
});

test('cuts to the width with an ellipsis, and only what is too wide', () => {
  assert.equal(truncate('hello world', 5), 'hell…');
  assert.equal(truncate('hello', 5), 'hello');
  assert.equal(truncate('hello', 0), '');
});

test('cuts the beginning away where the end counts', () => {
  assert.equal(truncateStart('10.8.0.2:41600', 10), '…0.2:41600');
  assert.equal(truncateStart('hello', 5), 'hello');
  assert.equal(truncateStart('收到收到', 4), '…到');
  assert.equal(truncateStart('hello', 0), '');
});

test('never cuts a character in half', () => {
  assert.equal(truncate('收到收到', 4), '收…');
  assert.equal(truncate('a👩‍👩‍👧‍👦b', 3), 'a…');
  for (let width = 1; width < 20; width++) {
    for (const sample of samples) assert.ok(displayWidth(truncate(sample.repeat(4), width)) <= width);
  }
});

test('pads by columns, not by code units', () => {
  assert.equal(pad('收', 4, 'left'), '收  ');
  assert.equal(pad('5', 3, 'right'), '  5');
});

test('wraps at spaces, and inside what has none', () => {
  assert.deepEqual(wrap('the quick brown fox', 10), ['the quick', 'brown fox']);
  assert.deepEqual(wrap('abcdefghij', 4), ['abcd', 'efgh', 'ij']);
  assert.deepEqual(wrap('收到收到', 5), ['收到', '收到']);
  assert.deepEqual(wrap('', 5), ['']);
});

test('wraps without losing or inventing a character', () => {
  for (const sample of samples) {
    const long = sample.repeat(30);
    for (let width = 2; width < 30; width += 3) {
      const lines = wrap(long, width);
      assert.equal(lines.join('').replaceAll(' ', ''), long.replaceAll(' ', ''));
      for (const line of lines) assert.ok(displayWidth(line) <= width, line);
    }
  }
});

test('leaves a line whole where there is no terminal', () => {
  const long = '收到 '.repeat(500);
  assert.deepEqual(wrap(long, Number.POSITIVE_INFINITY), [long]);
});
