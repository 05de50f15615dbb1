// The bounds on what TCP keeps: reaching one is told, and costs the connection that caused it, not its neighbours.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { peer, type TcpPacket } from '../support/tcp-packet.ts';
import { utf8 } from '../support/websocket-writer.ts';
import { streamsOf } from './streams.ts';

/** A client's packets behind a hole of one octet, each with `text`. */
function holed(port: number, pieces: number, text: string): TcpPacket[] {
  const talk = new TcpConversation({ client: peer('10.0.0.1', port) }).open().skip('c2s', 1);
  for (let piece = 0; piece < pieces; piece++) talk.send('c2s', utf8(text));
  return talk.packets;
}

/** Two segments swapped. */
function swapped(port: number): TcpPacket[] {
  const talk = new TcpConversation({ client: peer('10.0.0.1', port) }).open();
  const [syn, synAck, ack, one, two] = talk.send('c2s', utf8('one ')).send('c2s', utf8('two')).packets;
  return [syn, synAck, ack, two, one];
}

describe('octets that wait', () => {
  it('gives a hole up when too many octets of a direction wait behind it', () => {
    const [stream] = streamsOf(holed(40001, 10, 'x'.repeat(1000)), { limits: { waitingOctetsADirection: 8000 } });
    assert.deepEqual(stream.findings, ['tcp-waiting-limit']);
    assert.deepEqual(stream.gaps, ['0 1 waiting-limit']);
    assert.equal(stream.said[0], `[-1]${'x'.repeat(10_000)}`);
  });

  it('counts what a piece costs, so that single octets are bounded too', () => {
    const talk = new TcpConversation().open();
    for (let octet = 0; octet < 2000; octet++) talk.skip('c2s', 1).send('c2s', utf8('x'));
    const [stream] = streamsOf(talk.packets, { limits: { waitingOctetsADirection: 100_000 } });
    assert.ok(stream.findings.includes('tcp-waiting-limit'));
  });

  it('gives up the hole that waited longest when too much waits in all', () => {
    const packets = [...holed(40001, 5, 'a'.repeat(1000)), ...holed(40002, 5, 'b'.repeat(1000)), ...swapped(40003)];
    const [first, second, third] = streamsOf(packets, { limits: { waitingOctets: 10_000 } });
    assert.deepEqual(first.gaps, ['0 1 waiting-limit']);
    assert.deepEqual(second.gaps, ['0 1 not-captured']);
    assert.deepEqual([third.said[0], third.gaps], ['one two', []]);
  });

  it('takes nothing for waiting that no longer does', () => {
    const packets: TcpPacket[] = [];
    for (let port = 1; port < 40; port++) {
      packets.push(...holed(port, 3, 'x'.repeat(1000)));
      const talk = new TcpConversation({ client: peer('10.0.0.1', port), clientSequence: 77_000 });
      packets.push(...talk.open().close().packets);
    }
    const streams = streamsOf([...packets, ...swapped(40000)], { limits: { waitingOctets: 10_000 } });
    assert.deepEqual(streams.at(-1)?.gaps, []);
  });
});

describe('open connections', () => {
  const limits = { openConnections: 32 };

  it('lets those go that were silent for longest', () => {
    const busy = new TcpConversation({ client: peer('10.0.0.1', 50_000) }).open();
    for (let packet = 0; packet < 200; packet++) busy.send('c2s', utf8('.'));
    const packets = busy.packets.flatMap((packet, index) => [
      packet,
      new TcpConversation({ client: peer('10.0.0.2', 1 + index) }).open().packets[0],
    ]);
    const streams = streamsOf(packets, { limits });
    assert.equal(streams.length, 204);
    assert.equal(streams[0].said[0].length, 200);
    assert.deepEqual(streams[0].findings, []);
    assert.ok(streams.slice(1, 150).every((stream) => stream.findings.includes('tcp-connection-limit')));
  });

  it('delivers what waits of one that is let go', () => {
    const packets = holed(40001, 1, 'x');
    for (let port = 1; port < 60; port++) {
      packets.push(new TcpConversation({ client: peer('10.0.0.2', port) }).open().packets[0]);
    }
    const [first] = streamsOf(packets, { limits });
    assert.equal(first.said[0], '[-1]x');
    assert.match(String(first.end), /^capture-end/);
  });

  it('counts connections that ended as open no more, whatever came on their ports', () => {
    const packets: TcpPacket[] = [];
    for (let use = 0; use < 400; use++) {
      const talk = new TcpConversation({ client: peer('10.0.0.1', 1 + (use % 40)), clientSequence: use * 1000 });
      packets.push(...talk.open().close().packets);
    }
    const late = new TcpConversation({ client: peer('10.0.0.9', 1) }).open().packets[0];
    const streams = streamsOf([...packets, late], { limits: { openConnections: 2, rememberedConnections: 16 } });
    assert.equal(streams.length, 401);
    assert.ok(streams.every((stream) => stream.findings.length === 0));
  });

  it('lets the first of too many reset connections go, even where the clock stands still', () => {
    const packets: TcpPacket[] = [];
    for (let port = 1; port <= 13_000; port++) {
      packets.push(...new TcpConversation({ client: peer('10.0.0.1', port) }).open().reset('s2c').packets);
    }
    const streams = streamsOf(packets, { interval: 0 });
    for (const [index, { end, openedBeforeEnd }] of streams.entries()) {
      assert.equal(end, `rst ${4 * (index + 1)}`);
      assert.equal(openedBeforeEnd, Math.min(index + 1 + 4096, 13_000));
    }
  });

  it('keeps conversations rather than connections that have said nothing since their handshake', () => {
    const said = (port: number) => new TcpConversation({ client: peer('10.0.0.1', port) }).open();
    const talk = said(1).exchange('c2s', utf8('hello'));
    const packets = talk.packets.splice(0);
    const knocks = Array.from({ length: 200 }, (_, index) => said(2 + index).packets);
    for (const knock of knocks) packets.push(...knock);
    const [first, ...others] = streamsOf([...packets, ...talk.exchange('c2s', utf8(' again')).packets], { limits });
    assert.deepEqual([first.said[0], first.findings], ['hello again', []]);
    assert.equal(others.filter(({ findings }) => findings.length > 0).length, 200 - 31);
  });
});

describe('memory of connections that ended', () => {
  it('forgets the oldest', () => {
    const packets: TcpPacket[] = [];
    const talks = Array.from({ length: 40 }, (_, port) =>
      new TcpConversation({ client: peer('10.0.0.1', 1 + port) }).open().exchange('c2s', utf8('hi')).close(),
    );
    for (const talk of talks) packets.push(...talk.packets);
    const [old] = talks;
    const recent = talks[39];
    const limits = { rememberedConnections: 16 };
    assert.equal(streamsOf([...packets, recent.packets[3]], { limits }).length, 40);
    assert.equal(streamsOf([...packets, old.packets[3]], { limits }).length, 41);
  });
});
