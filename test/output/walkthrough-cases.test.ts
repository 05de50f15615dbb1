// Conversations that a walkthrough must not stumble over: long frames, frames that share their packet, packets sent twice,
// late or only to ask; and terminals of any width.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { constants, deflateRawSync } from 'node:zlib';
import { displayWidth } from '../../src/output/display-width.ts';
import { walkthrough } from '../../src/output/walkthrough/index.ts';
import { TcpConversation } from '../support/tcp-conversation.ts';
import {
  BINARY,
  CLOSE,
  CONTINUATION,
  clientFrame,
  closePayload,
  concat,
  frame,
  TEXT,
  upgradeRequest,
  upgradeResponse,
} from '../support/websocket-writer.ts';
import { said, told, toldOnOneLine, upgraded } from './told-walkthrough.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures', import.meta.url));
const WIDTHS = [40, 50, 60, 72, 80, 120];

test('a frame that announces more octets than there can be has its place in the layout', async () => {
  for (const statedLength of [12_345_678, 2 ** 40, 2n ** 63n - 1n]) {
    const talk = upgraded().exchange('c2s', clientFrame(BINARY, 'what is there', { lengthBits: 64, statedLength }));
    for (const width of WIDTHS) {
      const text = await told(talk.packets, width);
      for (const line of text.split('\n')) assert.ok(displayWidth(line) <= width, line);
    }
  }
});

test('a length that no double holds is read exactly beside its octets, and nowhere told rounded', async () => {
  for (const [statedLength, exact] of [
    [2n ** 53n + 1n, '9,007,199,254,740,993'],
    [2n ** 63n - 1n, '9,223,372,036,854,775,807'],
    [2n ** 64n - 1n, '18,446,744,073,709,551,615'],
  ] as const) {
    const text = await toldOnOneLine(
      upgraded().exchange('c2s', clientFrame(BINARY, 'there', { statedLength })).packets,
    );
    assert.deepEqual([...new Set(text.match(/\d[\d,]{16,}/g))], ['9,007,199,254,740,991', exact]);
    assert.match(text, new RegExp(`${exact} octets of payload, big-endian`));
    assert.match(text, /This frame is more than 9,007,199,254,740,991 octets/);
  }
});

for (const width of WIDTHS) {
  test(`no line is wider than ${width} columns`, async () => {
    const long = upgraded()
      .exchange('c2s', clientFrame(BINARY, new Uint8Array(300).fill(7)))
      .exchange('s2c', frame(BINARY, new Uint8Array(70_000)))
      .exchange('c2s', clientFrame(CLOSE, closePayload(1000, 'so long, and thanks')))
      .close();
    const texts = [await told(long.packets, width)];
    for (const name of readdirSync(FIXTURES)) {
      const file = `${FIXTURES}/${name}/${name}.pcap`;
      if (name === 'no-websocket' || !existsSync(file)) continue;
      texts.push((await walkthrough(file, { format: 'text', width, codec: null })).text);
    }
    for (const line of texts.join('').split('\n')) assert.ok(displayWidth(line) <= width, line);
  });
}

test('a length in 16 and in 64 bits stands in a row of its own, between the second octet and the key', async () => {
  const text = await told(
    upgraded()
      .exchange('c2s', clientFrame(BINARY, new Uint8Array(300).fill(7)))
      .exchange('s2c', frame(BINARY, new Uint8Array(70_000))).packets,
    200,
  );
  const rows = text.split('\n').map((line) => line.trim().replace(/ {2,}/g, ' | '));
  const client = rows.indexOf('1 | fe | MASK length | masked; the length follows in 2 octets');
  assert.deepEqual(rows.slice(client + 1, client + 4), [
    '2 | 01 2c | length | 300 octets of payload, big-endian',
    '4 | 37 fa 21 3d | masking key | 37fa213d, to be drawn anew for each frame',
    '8 | 30 fd 26 3a 30 fd 26 3a | payload, masked | to be read with the key',
  ]);
  const server = rows.indexOf('1 | 7f | MASK length | not masked; the length follows in 8 octets');
  assert.ok(server > client);
  assert.equal(rows[server + 1], '2 | 00 00 00 00 00 01 11 70 | length | 70,000 octets of payload, big-endian');
  assert.equal(rows[server + 2].slice(0, 29), '10 | 00 00 00 00 00 00 00 00 ');
  assert.match(text.replaceAll('\n', ' '), /It begins at octet 0 of the TCP payload and goes on in later packets/);
});

