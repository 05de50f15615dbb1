// What of a capture's text may reach a terminal, and what is written out.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutMiddle, cutText, escapeBeginning, escapeText, quoteText } from '../../src/output/terminal-text.ts';

const escaped: [what: string, text: string, shown: string][] = [
  ['line ends and tabs by their names', 'a\nb\r\tc', 'a\\nb\\r\\tc'],
  ['an escape sequence', '\x1b[31mred', '\\x1b[31mred'],
  ['NUL, DEL and C1 controls', '\x00\x7f\x9b', '\\x00\\x7f\\x9b'],
  ['bidi overrides and isolates', '\u202eabc\u2066', '\\u{202e}abc\\u{2066}'],
  ['direction marks', '\u200e\u200f\u061c', '\\u{200e}\\u{200f}\\u{61c}'],
  ['a byte order mark', '\ufefftext', '\\u{feff}text'],
  ['line and paragraph separators', '\u2028\u2029', '\\u{2028}\\u{2029}'],
  ['lone surrogates', 'a\ud800b\udc00', 'a\\u{d800}b\\u{dc00}'],
  ['a zero-width space', 'pay\u200bpal', 'pay\\u{200b}pal'],
  ['a joiner between Latin letters', 'a\u200db\u200cc', 'a\\u{200d}b\\u{200c}c'],
  ['fillers that fonts leave blank', '\u3164', '\\u{3164}'],
  ['tag characters', '\u{e0041}', '\\u{e0041}'],
  ['a pile of variation selectors', 'a\ufe0f\ufe0f', 'a\ufe0f\\u{fe0f}'],
];

for (const [what, text, shown] of escaped) {
  test(`writes out ${what}`, () => assert.equal(escapeText(text), shown));
}

for (const text of ['plain', 'naïve café', '收到', 'こんにちは', '👩‍👩‍👧‍👦🏳️‍🌈👍🏽', 'क्‍ष', 'می‌خواهم', 'C:\\path']) {
  test(`leaves ${JSON.stringify(text)} as it is`, () => assert.equal(escapeText(text), text));
}

test('writes out the seventh combining mark of a pile, and those after', () => {
  const marks = '\u0301'.repeat(8);
  assert.equal(escapeText(`a${marks}`), `a${'\u0301'.repeat(6)}\\u{301}\\u{301}`);
});

test('leaves nothing that a terminal obeys, whatever the code unit', () => {
  for (let unit = 0; unit < 0x10000; unit++) {
    const shown = escapeText(`a${String.fromCharCode(unit)}b`);
    assert.ok(
      !/[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029\ud800-\udfff]/.test(shown),
      unit.toString(16),
    );
  }
});

test('quotes text so that its ends are seen', () => {
  assert.equal(quoteText('say "a\\b"\n'), '"say \\"a\\\\b\\"\\n"');
});

test('does not look whole where only the beginning was escaped', () => {
  assert.equal(escapeBeginning('x'.repeat(100), 10), `${'x'.repeat(40)}…`);
  assert.equal(escapeBeginning('x'.repeat(40), 10), 'x'.repeat(40));
});

test('a text is never cut between the halves of a surrogate pair', () => {
  const text = '😀'.repeat(100);
  for (const before of ['', 'x']) {
    for (const units of [39, 40]) {
      const whole = (before + text).slice(0, (units - before.length) % 2 === 0 ? units : units - 1);
      assert.equal(cutText(before + text, units), `${whole}…`);
    }
    assert.doesNotMatch(escapeBeginning(before + text, 10), /u\{d83d\}/);
  }
  assert.equal(cutText('\ud83d\ud83d\ude00', 1), '\ud83d…');
});

test('a text is cut in its middle between characters', () => {
  assert.equal(cutMiddle('abcdefgh', 8), 'abcdefgh');
  assert.equal(cutMiddle('abcdefghi', 8), 'abc…ghi');
  assert.equal(cutMiddle('ab😀cdef😀hi', 8), 'ab…hi');
  assert.equal(cutMiddle(cutMiddle('abcdefghi', 8).concat('j'), 8), 'abc…ghij');
  assert.equal(cutMiddle(cutMiddle('abcdefghi', 8).concat('jk'), 8), 'abc…ijk');
});
