// What `connect` and `serve` print of an other end that means no good: its texts, its close reason, its request.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import { startWsdissect } from '../cli/command-line.ts';
import { RawClient, upgradeRequest } from '../endpoint/raw-client.ts';
import { BINARY, CLOSE, clientFrame, closePayload, TEXT } from '../support/websocket-writer.ts';

const HOSTILE = '\x1b[2J\x1b]0;owned\x07\x9b31m\x00\r\x7f\u202eabc\u2066\u2028\ufeff';
const SHORT = '\x1b[2J\u202e';
const UNSAFE = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff]/;

function assertSafe(text: string): void {
  const found = UNSAFE.exec(text);
  assert.equal(found, null, `shows ${JSON.stringify(text.slice(Math.max(0, (found?.index ?? 0) - 40)))}`);
}

/** Both outputs of the program, which runs until it ends by itself or is told to. */
async function printedBy(
  words: readonly string[],
  talk: (port: () => number) => Promise<void>,
  ends: boolean,
): Promise<string> {
  const child = startWsdissect(words);
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (printed += text));
  const ended = once(child, 'close');
  child.stdin.end();
  const port = () => Number(/: (\d+)\n/.exec(printed)?.[1] ?? 0);
  if (!ends) while (port() === 0) await wait(20);
  try {
    await talk(port);
  } finally {
    if (!ends) child.kill('SIGINT');
  }
  await ended;
  return printed;
}

describe('hostile content of the other end is shown escaped', () => {
  for (const format of ['text', 'ndjson']) {
    it(`by connect, as ${format}`, async () => {
      const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
      await once(server, 'listening');
      server.on('connection', (socket) => {
        socket.send(HOSTILE);
        socket.send(Buffer.from(HOSTILE));
        socket.ping(SHORT);
        socket.close(4000, SHORT);
      });
      const { port } = server.address() as AddressInfo;
      const words = ['connect', `ws://127.0.0.1:${port}/`, '--format', format, '--wait', '5'];
      const printed = await printedBy(words, async () => {}, true);
      server.close();
      assertSafe(printed);
      assert.match(printed, /owned/);
      assert.match(printed, /4000/);
    });
  }

  it('by serve', async () => {
    const words = ['serve', '--host', '127.0.0.1', '--port', '0', '--verbose', '--echo'];
    const talk = async (port: () => number) => {
      const client = new RawClient(port());
      await client.upgrade('/connect', 'X: \u202e');
      client.send(clientFrame(TEXT, HOSTILE)).send(clientFrame(BINARY, HOSTILE));
      client.send(clientFrame(CLOSE, closePayload(4000, SHORT)));
      await client.untilEnd();
      await client.close();
      const other = new RawClient(port());
      other.send(upgradeRequest({ target: '/\x9b2J', upgrade: '\x9b2J', further: [`Origin: ${SHORT}`] }));
      await other.untilEnd();
      await other.close();
    };
    const printed = await printedBy(words, talk, false);
    assertSafe(printed);
    assert.match(printed, /owned/);
    assert.match(printed, /4000/);
  });
});
