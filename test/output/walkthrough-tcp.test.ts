// What a walkthrough says of TCP where packets are not as they mostly are: sides that end at the same time, flags and options
// that are seldom, octets that the capture lacks.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { frameOctets } from '../support/tcp-packet.ts';
import {
  CLOSE,
  clientFrame,
  closePayload,
  concat,
  frame,
  TEXT,
  upgradeRequest,
  upgradeResponse,
} from '../support/websocket-writer.ts';
import { said, told, toldOnOneLine, upgraded } from './told-walkthrough.ts';

test('sides that end at the same time do not acknowledge what has not come yet', async () => {
  const talk = upgraded().finish('c2s').finish('s2c').acknowledge('c2s').acknowledge('s2c');
  const [clientFin, serverFin, clientAck, serverAck] = talk.packets.slice(7);
  const crossing = { ...serverFin, acknowledgment: clientFin.sequence };
  const packets = [...talk.packets.slice(0, 7), clientFin, crossing, clientAck, serverAck];
  const text = await toldOnOneLine(packets);
  assert.match(
    text,
    /The server has nothing more to send either\. Its acknowledgment number does not reach to the other's FIN/,
  );
  assert.match(text, /The last ACK packet 11, .*Both FINs are acknowledged.*Both sides remember it/);
  assert.doesNotMatch(text, /acknowledges the other's FIN|The side that closed first/);
  // Of the client's FIN there is no acknowledgment now.
  assert.doesNotMatch(await toldOnOneLine(packets.slice(0, -1)), /The last ACK|the connection is gone/);
  assert.match(
    await toldOnOneLine(talk.packets.slice(0, -1)),
    /nothing more to send either, and acknowledges the other's FIN/,
  );
});

test('a reset is not told as the last acknowledgment', async () => {
  const text = await toldOnOneLine(upgraded().finish('s2c').finish('c2s').reset('s2c').packets);
  assert.doesNotMatch(text, /The last ACK|the connection is gone/);
  assert.match(text, /RST: the server breaks off/);
});

test('every flag of a segment has its name', async () => {
  const talk = upgraded();
  const [syn, ...later] = talk.packets;
  const text = await told([{ ...syn, flags: 0xc2 }, ...later, { ...later[1], flags: 0x30 }], 120);
  assert.match(text, / {2}1 {2}0\.000000 {2}→ {2}SYN ECE CWR +0 {2}asks to connect/);
  assert.match(text, / {2}8 {2}0\.007000 {2}→ {2}ACK URG +0 {2}acknowledges/);
});

test('a SYN says at a glance what it carries', async () => {
  const early = concat(upgradeRequest(), clientFrame(TEXT, 'early'));
  const talk = new TcpConversation().open(early).exchange('s2c', upgradeResponse());
  const text = await told(talk.packets, 120);
  assert.equal(said(text, 1), 'asks to connect; GET /connect; text, 5 octets');
  assert.equal(said(text, 2), 'agrees to connect');
  const [syn, ...rest] = talk.packets;
  const again = await told([syn, syn, ...rest], 120);
  assert.deepEqual(
    [said(again, 1), said(again, 2)],
    ['asks to connect; GET /connect; text, 5 octets', 'asks to connect'],
  );
  const request = await told(
    new TcpConversation().open(upgradeRequest()).exchange('s2c', upgradeResponse()).packets,
    80,
  );
  assert.equal(said(request, 1), 'asks to connect; GET /connect');
  const [head, tail] = [upgradeRequest().subarray(0, 20), upgradeRequest().subarray(20)];
  const cut = new TcpConversation().open(head).exchange('c2s', tail).exchange('s2c', upgradeResponse());
  assert.equal(said(await told(cut.packets), 1), 'asks to connect; data');
});

test('a segment that carries nothing at all is not said to acknowledge', async () => {
  const talk = upgraded();
  const empty = { ...talk.packets[6], flags: 0 };
  assert.equal(said(await told([...talk.packets, empty]), 8), 'carries nothing');
});

test('the packet that acknowledges a frame is called the next only where it is', async () => {
  const talk = upgraded().send('c2s', clientFrame(TEXT, 'hello')).send('s2c', frame(TEXT, 'one'));
  const answer = talk.packets[8];
  const early = { ...answer, acknowledgment: talk.packets[7].sequence };
  talk.send('s2c', frame(TEXT, 'two'));
  const later = await toldOnOneLine([...talk.packets.slice(0, 8), early, talk.packets[9]]);
  assert.match(later, /A later packet of the server acknowledges it as well/);
  assert.match(await toldOnOneLine(talk.packets), /The server's next packet acknowledges it as well/);
});

test('options of a SYN are told by what the other side said', async () => {
  const { packets } = upgraded();
  const [syn, synAck, ...later] = packets;
  const scale = Uint8Array.of(1, 3, 3, 7);
  const clock = Uint8Array.of(1, 1, 8, 10, 0, 0, 0, 9, 0, 0, 0, 0);
  const asked = { ...syn, options: concat(scale, clock) };
  const alone = await toldOnOneLine([asked, synAck, ...later]);
  assert.match(
    alone,
    /would count in units of 128 octets; the other side does not do so, so that they count as they are/,
  );
  assert.match(alone, /its own clock says 9, and the other's is not known yet/);
  const both = await toldOnOneLine([asked, { ...synAck, options: scale }, ...later]);
  assert.match(both, /the windows that it announces later count in units of 128 octets/);
  assert.doesNotMatch(both, /count as they are/);
  const cut = frameOctets({ ...synAck, options: concat(clock, scale) }).subarray(0, 54 + clock.length);
  assert.doesNotMatch(await toldOnOneLine([asked, cut, ...later]), /count as they are/);
});

test('octets that the capture cut off are not said to be in no packet', async () => {
  const talk = upgraded().send('c2s', clientFrame(TEXT, 'hello')).send('c2s', clientFrame(TEXT, 'again'));
  const [cut, ...others] = talk.packets.slice(7);
  const octets = frameOctets(cut);
  const packets = [...talk.packets.slice(0, 7), octets.subarray(0, octets.length - 2), ...others];
  const text = await toldOnOneLine(packets);
  assert.match(text, /2 octets of the client's stream were cut off by the capture/);
  assert.match(text, /In all the client sends 1 message and the server 0, as far as they are there whole\./);
  const lost = await toldOnOneLine([...talk.packets.slice(0, 7), ...others]);
  assert.match(lost, /11 octets of the client's stream are in no packet/);
});

test('a note is not called a broken rule', async () => {
  const text = await toldOnOneLine(upgraded().close().packets);
  assert.match(text, /Diagnostics, and octets that are missing: .*note .*close-missing/);
  assert.doesNotMatch(text, /broken/);
});

test('octets that come once more are told apart: sent again, or captured again', async () => {
  const { packets } = upgraded().exchange('c2s', clientFrame(TEXT, 'hello'));
  const hello = { ...packets[7], identification: 7 };
  const again = { ...hello, identification: 8 };
  const text = await toldOnOneLine([...packets.slice(0, 7), hello, hello, again, again, ...packets.slice(8)]);
  assert.equal(text.match(/captured again: a copy of a packet before/g)?.length, 2);
  assert.equal(text.match(/sent again: these octets were captured before/g)?.length, 1);
});

test('a reset behind the end breaks nothing off', async () => {
  const text = await toldOnOneLine(upgraded().close().reset('c2s').packets);
  assert.match(text, /RST from the client, behind the end .*closed by both sides already/);
  assert.doesNotMatch(text, /breaks/);
  assert.match(await toldOnOneLine(upgraded().reset('c2s').packets), /RST: the client breaks off/);
});

test('octets captured behind the FIN at which they end are the first of their direction', async () => {
  const goodbye = closePayload(1000, 'idle for ten minutes and more');
  const talk = upgraded();
  talk.send('s2c', frame(CLOSE, goodbye)).finish('s2c').acknowledge('c2s');
  talk
    .send('c2s', clientFrame(CLOSE, closePayload(1000)))
    .finish('c2s')
    .acknowledge('s2c');
  const [data, fin, ...later] = talk.packets.slice(7);
  const packets = [fin, data, ...later];
  assert.equal(said(await told(packets), 2), 'close, 31 octets');
  const text = await toldOnOneLine(packets);
  assert.match(text, /The server's first frame .* The TCP payload of this packet is one WebSocket frame of 33 octets/);
  assert.doesNotMatch(text, /sent again|goes on in later packets|not all in one stretch/);
  assert.match(text, /The client answers: close 1000/);
  assert.match(text, /The last ACK/);
});

test('a frame behind octets that the other side acknowledged before any was captured lies where it does', async () => {
  const talk = upgraded().send('s2c', frame(TEXT, 'lost')).acknowledge('c2s').skip('s2c', 100);
  for (let message = 0; message < 8; message++) {
    talk.exchange('s2c', frame(TEXT, `hello ${message}`)).exchange('c2s', clientFrame(TEXT, `hello ${message}`));
  }
  const text = await toldOnOneLine(talk.packets.slice(8));
  assert.match(text, /100 octets of the server's stream are in no packet/);
  assert.match(text, /The server's first message .* The TCP payload of this packet is one WebSocket frame of 9 octets/);
});

test('the FIN is not counted among the octets that are acknowledged', async () => {
  const talk = upgraded().send('c2s', clientFrame(TEXT, 'hello')).finish('c2s').acknowledge('s2c').finish('s2c');
  const octets = talk.packets[7].sequence + 11 - (talk.packets[0].sequence + 1);
  const text = await toldOnOneLine(talk.packets);
  assert.match(
    text,
    new RegExp(
      `the server's TCP has the first ${octets} octets of the client's stream and its FIN: the frame to its last octet \\(`,
    ),
  );
});
