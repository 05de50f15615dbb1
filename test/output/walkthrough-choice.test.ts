// Which connection a walkthrough tells of where nobody said, and what it says of the others. Knows nothing of the story.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { peer } from '../support/tcp-packet.ts';
import { clientFrame, frame, head, TEXT, upgradeRequest, upgradeResponse } from '../support/websocket-writer.ts';
import { toldOnOneLine } from './told-walkthrough.ts';

/** One that is opened from the client's port. */
function from(port: number): TcpConversation {
  return new TcpConversation({ client: peer('10.0.0.1', port) }).open();
}

function asked(port: number): TcpConversation {
  return from(port).exchange('c2s', upgradeRequest());
}

function refused(port: number): TcpConversation {
  return asked(port).exchange('s2c', head('HTTP/1.1 403 Forbidden', [['Content-Length', '0']]));
}

function upgraded(port: number): TcpConversation {
  return speaking(asked(port).exchange('s2c', upgradeResponse()));
}

function speaking(talk: TcpConversation): TcpConversation {
  for (let message = 0; message < 8; message++) {
    talk.exchange('c2s', clientFrame(TEXT, `hello ${message}`)).exchange('s2c', frame(TEXT, `hello ${message}`));
  }
  return talk;
}

function late(port: number): { packets: TcpConversation['packets'] } {
  return { packets: upgraded(port).packets.slice(7) };
}

function toldOf(...talks: readonly Pick<TcpConversation, 'packets'>[]): Promise<string> {
  return toldOnOneLine(talks.flatMap(({ packets }) => packets));
}

test('a conversation without its handshake is told before one that was refused', async () => {
  const text = await toldOf(refused(40001), late(40002));
  assert.match(text, /The client is 10\.0\.0\.1:40002, .* connection is number 1 of the capture/);
  assert.doesNotMatch(text, /The capture has/);
});

test('the first connection that speaks WebSocket is told, whether its handshake was captured or not', async () => {
  const text = await toldOf(late(40001), upgraded(40002), refused(40003), upgraded(40004));
  assert.match(text, /The client is 10\.0\.0\.1:40001, .* connection is number 0 of the capture/);
  assert.match(
    text,
    /The capture has 2 other connections that speak WebSocket \(1, 3\): --connection N tells of one of them\./,
  );
});

test('the first is the first by number, whatever turned out first', async () => {
  const [waiting, quick] = [asked(40001), upgraded(40002)];
  const later = speaking(waiting.exchange('s2c', upgradeResponse())).packets;
  const text = await toldOnOneLine([...later.slice(0, 5), ...quick.packets, ...later.slice(5)]);
  assert.match(text, /The client is 10\.0\.0\.1:40001/);
  assert.match(text, /The capture has 1 other connection that speaks WebSocket \(1\): --connection N tells of it\./);
});

test('a conversation whose answer was not captured speaks WebSocket', async () => {
  const { packets } = upgraded(40002);
  const unanswered = { packets: [...packets.slice(0, 5), ...packets.slice(7)] };
  assert.match(await toldOf(refused(40001), unanswered), /The client is 10\.0\.0\.1:40002/);
});

test('where none speaks WebSocket the first that was refused is told, and that there are others', async () => {
  const text = await toldOf(from(40001), refused(40002), refused(40003));
  assert.match(text, /The client is 10\.0\.0\.1:40002/);
  assert.match(
    text,
    /The capture has 1 other connection that asked for WebSocket and did not get it \(2\): --connection N tells of it\./,
  );
});

test('of many other connections the first numbers are named', async () => {
  const text = await toldOf(...Array.from({ length: 13 }, (_, index) => upgraded(40001 + index)));
  assert.match(text, /12 other connections that speak WebSocket \(1, 2, 3, 4, 5, 6, 7, 8, …\): --connection N/);
});
