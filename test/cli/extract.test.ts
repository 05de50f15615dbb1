// What `extract` says that it wrote, and what it could not.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { wsdissect } from './command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'wsdissect-'));
after(() => rmSync(folder, { recursive: true }));

/** The capture has two messages, of 5 octets and of more than 8. */
function accountOf(longestMessage: number): string {
  const directory = join(folder, String(longestMessage));
  const words = ['extract', 'walkthrough.pcap', '-o', directory, '--max-message', String(longestMessage)];
  return wsdissect(words).output.replace(directory, 'DIRECTORY');
}

test('one message without a payload is told of as one, several as several', () => {
  assert.equal(accountOf(8), '1 file written to DIRECTORY; 1 message without a payload at hand\n');
  assert.equal(accountOf(4), '0 files written to DIRECTORY; 2 messages without a payload at hand\n');
});

test('control frames alone cannot be asked for: none has a file', () => {
  const { exitCode, errors } = wsdissect([
    'extract',
    'walkthrough.pcap',
    '-o',
    join(folder, 'none'),
    '--opcode',
    'ping',
  ]);
  assert.equal(errors, 'wsdissect: --opcode: extract writes messages; name text or binary\n');
  assert.equal(exitCode, 2);
});

const extractTo = (directory: string) => wsdissect(['extract', 'walkthrough.pcap', '-o', directory]);

test('a directory is made with those above it', () => {
  assert.equal(extractTo(`${folder}/one/../two/three`).exitCode, 0);
  const file = join(folder, 'file');
  writeFileSync(file, '');
  for (const directory of [file, join(file, 'below')]) assert.equal(extractTo(directory).exitCode, 2);
  assert.equal(extractTo(file).errors, `wsdissect: ${file}: it is no directory; name another directory with -o\n`);
});

test('files cannot go to standard output', () => {
  const { exitCode, errors } = extractTo('-');
  assert.match(errors, /^wsdissect: -o -: payloads are written as files, .*; name a directory\n$/);
  assert.equal(exitCode, 2);
});

test('where the system makes no directory, that is said at once', { skip: process.platform !== 'linux' }, () => {
  for (const directory of ['/proc/none', '/proc/none/below']) {
    const { exitCode, errors } = extractTo(directory);
    assert.equal(errors, `wsdissect: ${directory}: no directory can be made there; name another directory with -o\n`);
    assert.equal(exitCode, 2);
  }
});
