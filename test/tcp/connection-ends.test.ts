// What captures do to TCP, a test a trap: order, copies, overlaps, ends, and both ends in one place. The packets are
// written by `test/support/`, which knows nothing of the code under test.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { joinPackets, splitPacket, TcpConversation } from '../support/tcp-conversation.ts';
import { ACK, frameOctets, peer, RST, SYN, type TcpPacket } from '../support/tcp-packet.ts';
import { utf8 } from '../support/websocket-writer.ts';
import { type Stream, streamsOf } from './streams.ts';

const NOTHING = new Uint8Array(0);

/** An open connection on which the client says each of `words`, and the server acknowledges it. */
function saying(...words: string[]): TcpConversation {
  const talk = new TcpConversation().open();
  for (const word of words) talk.exchange('c2s', utf8(word));
  return talk;
}

function only(streams: Stream[]): Stream {
  assert.equal(streams.length, 1);
  return streams[0];
}

/** The data packets, and all others. */
function parted(packets: readonly TcpPacket[]): { data: TcpPacket[]; bare: TcpPacket[] } {
  return {
    data: packets.filter((packet) => packet.payload.length > 0),
    bare: packets.filter((packet) => packet.payload.length === 0),
  };
}

function resend(packet: TcpPacket, text: string, shift = 0): TcpPacket {
  return { ...packet, sequence: (packet.sequence + shift) >>> 0, payload: utf8(text) };
}

