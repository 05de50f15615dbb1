// How connections end, what their last event counts, and what TCP finds on the way: told once the connection is known to
// speak WebSocket.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { splitPacket, TcpConversation } from '../support/tcp-conversation.ts';
import { ACK, peer, RST, type TcpPacket } from '../support/tcp-packet.ts';
import {
  BINARY,
  CLOSE,
  CONTINUATION,
  clientFrame,
  frame,
  PING,
  PONG,
  TEXT,
  upgradeRequest,
  upgradeResponse,
  utf8,
} from '../support/websocket-writer.ts';
import { dissectionOf, upgraded } from './dissection.ts';

const hows = (packets: readonly TcpPacket[]) =>
  dissectionOf(packets)
    .of('end')
    .map(({ how }) => how);
const closing = () => upgraded().exchange('c2s', clientFrame(CLOSE)).exchange('s2c', frame(CLOSE));

describe('the end of a connection', () => {
  it('is a close where both sides sent a close frame, whatever TCP did then', () => {
    assert.deepEqual(hows(closing().close().packets), ['close']);
    assert.deepEqual(hows(closing().reset('c2s').packets), ['close']);
    assert.deepEqual(hows(closing().packets), ['close']);
  });

  it('is what TCP did where a close frame is missing', () => {
    assert.deepEqual(hows(upgraded().exchange('c2s', clientFrame(CLOSE)).close().packets), ['fin']);
    assert.deepEqual(hows(upgraded().reset('s2c').packets), ['rst']);
    assert.deepEqual(hows(upgraded().packets), ['capture-end']);
    const again = new TcpConversation({ clientSequence: 99_000 }).open();
    assert.deepEqual(hows([...upgraded().packets, ...again.packets]), ['replaced']);
  });

  it('is that of the capture where only one side ended, and the FIN of both also where one is known by its acknowledgment', () => {
    const talk = upgraded().finish('c2s').acknowledge('s2c').exchange('s2c', frame(TEXT, 'going on'));
    const { packets } = talk;
    const [end] = dissectionOf(packets).of('end');
    assert.deepEqual([end.how, end.packet], ['capture-end', packets.length]);
    assert.deepEqual(dissectionOf(packets).of('diagnostic'), []);
    const closed = talk.finish('s2c').acknowledge('c2s').packets;
    assert.deepEqual(hows(closed), ['fin']);
    assert.deepEqual(hows(closed.toSpliced(-2, 1)), ['fin']);
    assert.deepEqual(hows(closed.slice(0, -2)), ['capture-end']);
  });

  it('is not the refusal of a SYN that is said again, and taken then', () => {
    const talk = upgraded().exchange('c2s', clientFrame(TEXT, 'one')).exchange('s2c', frame(TEXT, 'two')).close();
    const [syn, answer] = talk.packets;
    const refusal = { ...answer, flags: RST | ACK, sequence: 0 };
    const found = dissectionOf([syn, refusal, ...talk.packets], { interval: 4e9 });
    assert.deepEqual(found.said, ['c2s one', 's2c two']);
    assert.deepEqual(
      found.of('end').map(({ how, packet }) => [how, packet > 2]),
      [['fin', true]],
    );
  });

  it('may follow upon a gap that hid a frame: then nothing is said to follow', () => {
    const hello = frame(TEXT, 'hello');
    const talk = upgraded().skip('s2c', hello.length).acknowledge('c2s').reset('s2c');
    const [lost] = dissectionOf(talk.packets).diagnostics;
    assert.equal(lost.code, 'frame-header-lost');
    assert.equal(lost.message, 'a gap hid the header of a frame, so where the next one begins is not known');
  });

  it('is no reset that lies further away than any window', () => {
    const talk = upgraded();
    const [last] = talk.packets.slice(-1);
    const forged = {
      ...last,
      flags: RST,
      sequence: (last.sequence + 3_000_000_000) % 2 ** 32,
      payload: new Uint8Array(0),
    };
    const packets = [...talk.packets, forged];
    talk.exchange('c2s', clientFrame(TEXT, 'one')).close();
    const found = dissectionOf([...packets, ...talk.packets.slice(packets.length - 1)], { interval: 4e9 });
    assert.deepEqual(found.said, ['c2s one']);
    assert.deepEqual(
      found.of('end').map(({ how }) => how),
      ['fin'],
    );
  });

  it('waits after a reset for as long as data comes late, of a connection that was expected to go on as well', () => {
    const talk = upgraded();
    for (let count = 0; count < 20; count++) talk.exchange('c2s', clientFrame(TEXT, 'x'.repeat(40)));
    talk.reset('s2c');
    for (let count = 0; count < 6; count++) talk.send('c2s', clientFrame(TEXT, 'late'));
    assert.equal(dissectionOf(talk.packets, { interval: 4e9 }).said.filter((said) => said === 'c2s late').length, 6);
  });

  it('is no lost answer where the server ended without one, whatever the client said meanwhile', () => {
    const talk = new TcpConversation()
      .open()
      .exchange('c2s', upgradeRequest())
      .exchange('c2s', clientFrame(TEXT, 'early'));
    const found = dissectionOf(talk.close('s2c').packets);
    assert.deepEqual(
      found.of('diagnostic').map(({ code }) => code),
      [],
    );
    assert.deepEqual(
      found.of('handshake').map(({ response, upgraded: isUpgraded }) => [response, isUpgraded]),
      [[null, false]],
    );
  });

  it('is told for each of several uses of one port pair, with its own messages', () => {
    const packets = ['one', 'two', 'three'].flatMap((text, use) => {
      const talk = upgraded({ clientSequence: 1000 + use * 100_000, serverSequence: 7 + use * 100_000 });
      return talk.exchange('c2s', clientFrame(TEXT, text)).packets;
    });
    const dissection = dissectionOf(packets);
    assert.deepEqual(dissection.said, ['c2s one', 'c2s two', 'c2s three']);
    assert.deepEqual(
      dissection.of('end').map(({ connection, how, c2s }) => [connection, how, c2s.messages]),
      [
        [0, 'replaced', 1],
        [1, 'replaced', 1],
        [2, 'capture-end', 1],
      ],
    );
    const { tcpConnections, webSocketConnections, messages } = dissection.summary;
    assert.deepEqual([tcpConnections, webSocketConnections, messages], [3, 3, 3]);
  });

  it('counts messages, control frames, frames and octets each way', () => {
    const talk = upgraded()
      .exchange('c2s', clientFrame(TEXT, 'a', { fin: false }))
      .exchange('c2s', clientFrame(PING));
    talk.exchange('c2s', clientFrame(0, 'b')).exchange('s2c', frame(BINARY, 'abc')).exchange('s2c', frame(CLOSE));
    const [end] = dissectionOf(talk.close().packets).of('end');
    assert.deepEqual(end.c2s, { messages: 1, controls: 1, frames: 3, octets: upgradeRequest().length + 7 + 6 + 7 });
    assert.deepEqual(end.s2c, { messages: 1, controls: 1, frames: 2, octets: upgradeResponse().length + 5 + 2 });
  });

  it('tells of what it leaves unfinished, in each direction', () => {
    const talk = upgraded().exchange('c2s', clientFrame(TEXT, 'hello').subarray(0, 8));
    talk.exchange('s2c', frame(TEXT, 'a', { fin: false })).reset('s2c');
    const dissection = dissectionOf(talk.packets);
    assert.deepEqual(
      dissection.diagnostics.map(({ code, direction, packet }) => [code, direction, packet]),
      [
        ['message-unfinished', 'c2s', 12],
        ['message-unfinished', 's2c', 12],
      ],
    );
    assert.deepEqual(dissection.said, []);
  });

  it('finds the answer of a ping also where that is known before the ping, which waited for a hole', () => {
    const [fromClient, fromServer] = [clientFrame, frame];
    for (const [direction, ping, pong] of [
      ['c2s', fromClient, fromServer],
      ['s2c', fromServer, fromClient],
    ] as const) {
      const talk = upgraded().send(direction, ping(TEXT, 'late')).send(direction, ping(PING, 'are you there'));
      talk.send(direction === 'c2s' ? 's2c' : 'c2s', pong(PONG, 'are you there'));
      const [late, ...rest] = talk.packets.splice(-3);
      const { events } = dissectionOf([...talk.packets, ...rest, late]);
      const told = events.filter((event) => event.type === 'diagnostic' && /^p[io]ng-/.test(event.code));
      assert.deepEqual(told, [], direction);
      assert.equal(events.filter(({ type }) => type === 'control').length, 2);
    }
  });

  it('names both ends, whatever their addresses', () => {
    for (const [client, server] of [
      ['10.0.0.1', '192.168.200.254'],
      ['2001:db8:1:2:3:4:5:6', 'fe80:a:b:c:d:e:f:1'],
    ]) {
      const { packets } = upgraded({ client: peer(client, 50_000), server: peer(server, 80) }).close();
      const [handshake] = dissectionOf(packets).of('handshake');
      assert.deepEqual(handshake.client, { address: client, port: 50_000 });
      assert.deepEqual(handshake.server, { address: server, port: 80 });
    }
  });

  it('comes after what was captured behind it, and is told once', () => {
    const talk = upgraded().reset('s2c').send('c2s', clientFrame(TEXT, 'late'));
    const { events } = dissectionOf(talk.packets);
    assert.deepEqual(
      events.map(({ type }) => type),
      ['capture', 'handshake', 'message', 'diagnostic', 'end', 'summary'],
    );
  });

  it('does not come where nothing was told', () => {
    const talk = new TcpConversation().open().exchange('c2s', utf8('SSH-2.0-client\r\n')).close();
    const dissection = dissectionOf(talk.packets);
    assert.deepEqual(dissection.of('end'), []);
    assert.deepEqual(dissection.summary.otherConnections, [{ protocol: 'unknown', port: 8888, connections: 1 }]);
  });
});

