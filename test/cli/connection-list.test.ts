// Which conversation is meant where none is named: the only one; of several a list to choose from.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { talk } from '../check/captures.ts';
import { captureOf } from '../support/capture-builder.ts';
import { wsdissect } from './command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'wsdissect-'));
after(() => rmSync(folder, { recursive: true }));

/** A capture of so many conversations, without its last octets. */
function capture(name: string, conversations: number, cut = 0): string {
  const talks = Array.from({ length: conversations }, (_, index) =>
    talk([['c2s', `said ${index}`]], { port: 40_001 + index, target: `/room/${index}` }),
  );
  const octets = captureOf(talks.flatMap(({ packets }) => packets));
  const file = join(folder, `${name}.pcap`);
  writeFileSync(file, octets.subarray(0, octets.length - cut));
  return file;
}

test('the only conversation need not be named, also where the capture is cut behind it', () => {
  const whole = wsdissect(['follow', capture('one', 1)]);
  assert.equal(whole.exitCode, 0);
  assert.match(whole.output, /said 0/);
  const cut = wsdissect(['follow', capture('one-cut', 1, 1)]);
  assert.equal(cut.exitCode, 3);
  assert.match(cut.output, /said 0/);
  assert.match(cut.errors, /one-cut\.pcap: the capture ends inside record/);
});

test('of several conversations the first twenty are listed, and one is to be named', () => {
  const two = capture('two', 2);
  const { exitCode, output, errors } = wsdissect(['follow', two]);
  assert.deepEqual([exitCode, output], [2, '']);
  const [first, ...listed] = errors.trimEnd().split('\n');
  assert.equal(first, `wsdissect: ${two}: it has 2 WebSocket connections; name one of these`);
  assert.deepEqual(
    listed.map((line) => line.trim().split(/\s+/)[0]),
    ['0', '1'],
  );
  assert.match(listed[1], /\/room\/1/);
  const many = wsdissect(['follow', capture('many', 22)])
    .errors.trimEnd()
    .split('\n');
  assert.equal(many.length, 1 + 20 + 1);
  assert.equal(many.at(-1), '  … and 2 more');
  assert.match(wsdissect(['follow', two, '1']).output, /said 1/);
});

test('where the capture is damaged, that is told in place of a list that lacks what could not be read', () => {
  for (const conversations of [2, 0]) {
    const file = capture(`damaged-${conversations}`, conversations, 1);
    const { exitCode, errors } = wsdissect(['follow', file]);
    assert.equal(exitCode, 3, errors);
  }
});