describe('the reassembler, within a stream,', () => {
  it('puts segments that were captured in any order back into the one in which they were sent', () => {
    const [syn, ...rest] = saying('one ', 'two ', 'three').packets;
    assert.equal(only(streamsOf([syn, ...rest.reverse()])).said[0], 'one two three');
  });

  it('ties each piece to the packet that carried it, however late it is delivered', () => {
    const { data, bare } = parted(saying('one ', 'two ', 'three').packets);
    const [one, two, three] = data;
    assert.deepEqual(only(streamsOf([...bare.slice(0, 3), three, two, one])).packets, [6, 5, 4]);
  });

  it('waits for data whose acknowledgment was captured first', () => {
    const talk = saying('one ', 'two ', 'three').packets;
    const { data, bare } = parted(talk);
    const stream = only(streamsOf([...bare, ...data]));
    assert.equal(stream.said[0], 'one two three');
    assert.deepEqual(stream.gaps, []);
  });

  it('gives an acknowledged hole up only 64 packets later', () => {
    const talk = saying('one ', 'two ', 'three ', ...Array.from({ length: 70 }, () => '.'));
    const [late] = talk.packets.splice(5, 1);
    const patient = only(streamsOf([...talk.packets.slice(0, 130), late]));
    assert.deepEqual(patient.gaps, []);
    const impatient = only(streamsOf([...talk.packets, late]));
    assert.deepEqual(impatient.gaps, ['0 4 not-captured']);
    assert.equal(impatient.said[0], `one [-4]three ${'.'.repeat(70)}`);
  });

  it('gives up holes together that were acknowledged together', () => {
    const heard = (acknowledgments: number) => {
      const talk = new TcpConversation().open();
      for (const word of ['one ', 'two ', 'three ', 'four ', 'five ', 'six']) talk.send('c2s', utf8(word));
      for (let count = 0; count < acknowledgments; count++) talk.acknowledge('s2c');
      talk.send('s2c', utf8('!'));
      const { packets } = talk;
      return only(streamsOf([...packets.slice(0, 3), packets[4], packets[6], packets[8], ...packets.slice(9)]));
    };
    assert.deepEqual(heard(62).packets, [69, 4, 5, 6]);
    assert.deepEqual(heard(64).packets, [4, 5, 6, 71]);
    assert.equal(heard(64).said[0], '[-4]two [-6]four [-5]six');
  });

  it('gives up no more of a hole than was acknowledged: what lies behind may be sent again', () => {
    const talk = new TcpConversation().open();
    for (const word of ['one ', 'two ', 'three ', 'four']) talk.send('c2s', utf8(word));
    const [, , , one, two, three, four] = talk.packets;
    const acknowledgment = { ...talk.acknowledge('s2c').packets.at(-1), acknowledgment: three.sequence } as TcpPacket;
    const patience = Array.from({ length: 66 }, () => acknowledgment);
    // The capture lacks the second segment; the network lost the third.
    const stream = only(streamsOf([...talk.packets.slice(0, 3), one, four, ...patience, three]));
    assert.deepEqual(stream.gaps, [`0 ${two.payload.length} not-captured`]);
    assert.equal(stream.said[0], 'one [-4]three four');
  });

  it('believes no acknowledgment that all later ones deny', () => {
    const words = Array.from({ length: 200 }, (_, at) => `${at} `);
    const { packets } = saying(...words);
    const denied = packets.findIndex((packet, at) => at > 20 && packet.payload.length === 0);
    const absurd = { ...packets[denied], acknowledgment: (packets[denied].acknowledgment + 2 ** 30) >>> 0 };
    const stream = only(streamsOf(packets.with(denied, absurd)));
    assert.equal(stream.said[0], words.join(''));
    const lost = 150 * 2 + 3;
    const lossy = only(streamsOf(packets.with(denied, absurd).toSpliced(lost, 1)));
    assert.deepEqual(lossy.gaps, [`0 ${packets[lost].payload.length} not-captured`]);
  });

  it('believes no such acknowledgment of an end that was not captured, or whose octets were not', () => {
    const words = Array.from({ length: 200 }, (_, at) => `${at} `);
    const { packets } = saying(...words);
    const length = words.join('').length;
    const acknowledging = packets.flatMap((packet, at) => (at > 2 && packet.payload.length === 0 ? [at] : []));
    for (const beginning of [[], packets.slice(0, 3)]) {
      for (const wrong of [0, 1, 2, 40, 100, 150]) {
        for (const by of [2 ** 30, 5000]) {
          const heard = acknowledging.map((at) => packets[at]);
          heard[wrong] = { ...heard[wrong], acknowledgment: (heard[wrong].acknowledgment + by) >>> 0 };
          const { gaps } = only(streamsOf([...beginning, ...heard]));
          const lost = gaps.reduce((sum, gap) => sum + Number(gap.split(' ')[1]), 0);
          assert.ok(lost <= length && lost >= length - 200, `${lost} of ${length} lost, ${wrong} wrong by ${by}`);
        }
      }
    }
  });

  it('lets what waits behind many holes not grow', () => {
    const talk = saying(...Array.from({ length: 2000 }, (_, at) => `${at} `));
    const captured = talk.packets.filter((packet, at) => packet.payload.length === 0 || at % 4 === 1);
    const waitingOctets = 130 * 300;
    const stream = only(streamsOf(captured, { limits: { waitingOctets, waitingOctetsADirection: waitingOctets } }));
    assert.equal(stream.gaps.length, 1000);
    assert.deepEqual(stream.findings, []);
  });

  it('takes a SYN captured after the first data for the same connection', () => {
    const [syn, ...rest] = saying('hello').packets;
    const [data] = rest.splice(2, 1);
    assert.equal(only(streamsOf([data, syn, ...rest])).said[0], 'hello');
  });

  it('knows by the SYN/ACK where the client begins when the SYN was not captured', () => {
    const [, synAck, ack, one, , two] = saying('one ', 'two').packets;
    assert.equal(only(streamsOf([synAck, two, one, ack])).said[1], 'one two');
  });

  it('reads on where neither SYN was captured', () => {
    const talk = saying('one ', 'two');
    talk.exchange('s2c', utf8('three'));
    assert.deepEqual(only(streamsOf(talk.packets.slice(2))).said, ['one two', 'three']);
  });

  it('takes octets captured behind the FIN, or the acknowledgment, at their end for the first where no SYN was captured', () => {
    const talk = new TcpConversation().open().exchange('c2s', utf8('one ')).send('c2s', utf8('two'));
    const [, , , , , two] = talk.packets;
    const fin = talk.close().packets[6];
    assert.deepEqual(only(streamsOf([fin, two, ...talk.packets.slice(7)])).said, ['two', '']);
    const bare = { ...fin, flags: ACK };
    const stream = only(streamsOf([bare, two, resend(two, 'three', 3), fin, ...talk.packets.slice(7)]));
    assert.deepEqual([stream.said[0], stream.gaps], ['twothree', []]);
    // Sent again later it is a copy, and a probe is none of it.
    assert.equal(only(streamsOf([bare, two, resend(two, 'three', 3), two])).said[0], 'twothree');
    assert.equal(only(streamsOf([bare, resend(two, '?', 2), two])).said[0], 'two');
    assert.equal(only(streamsOf([bare, resend(two, 'three', 3), two])).said[0], 'three');
  });
});

