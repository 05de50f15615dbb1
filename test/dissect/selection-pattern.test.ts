// What `--grep` finds, and that no pattern holds the reading up.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { makeMatcher, PatternError } from '../../src/dissect/selection-pattern.ts';

const octets = (text: string) => new TextEncoder().encode(text);

function finds(wanted: string, text: string): boolean {
  return makeMatcher(wanted).matches(octets(text), 0, octets(text).length);
}

describe('a text to look for', () => {
  test('stands anywhere, in its own case', () => {
    assert.ok(finds('and', 'seek and find'));
    assert.ok(finds('find', 'seek and find'));
    assert.ok(!finds('Find', 'seek and find'));
    assert.ok(finds('收到', '已收到。'));
  });

  test('is looked for in the given range alone', () => {
    const text = octets('one two');
    assert.ok(!makeMatcher('two').matches(text, 0, 6));
    assert.ok(!makeMatcher('one').matches(text, 1, 7));
  });

  test('that begins with a slash and does not end with one is a text', () => {
    assert.ok(finds('/connect', 'GET /connect'));
  });

  test('that is found after a false start', () => {
    assert.ok(finds('aab', 'aaab'));
  });
});

describe('a pattern', () => {
  test('takes its flags', () => {
    assert.ok(finds('/FIND$/i', 'seek and find'));
    assert.ok(!finds('/FIND$/', 'seek and find'));
    assert.ok(finds('/^b$/m', 'a\nb'));
  });

  test('finds the same with and without a time limit', () => {
    for (const pattern of ['a.*c', 'a+b', '(?:a|b)+c', '[(]x', 'a{2}', '\\(x\\)']) {
      for (const text of ['aabc', 'b', 'aa', '(x)', 'ab\nc']) {
        assert.equal(finds(`/${pattern}/`, text), new RegExp(pattern).test(text), `${pattern} in ${text}`);
      }
    }
  });

  test('that is none is refused with the reason', () => {
    assert.throws(() => makeMatcher('/(/'), new PatternError('/(/ is no pattern: Unterminated group', 'correct it'));
  });

  test('of several lines that is none is refused in one', () => {
    assert.throws(
      () => makeMatcher('/a\n\r(/'),
      new PatternError('/a\\n\\r(/ is no pattern: Unterminated group', 'correct it'),
    );
  });

  for (const [pattern, text] of [
    ['/^(a+)+$/', `${'a'.repeat(40)}!`],
    ['/(a|a)(a|a)(a|a)*$/', `${'a'.repeat(40)}!`],
    ['/(a|b|ab)*c/', 'ab'.repeat(40)],
    ['/a*a*a*a*a*a*a*b/', 'a'.repeat(3000)],
    ['/x*y/', 'x'.repeat(1_000_000)],
  ] as const) {
    test(`${pattern.slice(0, 30)} that backtracks without end is given up in time`, () => {
      const matcher = makeMatcher(pattern, 50);
      const began = performance.now();
      assert.throws(() => matcher.matches(octets(text), 0, text.length), PatternError);
      assert.ok(performance.now() - began < 2000);
    });
  }

  test('that needs more room to backtrack than there is is told as that, not as slow', () => {
    const text = 'ab'.repeat(4_000_000);
    assert.throws(
      () => makeMatcher('/^(a|b)*c/', 60_000).matches(octets(text), 0, text.length),
      new PatternError('/^(a|b)*c/ needs more room than there is on one text', 'write it without nested repetition'),
    );
  });
});
