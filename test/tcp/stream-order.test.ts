// What the order of capture does to a stream: segments that come late, acknowledgments that come early, holes and when they are
// given up, a beginning that was not captured.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { ACK, type TcpPacket } from '../support/tcp-packet.ts';
import { utf8 } from '../support/websocket-writer.ts';
import { parted, resend, saying } from './packets.ts';
import { only, streamsOf } from './streams.ts';

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

  it('waits for a direction that comes long after its acknowledgments, as nothing is held behind it', () => {
    const talk = new TcpConversation().open();
    talk.exchange('c2s', utf8('first '));
    const { length } = talk.packets;
    for (let count = 0; count < 500; count++) talk.exchange('c2s', utf8(`${count} `));
    const later = talk.packets.slice(length);
    const order = [
      ...later.filter(({ payload }) => payload.length === 0),
      ...later.filter(({ payload }) => payload.length > 0),
    ];
    const stream = only(streamsOf([...talk.packets.slice(0, length), ...order]));
    assert.deepEqual(stream.gaps, []);
    assert.equal(stream.said[0], `first ${Array.from({ length: 500 }, (_, count) => `${count} `).join('')}`);
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

  it('takes octets captured behind the FIN at their end for the first where no SYN was captured', () => {
    const talk = new TcpConversation().open().exchange('c2s', utf8('one ')).send('c2s', utf8('two'));
    const [, , , , , two] = talk.packets;
    const fin = talk.close().packets[6];
    assert.deepEqual(only(streamsOf([fin, two, ...talk.packets.slice(7)])).said, ['two', '']);
    // Sent again later it is a copy, and a probe is none of it.
    assert.deepEqual(only(streamsOf([fin, two, two])).said, ['two', '']);
    assert.deepEqual(only(streamsOf([fin, resend(two, '?', 2), two])).said, ['two', '']);
    // Behind an acknowledgment alone it may be a copy of what was said long before.
    const bare = { ...fin, flags: ACK };
    assert.equal(only(streamsOf([bare, two, resend(two, 'three', 3)])).said[0], 'three');
  });
});