test("a frame that begins in the 101's segment is shown with its place behind the answer", async () => {
  const answer = upgradeResponse();
  const text = await told(
    new TcpConversation()
      .open()
      .exchange('c2s', upgradeRequest())
      .exchange('s2c', concat(answer, frame(TEXT, 'welcome'))).packets,
  );
  const total = answer.length + 9;
  assert.match(
    text.replaceAll('\n', ' '),
    new RegExp(`stands at octets ${answer.length} to ${total - 1} of the TCP payload, which has ${total}`),
  );
  assert.match(text, /The payload is text in UTF-8: welcome/);
  assert.equal(said(text, 6), '101 Switching Protocols; text, 7 octets');
});

test('of frames that share a packet each is named, and the first is laid out', async () => {
  const text = await told(
    upgraded().exchange(
      'c2s',
      concat(clientFrame(TEXT, 'one'), clientFrame(TEXT, 'three'), clientFrame(BINARY, 'x'), clientFrame(TEXT, '')),
    ).packets,
  );
  assert.equal(said(text, 8), 'text, 3 octets; text, 5 octets; binary, 1 octet; 1 frame more');
  assert.match(text.replaceAll('\n', ' '), /It stands at octets 0 to 8 of the TCP payload, which has 33:/);
});

test('a conversation whose first segment comes in fragments of IP is told from it on', async () => {
  const capture = readFileSync(`${FIXTURES}/links/ipv4-fragments.pcap`);
  let at = 24;
  for (let syns = 0; syns < 3; syns++) at += 16 + capture.readUInt32LE(at + 8);
  const late = Buffer.concat([capture.subarray(0, 24), capture.subarray(at)]);
  const { text } = await walkthrough(late, { format: 'text', width: 80, codec: null });
  assert.match(text, / {2}PSH ACK {3}160 {2}GET \/connect/);
  assert.match(text, /belongs to a\s+connection\s+that\s+stood already/);
});

test('fragments are named by the part that they are', async () => {
  const text = await told(
    upgraded()
      .exchange('s2c', frame(TEXT, 'be', { fin: false }))
      .exchange('s2c', frame(CONTINUATION, 'gin', { fin: false }))
      .exchange('s2c', frame(CONTINUATION, 'ning')).packets,
  );
  assert.equal(said(text, 8), 'text (first part), 2 octets');
  assert.equal(said(text, 10), 'continuation, 3 octets');
  assert.equal(said(text, 12), 'continuation (last part), 4 octets');
});

test('a keep-alive, a segment sent again and one that comes late are told apart', async () => {
  const { packets } = upgraded()
    .exchange('c2s', clientFrame(TEXT, 'first'))
    .exchange('c2s', clientFrame(TEXT, 'second'))
    .exchange('c2s', clientFrame(TEXT, 'third'));
  const [first, firstAck, second, secondAck, third, thirdAck] = packets.slice(7);
  const probe = { ...thirdAck, ...third, payload: new Uint8Array(0), flags: thirdAck.flags };
  probe.sequence = (third.sequence + third.payload.length - 1) >>> 0;
  const text = await told([
    ...packets.slice(0, 7),
    first, // 8
    firstAck,
    third, // 10: the second is missing before it
    second, // 11: and comes late
    { ...second, identification: 9 }, // 12: and again
    secondAck,
    thirdAck,
    probe, // 15
  ]);
  assert.equal(said(text, 8), 'text, 5 octets');
  assert.equal(said(text, 10), 'text, 5 octets; octets before these are not captured yet');
  assert.equal(said(text, 11), 'text, 6 octets; comes late: octets behind these were captured before');
  assert.equal(said(text, 12), 'sent again: these octets were captured before');
  assert.equal(said(text, 15), 'keep-alive: asks whether the other is still there');
});

