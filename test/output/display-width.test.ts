// Columns of text, and cutting by them.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
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

/** In glibc's wcwidth, by which most terminals count. */
const WCWIDTHS: Record<string, number> = {
  क्षि: 3,
  क्ष: 2,
  'क्\u200dष': 2,
  நி: 2,
  กำ: 2,
  ｶﾞ: 2,
  가ि: 3,
  '\u1112\u1161\u11ab': 2,
  '\u1100\u1100\u1161': 4,
  '😀िि': 4,
};

describe('the layout by columns', () => {
  for (const sample of samples) {
    it(`measures ${sample} as string-width does`, () => assert.equal(displayWidth(sample), stringWidth(sample)));
  }

  it('measures every simple code unit as string-width does', () => {
    for (let unit = 0x20; unit < 0x10000; unit += 1 + (unit > 0x3100 ? 97 : 0)) {
      const character = String.fromCharCode(unit);
      assert.equal(displayWidth(character), stringWidth(character), `U+${unit.toString(16)}`);
    }
  });

  for (const [cluster, width] of Object.entries(WCWIDTHS)) {
    it(`counts what stands beside in ${cluster}, as terminals do`, () => {
      assert.equal(displayWidth(cluster), width);
      assert.equal(displayWidth(cluster.repeat(20)), width * 20);
      for (let columns = 1; columns < 20; columns++)
        assert.ok(displayWidth(truncate(cluster.repeat(9), columns)) <= columns);
    });
  }

  it('counts an emoji of several characters as one', () => {
    for (const emoji of ['👨‍👩‍👧‍👦', '🇩🇪', '👍🏽', '☺️', '1️⃣', '🏴‍☠️']) assert.equal(displayWidth(emoji), 2, emoji);
  });

  it('wraps a cluster wider than the line between its characters', () => {
    for (const cluster of [`😀${'ि'.repeat(100)}`, 'क्'.repeat(100)]) {
      const lines = wrap(cluster, 40);
      assert.equal(lines.join(''), cluster);
      for (const line of lines) {
        assert.ok(displayWidth(line) <= 40, line);
        assert.doesNotMatch(line, /\p{Cs}/u);
      }
      assert.ok(lines.length <= 4, String(lines.length));
    }
  });

  it('cuts to the width with an ellipsis, and only what is too wide', () => {
    assert.equal(truncate('hello world', 5), 'hell…');
    assert.equal(truncate('hello', 5), 'hello');
    assert.equal(truncate('hello', 0), '');
  });

  it('cuts the beginning away where the end counts', () => {
    assert.equal(truncateStart('10.8.0.2:41600', 10), '…0.2:41600');
    assert.equal(truncateStart('hello', 5), 'hello');
    assert.equal(truncateStart('收到收到', 4), '…到');
    assert.equal(truncateStart('hello', 0), '');
  });

  it('never cuts a character in half', () => {
    assert.equal(truncate('收到收到', 4), '收…');
    assert.equal(truncate('a👩‍👩‍👧‍👦b', 3), 'a…');
    for (let width = 1; width < 20; width++) {
      for (const sample of samples) assert.ok(displayWidth(truncate(sample.repeat(4), width)) <= width);
    }
  });

  it('pads by columns, not by code units', () => {
    assert.equal(pad('收', 4, 'left'), '收  ');
    assert.equal(pad('5', 3, 'right'), '  5');
  });

  it('wraps at spaces, and inside what has none', () => {
    assert.deepEqual(wrap('the quick brown fox', 10), ['the quick', 'brown fox']);
    assert.deepEqual(wrap('abcdefghij', 4), ['abcd', 'efgh', 'ij']);
    assert.deepEqual(wrap('收到收到', 5), ['收到', '收到']);
    assert.deepEqual(wrap('', 5), ['']);
  });

  it('wraps without losing or inventing a character', () => {
    for (const sample of samples) {
      const long = sample.repeat(30);
      for (let width = 2; width < 30; width += 3) {
        const lines = wrap(long, width);
        assert.equal(lines.join('').replaceAll(' ', ''), long.replaceAll(' ', ''));
        for (const line of lines) assert.ok(displayWidth(line) <= width, line);
      }
    }
  });

  it('leaves a line whole where there is no terminal', () => {
    const long = '收到 '.repeat(500);
    assert.deepEqual(wrap(long, Number.POSITIVE_INFINITY), [long]);
  });
});
