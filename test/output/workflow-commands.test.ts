// Commands of GitHub workflows in what is printed, however its text comes in pieces.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type EscapeNotation, WorkflowCommandBreaker } from '../../src/output/workflow-commands.ts';

/** What the runner takes for a command (actions/runner, ActionCommand.cs). */
const COMMAND = /^\s*::|##\[/m;

const TEXTS = [
  '::error::x\n',
  '  ::set-output name=a::b\r\n ::warning::y\n',
  'a ##[error]x ###[group]\n',
  '\u3000::add-mask::x\n\n::\n:::\n \n::',
  'a\r \t::b',
  'connection 0  10.0.0.1:40001\n##[',
];

function broken(pieces: readonly string[], notation: EscapeNotation = 'text'): string {
  const breaker = new WorkflowCommandBreaker(notation);
  return pieces.map((piece) => breaker.broken(piece)).join('');
}

describe('commands of workflows', () => {
  it('are broken by an escape of their last character', () => {
    assert.equal(broken(['a ::b\n  ::error::x ##[error]y\n']), 'a ::b\n  :\\x3aerror::x ##\\x5berror]y\n');
  });

  it('are broken wherever the text is cut', () => {
    for (const text of TEXTS) {
      const whole = broken([text]);
      assert.doesNotMatch(whole, COMMAND);
      assert.equal(broken([...text]), whole);
      for (let cut = 0; cut <= text.length; cut++) assert.equal(broken([text.slice(0, cut), text.slice(cut)]), whole);
    }
  });

  it('leave JSON the value that it had', () => {
    const value = { '##[a]': ['::x\n::y ##[error]\\##['] };
    const text = broken([JSON.stringify(value)], 'json');
    assert.doesNotMatch(text, COMMAND);
    assert.deepEqual(JSON.parse(text), value);
  });

  it('take no longer where there are many lines or blanks', () => {
    const start = performance.now();
    broken(['\n'.repeat(1e6), ' '.repeat(1e6), '#'.repeat(1e6)]);
    assert.ok(performance.now() - start < 2000);
  });
});
