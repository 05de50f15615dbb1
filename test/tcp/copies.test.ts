// Octets that were captured more than once, whole or in part, the same or not: what came first counts, and a difference is told.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { joinPackets, splitPacket } from '../support/tcp-conversation.ts';
import { utf8 } from '../support/websocket-writer.ts';
import { parted, resend, saying } from './packets.ts';
import { only, streamsOf } from './streams.ts';

const NOTHING = new Uint8Array(0);

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
