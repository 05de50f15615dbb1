// The article's conversation, told: text, Markdown and HTML as golden files beside the capture. `UPDATE_GOLDEN=1` renews
// them; read what changed.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadRegistry, type PayloadCodec, ProtobufCodec } from '../../src/codec/index.ts';
import { NoConversationError, walkthrough } from '../../src/output/walkthrough/index.ts';
import { sharedCaptures, withoutSharedCaptures } from '../support/shared-captures.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));
const CAPTURE = fixture('walkthrough/walkthrough.pcap');

async function codec(): Promise<ProtobufCodec> {
  return new ProtobufCodec(await loadRegistry(fixture('walkthrough/walkthrough.registry.yaml')));
}

for (const [format, extension] of [
  ['text', 'txt'],
  ['markdown', 'md'],
  ['html', 'html'],
] as const) {
  test(`the article's conversation reads as ${format} as it did`, async () => {
    const { text } = await walkthrough(CAPTURE, { format, colour: false, codec: await codec() });
    const golden = fixture(`walkthrough/walkthrough.${extension}`);
    if (process.env.UPDATE_GOLDEN) writeFileSync(golden, text);
    assert.equal(text, readFileSync(golden, 'utf8'));
  });
}

test('the story has every step of the article, and its error about header sizes', async () => {
  const { text } = await walkthrough(CAPTURE, { format: 'text', colour: false, codec: await codec() });
  const steps = [
    'SYN',
    'SYN ACK',
    'GET',
    '101',
    '258EAFA5-E914-47DA-95CA-C5AB0DC85B11',
    'pb.Ping',
    'pb.Pong',
    '1000',
    'FIN',
  ];
  let at = 0;
  for (const step of steps) {
    const found = text.indexOf(step, at);
    assert.ok(found >= 0, `${step} is not told in its place`);
    at = found;
  }
  assert.match(text, /2, 4 or 10/);
  assert.match(text, /6, 8 or 14/);
});

test('a codec of any kind names the octets, and none of what it says reaches the terminal raw', async () => {
  const own: PayloadCodec = {
    write: () => ({ code: 'ErrNotRegister', message: 'no' }),
    typeOf: () => null,
    explain: ({ length }) => [
      { start: 0, end: 1, kind: 'id', name: 'kind', meaning: ['a ', { quoted: 'chat.Hello' }] },
      { start: 1, end: length, kind: 'broken', name: 'b\x1b[2Jdy', meaning: [{ quoted: '\x1b[2J' }, ' is no JSON'] },
    ],
  };
  const silent: PayloadCodec = { write: own.write, typeOf: own.typeOf };
  const told = async (format: 'text' | 'html', codec: PayloadCodec) =>
    (await walkthrough(CAPTURE, { format, codec, width: 120 })).text;
  for (const format of ['text', 'html'] as const) {
    const text = await told(format, own);
    assert.match(text, /kind.*a .*chat\.Hello/);
    assert.match(text, /b\\x1b\[2Jdy/);
    assert.match(text, /\\x1b\[2J.* is no JSON/);
    assert.ok(!text.includes('\x1b'));
    assert.doesNotMatch(text, /--registry FILE/);
    assert.match(await told(format, silent), /--registry FILE/);
  }
});

test('text stays within 80 columns and has no colour where none is wanted', async () => {
  const { text } = await walkthrough(CAPTURE, { format: 'text', colour: false, codec: null });
  assert.ok(!text.includes('\x1b'));
  for (const line of text.split('\n')) assert.ok([...line].length <= 80, line);
});

test('a capture without WebSocket is said to have none', async () => {
  await assert.rejects(
    walkthrough(fixture('no-websocket/no-websocket.pcap'), { format: 'text', codec: null }),
    NoConversationError,
  );
});

test('it works on recorded captures of all kinds', { skip: withoutSharedCaptures }, async () => {
  for (const name of ['gorilla-ipv6', 'gorilla-big', 'ws-fragments', 'gorilla-refusals', 'ws-nginx', 'gorilla-close']) {
    for (const format of ['text', 'markdown', 'html'] as const) {
      const { text } = await walkthrough(`${sharedCaptures}/core/${name}.pcap`, { format, codec: null });
      assert.ok(text.length > 2000, name);
    }
  }
});
