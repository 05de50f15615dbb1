// How a connection ends by FIN or RST, what may still come behind either, and when holes before them are given up.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { peer, type TcpPacket } from '../support/tcp-packet.ts';
import { utf8 } from '../support/websocket-writer.ts';
import { parted, saying } from './packets.ts';
import { only, streamsOf } from './streams.ts';

describe('the reassembler, where a connection ends,', () => {
  it('goes on to the last data where the FIN was captured before it', () => {
    const talk = saying('one ', 'two').close('c2s');
    const fin = talk.packets.findIndex((packet) => (packet.flags & 1) !== 0);
    const [first] = talk.packets.splice(fin, 1);
    talk.packets.splice(3, 0, first);
    assert.deepEqual(only(streamsOf(talk.packets)).said, ['one two', '']);
  });

  it('delivers what lies behind a hole that a FIN leaves', () => {
    const talk = saying('one ', 'two ', 'three').close();
    const stream = only(streamsOf(talk.packets.filter((packet) => Buffer.from(packet.payload).toString() !== 'two ')));
    assert.equal(stream.said[0], 'one [-4]three');
    assert.match(String(stream.end), /^fin/);
  });

  /** Packets of another connection, which lets time go by. */
  const elsewhere = (count: number): TcpPacket[] => {
    const talk = new TcpConversation({ client: peer('10.0.0.9', 9) });
    for (let at = 0; at < count; at++) talk.exchange('c2s', utf8('.'));
    return talk.packets;
  };

  for (const [what, end] of [
    ['both FINs', (talk: TcpConversation) => talk.close()],
    ['both FINs, the last without its acknowledgment', (talk: TcpConversation) => talk.finish('c2s').finish('s2c')],
  ] as const) {
    it(`gives a hole up ten seconds after ${what}, not only at the end of the capture`, () => {
      const talk = saying('one ', 'two ', 'three');
      const [late] = talk.packets.splice(5, 1);
      end(talk);
      const [patient] = streamsOf([...talk.packets, ...elsewhere(3), late], { interval: 1e9 });
      assert.deepEqual([patient.said[0], patient.gaps], ['one two three', []]);
      const packets = [
        ...talk.packets,
        ...elsewhere(6),
        ...new TcpConversation({ client: peer('10.0.0.8', 8) }).open().packets,
      ];
      const [stream] = streamsOf(packets, { interval: 1e9 });
      assert.equal(stream.said[0], 'one [-4]three');
      assert.equal(stream.openedBeforeEnd, 2, 'it ended before the third began');
      assert.match(String(stream.end), /^fin/);
    });
  }

  it('gives a hole before a FIN up when the other end acknowledged it, and hears that end out', () => {
    const talk = saying('one ', 'two ', 'three ', 'four');
    const packets = talk.packets.filter((packet) => !['two ', 'four'].includes(Buffer.from(packet.payload).toString()));
    const before = packets.length;
    talk.finish('c2s').acknowledge('s2c').send('s2c', utf8('answer ')).finish('s2c').acknowledge('c2s');
    const [fin, ack, ...rest] = talk.packets.slice(-5);
    const [stream] = streamsOf([...packets, fin, ack, ...elsewhere(6), ...rest], { interval: 1e9 });
    assert.deepEqual(stream.said, ['one [-4]three [-4]', 'answer ']);
    // The hole was given up before the answer came.
    assert.equal(stream.packets.at(-1), before + 2 + 12 + 1);
    assert.equal(stream.end, `fin ${before + 2 + 12 + 2}`);
  });

  it('waits for what a FIN has overtaken as long as nobody acknowledged it', () => {
    const talk = saying('one ');
    talk.send('c2s', utf8('two ')).finish('c2s');
    const [two, fin] = talk.packets.splice(-2);
    const [stream] = streamsOf([...talk.packets, fin, ...elsewhere(20), two], { interval: 1e9 });
    assert.deepEqual([stream.said[0], stream.gaps], ['one two ', []]);
  });

  it('takes a connection with holes that both ended for ended, not for replaced, where its ports are used again', () => {
    const talk = saying('one ', 'two ', 'three').close();
    const packets = talk.packets.filter((packet) => Buffer.from(packet.payload).toString() !== 'two ');
    const next = new TcpConversation({ clientSequence: 77_777, serverSequence: 88_888 }).open();
    const [stream, again] = streamsOf([...packets, ...next.packets]);
    assert.equal(stream.said[0], 'one [-4]three');
    assert.match(String(stream.end), /^fin/);
    assert.equal(again.end?.split(' ')[0], 'capture-end');
  });

  it('fills a hole before which an RST was captured', () => {
    const talk = saying('one ', 'two ', 'three');
    const { data, bare } = parted(talk.packets);
    talk.reset('s2c');
    const reset = talk.packets.at(-1) as TcpPacket;
    const stream = only(streamsOf([...bare, data[0], data[2], reset, data[1]]));
    assert.deepEqual(stream.said, ['one two three', '']);
    assert.equal(stream.end, `rst ${bare.length + 3}`);
  });

  it('still takes data that is captured after an RST', () => {
    const talk = saying('one ');
    talk.reset('s2c').send('c2s', utf8('two'));
    const stream = only(streamsOf(talk.packets));
    assert.equal(stream.said[0], 'one two');
    assert.match(String(stream.end), /^rst/);
  });

  it('goes on for as long as data comes after an RST that did not end the connection', () => {
    const talk = saying('one ');
    talk.reset('s2c');
    for (let word = 0; word < 40; word++) talk.send('c2s', utf8('.'));
    const stream = only(streamsOf(talk.packets, { interval: 1e9 }));
    assert.equal(stream.said[0], `one ${'.'.repeat(40)}`);
  });

  it('takes the text that an RST carries for no part of the stream', () => {
    const talk = saying('one ');
    talk.reset('c2s');
    const reset = talk.packets.pop() as TcpPacket;
    const stream = only(streamsOf([...talk.packets, { ...reset, payload: utf8('connection aborted') }]));
    assert.equal(stream.said[0], 'one ');
    assert.deepEqual(stream.gaps, []);
  });

  it('does not believe an RST about what was acknowledged', () => {
    const talk = saying('one ');
    talk.reset('s2c');
    const reset = talk.packets.pop() as TcpPacket;
    const stream = only(streamsOf([...talk.packets, { ...reset, acknowledgment: 0x7000_0000 }]));
    assert.deepEqual(stream.gaps, []);
  });

  it('believes the number of an RST about what its end had sent before', () => {
    const stream = only(streamsOf(saying('one ').skip('s2c', 4).reset('s2c').packets));
    assert.deepEqual(stream.said, ['one ', '[-4]']);
    assert.match(String(stream.end), /^rst/);
  });

  it('believes what an RST acknowledges about what the other end had sent', () => {
    const stream = only(streamsOf(saying('one ').skip('c2s', 4).reset('s2c').packets));
    assert.deepEqual(stream.said, ['one [-4]', '']);
  });

  it('takes the number of an RST behind a FIN that was not captured for no octet that was lost', () => {
    const stream = only(streamsOf(saying('one ').skip('s2c', 1).reset('s2c').packets));
    assert.deepEqual(stream.gaps, []);
    assert.match(String(stream.end), /^rst/);
  });

  it('is reset by the first of several RSTs', () => {
    const talk = saying('one ').reset('s2c');
    const { packets } = talk;
    const stream = only(streamsOf([...packets, ...packets.slice(-1), ...packets.slice(-1)]));
    assert.equal(stream.end, `rst ${packets.length}`);
  });

  it('takes a reset back for the same SYN said again only where nothing was said between, RFC 9293 §3.10.7.3', () => {
    const [syn] = saying().packets;
    const [refusal] = new TcpConversation().reset('s2c').packets;
    const refused = only(streamsOf([syn, { ...refusal, acknowledgment: syn.sequence + 1 }, ...saying('one').packets]));
    assert.deepEqual([refused.said[0], refused.end?.split(' ')[0]], ['one', 'capture-end']);
    const { packets } = saying('one').reset('s2c');
    assert.equal(only(streamsOf([...packets, syn])).end, `rst ${packets.length}`);
  });

  it('hears the other side out after a half-close', () => {
    const talk = saying('question');
    talk.finish('c2s').acknowledge('s2c');
    talk.exchange('s2c', utf8('a long ')).exchange('s2c', utf8('answer')).finish('s2c').acknowledge('c2s');
    const stream = only(streamsOf(talk.packets));
    assert.deepEqual(stream.said, ['question', 'a long answer']);
    assert.match(String(stream.end), /^fin/);
  });

  it('does not take the acknowledgment of a FIN that was not captured for a lost octet', () => {
    const talk = saying('one ').finish('c2s');
    for (let count = 0; count < 100; count++) talk.acknowledge('s2c').send('s2c', utf8('.'));
    talk.finish('s2c').acknowledge('c2s');
    const stream = only(streamsOf(talk.packets.filter((packet) => (packet.flags & 1) === 0)));
    assert.deepEqual(stream.gaps, []);
    assert.match(String(stream.end), /^capture-end/);
  });

  it('does not take it for a lost octet behind octets that were not captured either', () => {
    for (const first of ['s2c', 'c2s'] as const) {
      const talk = saying('one ').exchange('s2c', utf8('two ')).exchange('s2c', utf8('three')).close(first);
      const fromClient = talk.packets.filter(({ source }) => source.port === 40001);
      assert.deepEqual(only(streamsOf(fromClient)).said, ['one ', '[-9]']);
    }
  });

  it('tells of octets at the end that only an acknowledgment knows of', () => {
    const talk = saying('one ', 'two');
    const stream = only(streamsOf(talk.packets.filter((packet) => Buffer.from(packet.payload).toString() !== 'two')));
    assert.equal(stream.said[0], 'one [-3]');
  });

  it('remembers a connection that ended, so that late copies open no new one', () => {
    const talk = saying('one ').close();
    assert.equal(streamsOf([...talk.packets, ...talk.packets]).length, 1);
  });
});
