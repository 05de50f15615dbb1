// However a stream is cut into segments, swapped, copied and overlapped, the same octets come out, with no gap.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Random } from '../support/random.ts';
import type { Direction } from '../support/tcp-conversation.ts';
import { ACK, FIN, peer, SYN, type TcpPacket } from '../support/tcp-packet.ts';
import { forSeeds } from '../support/time-box.ts';
import { streamsOf } from './streams.ts';

const NOTHING = new Uint8Array(0);

interface End {
  data: Uint8Array;
  initial: number;
}

/** A stream's SYN, its data in segments that overlap, and its FIN, in the order of the stream. */
function segmentsOf(random: Random, from: End, to: End, direction: Direction): TcpPacket[] {
  const ends = [peer('10.0.0.1', 40001), peer('10.0.0.2', 8888)];
  if (direction === 's2c') ends.reverse();
  const packet = (flags: number, at: number, payload: Uint8Array): TcpPacket => ({
    source: ends[0],
    destination: ends[1],
    sequence: (from.initial + at) >>> 0,
    acknowledgment: (to.initial + 1 + random.between(0, to.data.length + 1)) >>> 0,
    flags: flags | (direction === 's2c' || at > 0 ? ACK : 0),
    window: 1000,
    options: NOTHING,
    payload,
  });
  const packets = [packet(SYN, 0, NOTHING)];
  const longest = random.pick([1, 3, 20, 200]);
  for (let at = 0; at < from.data.length; ) {
    const start = random.once(3) ? Math.max(0, at - random.between(0, longest)) : at;
    const end = Math.min(from.data.length, at + random.between(1, longest + 1));
    packets.push(packet(0, 1 + start, from.data.subarray(start, end)));
    if (random.once(8)) packets.push(packet(0, 1 + start, from.data.subarray(start, end)));
    at = end;
  }
  packets.push(packet(FIN, 1 + from.data.length, NOTHING));
  return packets;
}

/** Both sides' packets in one list, each packet up to a few places late. */
function captured(random: Random, sides: TcpPacket[][]): TcpPacket[] {
  const [[syn, ...client], [synAck, ...server]] = sides;
  const merged: TcpPacket[] = [];
  const left = [client, server];
  while (left[0].length + left[1].length > 0) {
    const side = left[0].length === 0 ? 1 : left[1].length === 0 ? 0 : random.between(0, 2);
    merged.push(left[side].shift() as TcpPacket);
  }
  const window = random.pick([1, 2, 6, 30]);
  // Late by less than the patience with which an acknowledged hole is waited for.
  const places = new Map(merged.map((packet, at) => [packet, at + random.between(0, window)]));
  merged.sort((one, other) => (places.get(one) as number) - (places.get(other) as number));
  return [syn, synAck, ...merged];
}

const text = (octets: Uint8Array) => Buffer.from(octets).toString('latin1');

it('gives the streams that were sent, however they were cut, swapped, copied and overlapped', () => {
  forSeeds(1500, (random) => {
    const end = (): End => ({
      data: random.octets(random.pick([0, 1, 50, 3000])),
      initial: random.pick([0, 1000, 2 ** 31 - 20, 2 ** 32 - 1, 2 ** 32 - 30]),
    });
    const client = end();
    const server = end();
    const sides = [segmentsOf(random, client, server, 'c2s'), segmentsOf(random, server, client, 's2c')];
    const [stream, ...others] = streamsOf(captured(random, sides));
    assert.equal(others.length, 0);
    assert.deepEqual(stream.said, [text(client.data), text(server.data)]);
    assert.deepEqual(stream.findings, []);
    assert.match(String(stream.end), /^fin/);
  });
});

it('gives the same stream octet by octet', () => {
  forSeeds(200, (random) => {
    const client = { data: random.octets(400), initial: 2 ** 32 - 200 };
    const server = { data: random.octets(10), initial: 7 };
    const octetwise = segmentsOf(random, client, server, 'c2s')[0];
    const packets = [octetwise];
    client.data.forEach((_, at) => {
      const sequence = (client.initial + 1 + at) >>> 0;
      packets.push({ ...octetwise, flags: ACK, sequence, payload: client.data.subarray(at, at + 1) });
    });
    assert.equal(streamsOf(packets)[0].said[0], text(client.data));
  });
});

it('loses nothing but what was lost', () => {
  forSeeds(800, (random) => {
    const client = { data: random.octets(2000), initial: random.word() };
    const server = { data: NOTHING, initial: 7 };
    const [syn, ...rest] = segmentsOf(random, client, server, 'c2s');
    const kept = rest.filter(() => !random.once(5));
    const covered = new Set<number>();
    for (const { sequence, payload } of kept) {
      for (const at of payload.keys()) covered.add((sequence - client.initial - 1 + at) >>> 0);
    }
    const finSeen = kept.some((packet) => (packet.flags & FIN) !== 0);
    const last = finSeen ? client.data.length : Math.max(0, ...[...covered].map((at) => at + 1));
    let expected = '';
    let lost = 0;
    for (let at = 0; at <= last; at++) {
      if (at < last && !covered.has(at)) {
        lost++;
        continue;
      }
      if (lost > 0) expected += `[-${lost}]`;
      lost = 0;
      if (at < last) expected += String.fromCharCode(client.data[at]);
    }
    assert.equal(streamsOf([syn, ...kept])[0].said[0], expected);
  });
});
