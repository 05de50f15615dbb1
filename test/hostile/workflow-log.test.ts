// What is printed where it is the log of a GitHub workflow's step, of a capture whose texts are commands to the runner: none of
// them is one there, and values for programs stay as they are. Through the program itself.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { type Run, wsdissect } from '../cli/command-line.ts';
import { PcapngBuilder } from '../support/pcapng-builder.ts';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { frameOctets } from '../support/tcp-packet.ts';
import { clientFrame, frame, TEXT, upgradeRequest, upgradeResponse } from '../support/websocket-writer.ts';

/** What the runner takes for a command (actions/runner, ActionCommand.cs). */
const COMMAND = /^\s*::|##\[/m;

const folder = mkdtempSync(join(tmpdir(), 'wsdissect-workflow-'));
after(() => rmSync(folder, { recursive: true }));
const PATH = join(folder, '##[warning]capture.pcapng');
const OTHER = join(folder, 'other.pcapng');
const EXPECTATIONS = join(folder, 'expectations.yaml');

function capture(text: string): Uint8Array {
  const fields = [['Origin', text.split('\n')[0]]] as const;
  const talk = new TcpConversation().open();
  talk.exchange('c2s', upgradeRequest({ target: '/::x##[error]', fields })).exchange('s2c', upgradeResponse());
  talk.exchange('c2s', clientFrame(TEXT, text)).exchange('s2c', frame(TEXT, text)).close();
  const builder = new PcapngBuilder().section().interface({});
  for (const packet of talk.packets) builder.enhanced({ octets: frameOctets(packet), comments: [text] });
  return builder.octets();
}

function run(words: readonly string[], inWorkflow = true): Run {
  return wsdissect(words, inWorkflow ? { environment: { GITHUB_ACTIONS: 'true' } } : {});
}

describe('in the log of a workflow nothing captured is a command', () => {
  writeFileSync(PATH, capture('##[error]a\n::error::b\n  ::set-output name=a::b\n{"c":"##[d]"}'));
  writeFileSync(OTHER, capture('hello'));
  writeFileSync(EXPECTATIONS, 'expect:\n  - message: { text: "::x" }\n  - message: { json: { a: "##[x]" } }\n');

  for (const words of [
    ['dissect', PATH],
    ['dissect', PATH, '--each', '--width', '80'],
    ['dissect', PATH, OTHER, '--each', '--jobs', '2'],
    ['follow', PATH, '0'],
    ['follow', PATH, '0', '--width', '40'],
    ['stats', PATH],
    ['streams', PATH],
    ['walkthrough', PATH],
    ['walkthrough', PATH, '--format', 'markdown'],
    ['check', PATH, '--expect', EXPECTATIONS],
    ['check', PATH, '--expect', EXPECTATIONS, '--format', 'tap'],
    ['check', PATH, '--expect', EXPECTATIONS, '--format', 'junit'],
    ['diff', OTHER, PATH],
    ['dissect', `${PATH} not there`],
  ]) {
    it(words.map((word) => word.replace(`${folder}/`, '')).join(' '), () => {
      const { output, errors } = run(words);
      assert.ok(output.length + errors.length > 50);
      assert.doesNotMatch(output, COMMAND);
      assert.doesNotMatch(errors, COMMAND);
    });
  }

  for (const words of [
    ['dissect', PATH, '--format', 'ndjson', '--payload', 'always'],
    ['dissect', PATH, '--format', 'json'],
    ['stats', PATH, '--format', 'json'],
    ['streams', PATH, '--format', 'ndjson'],
    ['diff', OTHER, PATH, '--format', 'json'],
    ['check', PATH, '--expect', EXPECTATIONS, '--format', 'sarif'],
  ]) {
    it(`and JSON has its value: ${words.filter((word) => !word.startsWith('/')).join(' ')}`, () => {
      const { output } = run(words);
      assert.doesNotMatch(output, COMMAND);
      const values = (text: string) => (words.includes('ndjson') ? text.trim().split('\n') : [text]).map(parsed);
      assert.deepEqual(values(output), values(run(words, false).output));
    });
  }

  it('while the annotations of check are commands, one a line', () => {
    const { output } = run(['check', PATH, '--expect', EXPECTATIONS, '--format', 'github']);
    const lines = output.trimEnd().split('\n');
    assert.deepEqual(
      lines.map((line) => line.startsWith('::error file=')),
      [true, true, false],
    );
  });

  it('and outside of workflows text is as it was', () => {
    assert.match(run(['dissect', PATH], false).output, /##\[error\]a/);
  });
});

function parsed(line: string): unknown {
  return JSON.parse(line);
}
