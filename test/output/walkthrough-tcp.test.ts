// What a walkthrough says of TCP where packets are not as they mostly are: sides that end at the same time, flags and options
// that are seldom, octets that the capture lacks.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frameOctets } from '../support/tcp-packet.ts';
import { clientFrame, concat, frame, TEXT } from '../support/websocket-writer.ts';
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
