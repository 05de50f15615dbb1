// What `wsdissect/testing` gives, in a test as a user would write it: a server of `ws`, its sockets handed to the tap, and what
// was said on the wire held against expectations.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { WebSocket, WebSocketServer } from 'ws';
import { ARTICLE_PROTO, connect, serve } from '../src/endpoint/index.ts';
import { ExpectationsMissed, expectCapture, record, type SocketTap } from '../src/testing.ts';

const WALKTHROUGH = fileURLToPath(new URL('../fixtures/walkthrough', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'wsdissect-'));
after(() => rmSync(folder, { recursive: true }));

/** A conversation with a server that says back what it hears. */
function echo(says: readonly string[], options: { output?: string } = {}): Promise<Buffer> {
  return record(async (tap) => {
    const http = createServer();
    http.on('connection', (socket) => tap.attach(socket, 'server'));
    const server = new WebSocketServer({ server: http });
    server.on('connection', (socket) =>
      socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })),
    );
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const client = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}/echo`);
    await new Promise((resolve) => client.once('open', resolve));
    for (const text of says) {
      const answer = new Promise((resolve) => client.once('message', resolve));
      client.send(text);
      await answer;
    }
    const closed = new Promise((resolve) => client.once('close', resolve));
    client.close(1000, 'done');
    await closed;
    await new Promise<void>((resolve) => http.close(() => resolve()));
  }, options);
}

/** The article's walkthrough, between its server and its client. */
async function articleTalk(tap: SocketTap): Promise<void> {
  const server = await serve({ port: 0, socketTap: tap });
  const { connection } = await connect(server.url, { protocol: server.protocol });
  await connection.send('pb.Ping', { seq: 150 });
  await connection.next();
  await connection.close();
  await server.close();
}

const expected = [
  { handshake: { status: 101, target: '/echo' } },
  {
    answered: {
      request: { direction: 'c2s', opcode: 'text' },
      answer: { direction: 's2c', opcode: 'text' },
      match: 'request.text == answer.text',
    },
  },
  { message: { direction: 'c2s', text: 'two' } },
  { close: { code: 1000, reason: 'done', by: 'both' } },
  { diagnostics: { none: 'warning' } },
];

test('what a server of ws says on the wire is as expected', async () => {
  const output = join(folder, 'echo.pcap');
  const capture = await echo(['one', 'two'], { output });
  const { verdicts, messages } = await expectCapture(capture, expected);
  assert.equal(verdicts.length, expected.length);
  assert.equal(messages, 4);
  assert.ok(readFileSync(output).equals(capture));
});

test('a miss is an error whose message shows the conversation around it', async () => {
  const capture = await echo(['one', 'tow']);
  await assert.rejects(expectCapture(capture, expected, { name: 'echo' }), (error: ExpectationsMissed) => {
    assert.ok(error instanceof ExpectationsMissed);
    assert.match(error.message, /^the capture is not as expected\n\necho: 4 messages in 1 WebSocket connection\n/);
    assert.match(error.message, /expected {2}at least 1 of c2s message with text "two"\n {6}found {5}none\n/);
    assert.match(error.message, /text: expected "two", found "one"/);
    assert.match(error.message, /→ tow/);
    assert.equal(error.verdict.verdicts.filter(({ held }) => !held).length, 1);
    return true;
  });
});

test("the article's server and client, through the registry of a file of expectations", async () => {
  const capture = await record(articleTalk);
  assert.ok(ARTICLE_PROTO.length > 0);
  await expectCapture(capture, join(WALKTHROUGH, 'walkthrough.expect.yaml'));
});

test("the article's registry is known by its word, in a file and in data", async () => {
  const capture = join(WALKTHROUGH, 'walkthrough.pcap');
  const expect = [{ message: { type: 'pb.Ping', times: 1 } }];
  const file = join(folder, 'article.yaml');
  writeFileSync(file, `registry: article\nexpect: ${JSON.stringify(expect)}\n`);
  await expectCapture(capture, file);
  await expectCapture(capture, { registry: 'article', expect });
  const slip = [{ message: { type: 'pb.Pnig', times: 0 } }];
  await assert.rejects(
    expectCapture(capture, { registry: 'article', expect: slip }),
    /expect\.0\.message\.type: the registry gives no id to pb\.Pnig; did you mean pb\.Ping\?$/,
  );
});

test('expectations that are none are told by path, those of a file by place', async () => {
  await assert.rejects(expectCapture(Buffer.alloc(0), [{ mesage: {} }]), /expect\.0\.mesage: unknown key "mesage"/);
  await assert.rejects(expectCapture(Buffer.alloc(0), join(folder, 'nowhere.yaml')), /nowhere\.yaml: .*no such file/);
});

test('what is undefined, by a slip of the program, is refused', async () => {
  const slip = { direction: 'c2s', text: undefined };
  await assert.rejects(
    expectCapture(Buffer.alloc(0), [{ message: slip }]),
    /expect\.0\.message\.text: it is undefined/,
  );
  await assert.rejects(
    expectCapture(Buffer.alloc(0), [{ message: { value: { list: [1, undefined] } } }]),
    /list\.1: it is/,
  );
});

test('a capture that is not there is told by its name', async () => {
  await assert.rejects(
    expectCapture('nowhere.pcap', expected),
    /^CaptureError: nowhere\.pcap: cannot be read: there is no/,
  );
});

test('a miss gives the runner of a workflow no command, whatever was said', async () => {
  const capture = await echo(['##[error]pwned']);
  await assert.rejects(expectCapture(capture, expected), (error: ExpectationsMissed) => {
    assert.ok(inspect(error).includes('##\\x5berror]pwned'), inspect(error));
    assert.ok(!inspect(error).includes('##['));
    return true;
  });
});

test('what was said until a run failed is in its file', async () => {
  const output = join(folder, 'failed.pcap');
  const run = record(
    async (tap) => {
      await articleTalk(tap);
      throw new Error('the test fails');
    },
    { output },
  );
  await assert.rejects(run, /the test fails/);
  await expectCapture(output, join(WALKTHROUGH, 'walkthrough.expect.yaml'));
});

test('a recording ends by its signal', async () => {
  const reason = new Error('enough');
  const controller = new AbortController();
  const run = record(() => new Promise(() => setTimeout(() => controller.abort(reason), 20)), {
    signal: controller.signal,
  });
  await assert.rejects(run, reason);
});

test('a capture that is cut is a miss', async () => {
  const capture = await echo(['one']);
  const cut = capture.subarray(0, capture.length - 5);
  await assert.rejects(expectCapture(cut, [{ connections: { webSocket: 1 } }]), /the capture is incomplete: /);
});
