// Readers that have seen enough, as `head` has: every command and format ends quietly, however much it had to say.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { captureOf } from '../support/capture-builder.ts';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { frame, TEXT, upgradeRequest, upgradeResponse } from '../support/websocket-writer.ts';
import { startWsdissect } from './command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'wsdissect-closed-'));
after(() => rmSync(folder, { recursive: true }));

/** Each output of it is more than a pipe holds, so that it is still being written when its reader goes. */
const talk = new TcpConversation().open().exchange('c2s', upgradeRequest()).exchange('s2c', upgradeResponse());
for (let i = 0; i < 3000; i++) talk.exchange('s2c', frame(TEXT, `message ${i} ${'.'.repeat(100)}`));
const capture = join(folder, 'talk.pcap');
writeFileSync(capture, captureOf(talk.packets));
const other = join(folder, 'other.pcap');
writeFileSync(other, captureOf(talk.packets.slice(0, 20)));
const many = join(folder, 'many.pcap');
const connections = Array.from({ length: 3000 }, (_, i) => {
  const client = { address: '10.0.0.1', port: 10_000 + i };
  return new TcpConversation({ client } as object).open().packets;
});
writeFileSync(many, captureOf(connections.flat()));
const expectations = join(folder, 'expect.yaml');
writeFileSync(
  expectations,
  `expect:\n${Array.from({ length: 200 }, (_, i) => `  - { name: "the one with the number ${i}", handshake: { status: 404 } }\n`).join('')}`,
);

async function readByHead(words: readonly string[]) {
  const child = startWsdissect(words);
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors += text;
  });
  child.stdin.end();
  const [piece] = await once(child.stdout, 'data');
  assert.ok(piece.length > 0);
  child.stdout.destroy();
  const [exitCode, signal] = await once(child, 'close');
  return { exitCode, signal, errors };
}

describe('a reader that has seen enough', () => {
  const cases: string[][] = [
    [capture],
    [capture, '--frames'],
    [capture, '--format', 'ndjson'],
    [capture, '--format', 'json'],
    [capture, '--format', 'csv'],
    ['follow', capture],
    ['follow', capture, '--hex'],
    ['streams', many],
    ['streams', many, '--format', 'ndjson'],
    ['streams', many, '--format', 'json'],
    ['streams', many, '--format', 'csv'],
    ['streams', capture, '--raw', '0', '--direction', 's2c'],
    ['walkthrough', capture, '--format', 'html'],
    ['explain', '--format', 'json'],
    ['record', '-o', '-', '--scenario', 'many-messages'],
  ];
  for (const words of cases) {
    test(words.map((word) => word.replace(`${folder}/`, '')).join(' '), async () => {
      assert.deepEqual(await readByHead(words), { exitCode: 0, signal: null, errors: '' });
    });
  }

  test('what was found out by then still holds: check and diff exit 1', async () => {
    for (const words of [
      ['check', capture, '--expect', expectations, '--format', 'junit'],
      ['diff', other, capture],
    ]) {
      assert.deepEqual(await readByHead(words), { exitCode: 1, signal: null, errors: '' });
    }
  });
});