describe('what TCP finds', () => {
  it('is told of a WebSocket connection: differing octets', () => {
    const [left, right] = splitPacket(upgraded().send('c2s', clientFrame(TEXT, 'hello')).packets[7], 8);
    const other = { ...right, payload: right.payload.map((octet) => octet ^ 1) };
    const dissection = dissectionOf([...upgraded().packets, right, other, left]);
    assert.deepEqual(dissection.said, ['c2s hello']);
    assert.deepEqual(
      dissection.diagnostics.map(({ code, direction, severity }) => [code, direction, severity]),
      [['tcp-overlap-differs', 'c2s', 'warning']],
    );
  });

  it('is told also where it happened before the upgrade was known', () => {
    const { packets } = upgraded().exchange('c2s', clientFrame(TEXT, 'hello'));
    const [left, right] = splitPacket(packets[3], 40);
    const other = { ...right, payload: right.payload.map((octet) => octet ^ 1) };
    const dissection = dissectionOf([...packets.slice(0, 3), right, other, left, ...packets.slice(4)]);
    assert.deepEqual(dissection.said, ['c2s hello']);
    assert.deepEqual(
      dissection.diagnostics.map(({ code, direction, packet }) => [code, direction, packet]),
      [['tcp-overlap-differs', 'c2s', 5]],
    );
  });

  it('is told when a connection is let go to make room', () => {
    const packets = [...upgraded().packets];
    for (let port = 1; port <= 15; port++) packets.push(...upgraded({ client: peer('10.9.9.9', port) }).packets);
    packets.push(...new TcpConversation({ client: peer('10.9.9.9', 16) }).open().packets);
    const dissection = dissectionOf(packets, { limits: { openConnections: 16 } });
    assert.deepEqual(
      dissection.diagnostics.map(({ code, connection }) => [code, connection]),
      [['tcp-connection-limit', 0]],
    );
    assert.deepEqual(dissection.of('end')[0].connection, 0);
  });
});