describe('copies and overlaps', () => {
  it('drops late copies of what was delivered long ago', () => {
    const talk = saying('one ', 'two ', 'three').packets;
    const { data } = parted(talk);
    const stream = only(streamsOf([...talk, ...data, ...data.toReversed()]));
    assert.equal(stream.said[0], 'one two three');
    assert.deepEqual(stream.findings, []);
  });

  it('sees each packet once where a capture on all interfaces shows it twice', () => {
    const talk = saying('one ', 'two ').close().packets;
    const stream = only(streamsOf(talk.flatMap((packet) => [packet, packet])));
    assert.equal(stream.said[0], 'one two ');
    assert.match(String(stream.end), /^fin/);
  });

  it('takes what is new of a retransmission with other boundaries', () => {
    const [syn, synAck, ack, ...rest] = saying('abcdef', 'ghijkl').packets;
    const { data } = parted(rest);
    const whole = joinPackets(data[0], data[1]);
    const [left, right] = splitPacket(whole, 4);
    const [middle] = splitPacket(right, 5);
    assert.equal(only(streamsOf([syn, synAck, ack, left, middle, whole])).said[0], 'abcdefghijkl');
    assert.equal(only(streamsOf([syn, synAck, ack, middle, left, whole])).said[0], 'abcdefghijkl');
    assert.equal(only(streamsOf([syn, synAck, ack, data[1], middle, data[0]])).said[0], 'abcdefghijkl');
  });

  it('fills in to the left of what waits, overlapping it', () => {
    const [syn, synAck, ack, data] = saying('abcdefgh').packets;
    const [, right] = splitPacket(data, 5);
    const [left] = splitPacket(data, 7);
    const [, tail] = splitPacket(left, 2);
    const stream = only(streamsOf([syn, synAck, ack, right, tail, left]));
    assert.equal(stream.said[0], 'abcdefgh');
    assert.deepEqual(stream.findings, []);
  });

  it('keeps the octets captured first where a copy of what waits differs, and says so', () => {
    const [syn, synAck, ack, data] = saying('abcdefgh').packets;
    const [left, right] = splitPacket(data, 4);
    const stream = only(streamsOf([syn, synAck, ack, right, resend(right, 'EFGH'), left]));
    assert.equal(stream.said[0], 'abcdefgh');
    assert.deepEqual(stream.findings, ['tcp-overlap-differs']);
  });

  it('keeps the octets captured first where a copy of what was delivered differs', () => {
    const [syn, synAck, ack, data] = saying('abcdefgh').packets;
    const stream = only(streamsOf([syn, synAck, ack, data, resend(data, 'ABCDEFGHij')]));
    assert.equal(stream.said[0], 'abcdefghij');
    assert.deepEqual(stream.findings, ['tcp-overlap-differs']);
  });

  it('takes keep-alive probes of no octet and of one for no data', () => {
    const talk = saying('one ');
    const [data] = parted(talk.packets).data;
    const probe = { ...data, sequence: data.sequence + 3, payload: NOTHING };
    const probeOfOne = { ...probe, payload: utf8('\0') };
    talk.packets.push(probe, probeOfOne, probeOfOne);
    talk.exchange('c2s', utf8('two'));
    const stream = only(streamsOf([...talk.packets, probe]));
    assert.equal(stream.said[0], 'one two');
    assert.deepEqual(stream.findings, []);
  });
});

describe('what is on the wire beside the data', () => {
  it('takes neither Ethernet padding nor a frame check sequence for data', () => {
    const packets = saying('a', 'bc').packets.map((packet) => {
      const octets = frameOctets(packet);
      const padded = new Uint8Array(Math.max(60, octets.length) + 4).fill(0x55);
      padded.set(octets);
      return padded;
    });
    assert.equal(only(streamsOf(packets)).said[0], 'abc');
  });

  it('reads super-segments of offload, whose IPv4 total length is 0', () => {
    const talk = new TcpConversation({ segmentSize: 200_000 }).open();
    talk.exchange('c2s', new Uint8Array(150_000).fill(97)).exchange('c2s', utf8('end'));
    const stream = only(streamsOf(talk.packets));
    assert.equal(stream.said[0].length, 150_003);
    assert.ok(stream.said[0].endsWith('aaend'));
  });

  it('takes octets in the SYN for the first of the stream', () => {
    const talk = new TcpConversation().open(utf8('early ')).exchange('c2s', utf8('late'));
    assert.equal(only(streamsOf(talk.packets)).said[0], 'early late');
  });

  it('counts octets of a SYN once where they are sent again behind it', () => {
    const talk = new TcpConversation().open(utf8('early '));
    const again = { ...talk.packets[0], sequence: talk.packets[0].sequence + 1, flags: 0x10 };
    assert.equal(only(streamsOf([...talk.packets, again])).said[0], 'early ');
  });

  it('knows what the snaplen cut', () => {
    const talk = saying('x'.repeat(100), 'y');
    const stream = only(streamsOf(talk.packets, { snapLength: 14 + 40 + 60 }));
    assert.equal(stream.said[0], `${'x'.repeat(60)}[-40]y`);
    assert.deepEqual(stream.gaps, ['0 40 snaplen']);
  });
});

describe('wrap of the sequence number', () => {
  for (const before of [0, 1, 2, 3, 4, 5, 6, 7]) {
    it(`wraps ${before} octets behind the SYN`, () => {
      const talk = new TcpConversation({ clientSequence: 2 ** 32 - 1 - before, serverSequence: 2 ** 31 - 1 - before });
      talk.open();
      for (const word of ['ab', 'cd', 'ef']) talk.exchange('c2s', utf8(word)).exchange('s2c', utf8(word));
      const [syn, synAck, ...rest] = talk.close().packets;
      for (const order of [rest, rest.toReversed()]) {
        const stream = only(streamsOf([syn, synAck, ...order]));
        assert.deepEqual(stream.said, ['abcdef', 'abcdef']);
        assert.match(String(stream.end), /^fin/);
      }
    });
  }
});

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
