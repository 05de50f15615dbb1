// Which packets are of one connection: ports that are used again, both ends in one place, SYNs that are said twice or at once.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { peer, RST, SYN } from '../support/tcp-packet.ts';
import { utf8 } from '../support/websocket-writer.ts';
import { saying } from './packets.ts';
import { only, streamsOf } from './streams.ts';

describe('the reassembler, of connections,', () => {
  it('takes a new SYN on the same ports for a new connection, after each kind of end', () => {
    const words = ['first', 'second', 'third', 'fourth'];
    const packets = words.flatMap((word, use) => {
      const talk = new TcpConversation({ clientSequence: 1000 + use * 77_777, serverSequence: 9000 + use * 55_555 });
      talk.open().exchange('c2s', utf8(word));
      if (use === 0) talk.close();
      if (use === 1) talk.reset('c2s');
      return talk.packets;
    });
    const streams = streamsOf(packets);
    assert.deepEqual(
      streams.map((stream) => stream.said[0]),
      words,
    );
    assert.deepEqual(
      streams.map((stream) => stream.end?.split(' ')[0]),
      ['fin', 'rst', 'replaced', 'capture-end'],
    );
  });

  it('takes a new SYN for a new connection, and a late SYN/ACK for none, where the end before was seen without its beginning', () => {
    const { packets } = saying('before').close();
    const next = new TcpConversation({ clientSequence: 77_777, serverSequence: 88_888 }).open();
    next.exchange('c2s', utf8('after'));
    const streams = streamsOf([...packets.slice(3), packets[1], ...next.packets]);
    assert.deepEqual(
      streams.map((stream) => stream.said[0]),
      ['before', 'after'],
    );
  });

  it('takes a repeated SYN for the same connection', () => {
    const talk = saying('hello');
    const [syn, synAck] = talk.packets;
    assert.equal(only(streamsOf([syn, syn, synAck, syn, synAck, ...talk.packets.slice(2), syn])).said[0], 'hello');
  });

  it('opens one connection where both ends send a SYN at once', () => {
    const client = peer('10.0.0.1', 5000);
    const server = peer('10.0.0.2', 6000);
    const talk = new TcpConversation({ client, server }).open().exchange('c2s', utf8('hi')).exchange('s2c', utf8('ho'));
    const [syn, synAck, , ...rest] = talk.packets;
    const synBack = { ...synAck, flags: SYN, acknowledgment: 0 };
    const synAckBack = { ...syn, flags: synAck.flags, acknowledgment: synAck.sequence + 1 };
    assert.deepEqual(only(streamsOf([syn, synBack, synAckBack, synAck, ...rest])).said, ['hi', 'ho']);
  });

  it('tells the ends apart on one address', () => {
    const talk = new TcpConversation({ client: peer('127.0.0.1', 5000), server: peer('127.0.0.1', 4999) });
    talk.open().exchange('c2s', utf8('hi')).exchange('s2c', utf8('ho')).close();
    assert.deepEqual(only(streamsOf(talk.packets)).said, ['hi', 'ho']);
  });

  it('tells the ends apart on one port', () => {
    for (const [client, server] of [
      ['10.0.0.1', '10.0.0.2'],
      ['10.0.0.2', '10.0.0.1'],
      ['fd00::1', 'fd00::2'],
      ['fd00:1::', 'fd00::'],
      ['200.0.0.1', '10.0.0.1'],
    ]) {
      const talk = new TcpConversation({ client: peer(client, 7777), server: peer(server, 7777) });
      talk.open().exchange('c2s', utf8('hi')).exchange('s2c', utf8('ho')).close();
      assert.deepEqual(only(streamsOf(talk.packets)).said, ['hi', 'ho'], client);
    }
  });

  it('reads a connection to itself, whose two streams are one', () => {
    const self = peer('127.0.0.1', 5000);
    const talk = new TcpConversation({ client: self, server: self, clientSequence: 100, serverSequence: 100 });
    talk.open().exchange('c2s', utf8('echo'));
    assert.equal(only(streamsOf(talk.packets)).said[0], 'echo');
  });

  it('numbers a connection by its first packet, whatever that is', () => {
    const other = new TcpConversation({ client: peer('10.0.0.9', 1) });
    const reset = { ...other.reset('s2c').packets[0], flags: RST };
    const streams = streamsOf([reset, ...saying('hello').packets]);
    assert.equal(streams.length, 2);
    assert.equal(streams[1].said[0], 'hello');
  });
});