describe('a gap', () => {
  it('inside a payload costs its message only, and is told', () => {
    const talk = upgraded({ segmentSize: 500 }).send('s2c', frame(BINARY, new Uint8Array(2000)));
    talk.exchange('s2c', frame(TEXT, 'next')).close();
    const dissection = dissectionOf(talk.packets.filter((_, at) => at !== 8));
    assert.deepEqual(dissection.said, ['s2c next']);
    assert.deepEqual(
      dissection.of('gap').map(({ direction, length, reason }) => [direction, length, reason]),
      [['s2c', 500, 'not-captured']],
    );
    assert.deepEqual(dissection.codes, ['message-incomplete']);
  });

  it('or several, leave the pieces of a message between them, each with its place', () => {
    for (const fragments of [false, true]) {
      const talk = upgraded({ segmentSize: 500 });
      const text = Array.from({ length: 500 }, (_, at) => String(at).padStart(4, '0')).join('');
      if (fragments) talk.send('s2c', frame(TEXT, text.slice(0, 700), { fin: false }));
      talk.send('s2c', fragments ? frame(CONTINUATION, text.slice(700)) : frame(TEXT, text));
      const [first] = talk.packets.splice(7, 1);
      const all = [...talk.packets.slice(0, 7), first, ...talk.packets.slice(7)];
      const kept = all.filter((_, at) => at !== 8 && at !== 10);
      const { incomplete } = dissectionOf(kept).diagnostics[0];
      assert.equal(incomplete?.opcode, 'text');
      assert.equal(incomplete?.wireLength, 2000);
      assert.ok((incomplete?.pieces.length ?? 0) >= 2);
      let captured = 0;
      for (const piece of incomplete?.pieces ?? []) {
        assert.ok('text' in piece);
        assert.equal(piece.text, text.slice(piece.at, piece.at + piece.text.length));
        captured += piece.text.length;
      }
      assert.equal(captured, incomplete?.captured);
    }
  });

  it('in the answer to an upgrade is told, and what lies around it is not joined', () => {
    const talk = upgraded({ segmentSize: 50 });
    for (let count = 0; count < 12; count++) talk.exchange('s2c', frame(TEXT, `{"count": ${count}}`));
    const answer = talk.packets.findIndex(({ source, payload }) => source.port === 8888 && payload.length > 0);
    const { length } = talk.packets[answer + 1].payload;
    const dissection = dissectionOf(talk.packets.toSpliced(answer + 1, 1));
    assert.deepEqual(
      dissection.of('gap').map((gap) => [gap.direction, gap.length]),
      [['s2c', length]],
    );
    assert.equal(dissection.said.length, 12);
  });
});
