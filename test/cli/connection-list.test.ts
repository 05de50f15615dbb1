// Which conversation is meant where none is named: the only one; of several a list to choose from.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { talk } from '../check/captures.ts';
import { captureOf } from '../support/capture-builder.ts';
import { wsdissect } from './command-line.ts';
import { namedPipe } from './named-pipe.ts';

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

test('follow takes the number as an option too, but not two numbers', () => {
  const two = capture('two-named', 2);
  assert.match(wsdissect(['follow', two, '-c', '1']).output, /said 1/);
  assert.match(wsdissect(['follow', two, '1', '--connection', '1']).output, /said 1/);
  const both = wsdissect(['follow', two, '1', '-c', '0']);
  assert.deepEqual(
    [both.exitCode, both.errors],
    [2, 'wsdissect: connection 1 and --connection 0 are two; name one of them\n'],
  );
});

test('where the capture is damaged, that is told in place of a list that lacks what could not be read', () => {
  for (const conversations of [2, 0]) {
    const file = capture(`damaged-${conversations}`, conversations, 1);
    const { exitCode, errors } = wsdissect(['follow', file]);
    assert.equal(exitCode, 3, errors);
  }
});

test('what comes through a named pipe is not looked through for the only conversation, which would take it away', () => {
  const { path, write } = namedPipe();
  const { exitCode, output, errors } = wsdissect(['follow', path]);
  assert.deepEqual([exitCode, output], [2, '']);
  assert.equal(errors, `wsdissect: ${path} can be read only once; give the number of the connection too\n`);
  write(capture('piped', 1));
  assert.match(wsdissect(['follow', path, '0']).output, /said 0/);
  write(capture('piped-again', 1));
  const missing = wsdissect(['follow', path, '7']);
  assert.deepEqual([missing.exitCode, missing.output], [2, '']);
  assert.match(missing.errors, /it has no WebSocket connection 7; wsdissect/);
});

test('a walkthrough holds what comes through a named pipe, as it reads it twice', () => {
  const { path, write } = namedPipe();
  const file = capture('walked', 1);
  write(file);
  const walked = wsdissect(['walkthrough', path]);
  assert.deepEqual([walked.exitCode, walked.errors], [0, '']);
  assert.equal(walked.output, wsdissect(['walkthrough', file]).output);
  const beside = wsdissect(['walkthrough', file, path]);
  assert.equal(beside.exitCode, 2);
  assert.match(beside.errors, /no stream can be among its files/);
});
