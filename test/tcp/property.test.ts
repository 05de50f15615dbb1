// However a stream is cut into segments, swapped, copied and overlapped, the same octets come out, with no gap.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MultipathWriter, type SubflowWriter } from '../support/multipath-writer.ts';
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

/** What one end says over several subflows: each octet at least once, the mappings cut anew for those that are said again. */
function sayOver(random: Random, subflows: readonly SubflowWriter[], direction: Direction, data: Uint8Array): void {
  const longest = random.pick([1, 5, 60, 700]);
  const other = direction === 'c2s' ? 's2c' : 'c2s';
  for (let at = 0; at < data.length; ) {
    const start = random.once(3) ? Math.max(0, at - random.between(0, 2 * longest)) : at;
    const end = Math.min(data.length, at + random.between(1, longest + 1));
    random.pick(subflows).send(direction, data.subarray(start, end), start);
    if (random.once(4)) random.pick(subflows).acknowledge(other, random.between(0, end + 1));
    at = end;
  }
}

describe('the reassembler', () => {
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

  it('gives the streams that were sent over several subflows of Multipath TCP, whatever was sent again', () => {
    forSeeds(1500, (random) => {
      const data = { c2s: random.octets(random.pick([1, 50, 2000])), s2c: random.octets(random.pick([1, 50, 2000])) };
      const version = random.pick([0, 1] as const);
      const connection = new MultipathWriter({
        version,
        width: random.pick([4, 8] as const),
        checksum: random.once(2),
      });
      const segmentSize = random.pick([3, 100, 1400]);
      const subflows = [connection.subflow({ segmentSize, clientSequence: random.word() }).open()];
      const extra = random.between(0, 3);
      for (let port = 1; port <= extra; port++) {
        const client = peer('10.9.0.1', port);
        subflows.push(connection.second({ segmentSize, client, clientSequence: random.word() }).join());
      }
      const opening = connection.packets.splice(0);
      sayOver(random, subflows, 'c2s', data.c2s);
      const fromClient = connection.packets.splice(0);
      sayOver(random, subflows, 's2c', data.s2c);
      const all = captured(random, [
        [opening[0], ...fromClient],
        [opening[1], ...connection.packets.splice(0)],
      ]);
      subflows[0].finishData('c2s', data.c2s.length).finishData('s2c', data.s2c.length);
      const [stream, ...others] = streamsOf([...opening, ...all.slice(2), ...connection.packets]);
      assert.equal(others.length, 0);
      assert.deepEqual(stream.said, [text(data.c2s), text(data.s2c)]);
      assert.deepEqual([stream.findings, stream.gaps], [['tcp-multipath'], []]);
      assert.match(String(stream.end), /^fin/);
    });
  });
});