test('in a burst the packets of the middle are named as well', async () => {
  const conversation = upgraded();
  for (let packet = 0; packet < 12; packet++) {
    conversation.send('c2s', concat(...Array.from({ length: 40 }, () => clientFrame(TEXT, 'tick'))));
  }
  const text = await told(conversation.packets);
  for (let packet = 8; packet < 20; packet++) {
    assert.equal(said(text, packet), 'text, 4 octets; text, 4 octets; text, 4 octets; 37 frames more');
  }
});

test('what was captured keeps its spaces', async () => {
  const { packets } = upgraded().exchange('c2s', clientFrame(TEXT, '   leading and   many   spaces'));
  const text = await told(packets);
  assert.match(text, /The payload is text in UTF-8: {4}leading and {3}many {3}spaces\n/);
  assert.match(text, / 8 .* text +30 {5}leading and {3}many {3}spaces\n/);
});

test('of captured spaces at the end of a line the first is the break, and the others begin the next', async () => {
  const { packets } = upgraded().exchange('c2s', clientFrame(TEXT, `${'a'.repeat(44)}    b${' '.repeat(90)}c`));
  const text = await told(packets, 76);
  assert.match(text, /UTF-8: a{44}\n {3}b\n/);
  for (const line of text.split('\n')) assert.ok(displayWidth(line) <= 76, line);
});

test('the length of a compressed message is told as on the wire, and inflated as that', async () => {
  const deflate = [['Sec-WebSocket-Extensions', 'permessage-deflate']] as const;
  const octets = deflateRawSync('hello '.repeat(80), { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
  const talk = upgraded(deflate).exchange('c2s', clientFrame(TEXT, octets, { rsv: 4 }));
  const text = await told(talk.packets, 120);
  assert.equal(said(text, 8), `text, ${octets.length} octets, compressed`);
  assert.match(text, /length in octets of payload, of compressed messages once they are inflated:/);
  assert.match(text, / 8 .* text +480 +hello/);
  const plain = await told(upgraded(deflate).exchange('c2s', clientFrame(TEXT, 'hello')).packets, 120);
  assert.equal(said(plain, 8), 'text, 5 octets');
  assert.doesNotMatch(plain, /once they are inflated/);
});

test('of a message that never ends it is told how much of it is there', async () => {
  const long = frame(TEXT, 'x'.repeat(100));
  const { packets } = upgraded().exchange('s2c', long.subarray(0, 14)).close('s2c');
  const text = await told(packets, 200);
  assert.equal(said(text, 8), 'text, 12 of 100 octets');
  assert.match(
    text,
    /It begins at octet 0 of the TCP payload and its end never comes: of its payload 12 octets are there/,
  );
  const { packets: whole } = upgraded().exchange('s2c', long.subarray(0, 14)).exchange('s2c', long.subarray(14));
  assert.equal(said(await told(whole, 120), 8), 'text, 100 octets');
});

test('of a message with a hole it is told what is there', async () => {
  const pieces = [`hello ${'a'.repeat(80)}`, 'lost', '  again', 'lost', '\xff', 'lost', 'third', 'lost', 'last'];
  const octets = pieces.map((piece) => Buffer.from(piece, 'latin1'));
  const talk = upgraded().send('s2c', concat(frame(TEXT, concat(...octets)).subarray(0, 2), octets[0]));
  for (let index = 1; index < octets.length; index += 2) {
    talk.skip('s2c', octets[index].length).send('s2c', octets[index + 1]);
  }
  const text = await told(talk.exchange('s2c', frame(TEXT, 'whole')).packets, 400);
  assert.match(
    text,
    /of text are there \(docs\/limits\.md\); from octet 0: hello a{54}…; from octet 90: {3}again; from octet 101: ff \|\.\|; 2 stretches more\n/,
  );
});
