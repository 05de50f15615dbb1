// Equal addresses and ports in several VLANs: one connection where the sequence numbers say so, several where not.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { frameOctets, type TcpPacket } from '../support/tcp-packet.ts';
import { utf8 } from '../support/websocket-writer.ts';
import { streamsOf } from './streams.ts';

function inVlan(packet: TcpPacket, vlan: number): Uint8Array {
  const frame = frameOctets(packet);
  return Uint8Array.from([...frame.subarray(0, 12), 0x81, 0, vlan >> 8, vlan & 0xff, ...frame.subarray(12)]);
}

function talk(text: string, clientSequence: number): TcpPacket[] {
  return new TcpConversation({ clientSequence, serverSequence: clientSequence ^ 0x5a5a5a5a })
    .open()
    .exchange('c2s', utf8(`ask ${text}`))
    .exchange('s2c', utf8(`answer ${text}`))
    .close().packets;
}

/** One packet of each, in turn. */
function interleaved<T>(one: readonly T[], other: readonly T[]): T[] {
  const { length } = one.length > other.length ? one : other;
  return Array.from({ length }, (_, index) => [one[index], other[index]].filter((each) => each !== undefined)).flat();
}

describe('the same addresses and ports in two VLANs', () => {
  it('are two connections where the sequence numbers are far apart', () => {
    const one = talk('one', 0x10000000).map((packet) => inVlan(packet, 10));
    const two = talk('two', 0x70000000).map((packet) => inVlan(packet, 20));
    // The capture begins with their SYNs, or with the data of the one or the other end.
    for (const [first, begin] of [
      [0, 0],
      [3, 3],
      [3, 0],
      [4, 5],
      [5, 4],
    ]) {
      const said = streamsOf(interleaved(one.slice(first), two.slice(begin))).map((stream) => stream.said.join());
      assert.deepEqual(said.length, 2, `from ${first} and ${begin}`);
      assert.ok(said[0].includes('one') && !said[0].includes('two'), said[0]);
      assert.ok(said[1].includes('two') && !said[1].includes('one'), said[1]);
    }
  });

  it('are one where the copies come when the connection is over, and another where its ports are used again then', () => {
    const over = talk('once', 1000);
    const late = over.slice(1).map((packet) => inVlan(packet, 20));
    const next = talk('again', 0x70000000).map((packet) => inVlan(packet, 20));
    for (const [begin, first] of [
      [0, 0],
      [0, 2],
      [3, 2],
    ]) {
      const copies = [...over.slice(begin), ...late.slice(first), ...next];
      assert.deepEqual(
        streamsOf(copies).map((stream) => stream.said),
        [
          ['ask once', 'answer once'],
          ['ask again', 'answer again'],
        ],
      );
    }
  });

  it('are one where the packets are the same, captured on both sides of a router', () => {
    const packets = talk('once', 1000);
    for (const copies of [
      packets.flatMap((packet) => [inVlan(packet, 10), inVlan(packet, 20)]),
      packets.flatMap((packet) => [frameOctets(packet), inVlan(packet, 20)]),
      // The copies begin with the second packet, or with data.
      packets.flatMap((packet, index) => (index < 1 ? [packet] : [packet, inVlan(packet, 20)])),
      packets.flatMap((packet, index) => (index < 3 ? [packet] : [packet, inVlan(packet, 20)])),
    ]) {
      const streams = streamsOf(copies);
      assert.deepEqual(
        streams.map(({ said, findings, gaps }) => ({ said, findings, gaps })),
        [{ said: ['ask once', 'answer once'], findings: [], gaps: [] }],
      );
    }
  });

  it('are one where each direction goes its own way', () => {
    const packets = talk('apart', 1000).map((packet) => inVlan(packet, packet.source.port === 8888 ? 20 : 10));
    assert.deepEqual(
      streamsOf(packets).map((stream) => stream.said),
      [['ask apart', 'answer apart']],
    );
  });

  it('are two where each shows one direction, and these are of different connections', () => {
    const one = talk('one', 0x10000000).filter(({ source }) => source.port !== 8888);
    const two = talk('two', 0x70000000).filter(({ source }) => source.port === 8888);
    const packets = [
      ...one.slice(2).map((packet) => inVlan(packet, 10)),
      ...two.slice(1).map((packet) => inVlan(packet, 20)),
    ];
    assert.equal(streamsOf(packets).length, 2);
  });

  it('are one where both show the same direction alone', () => {
    const packets = talk('alone', 1000).filter(({ source }) => source.port !== 8888);
    const copies = packets.slice(2).flatMap((packet) => [inVlan(packet, 10), inVlan(packet, 20)]);
    assert.deepEqual(
      streamsOf(copies).map((stream) => stream.said[0]),
      ['ask alone'],
    );
  });

  it('are one again when the ports are used again', () => {
    const packets = [...talk('first', 0x10000000), ...talk('second', 0x70000000)];
    const copies = packets.flatMap((packet) => [inVlan(packet, 10), inVlan(packet, 20)]);
    assert.deepEqual(
      streamsOf(copies).map((stream) => stream.said),
      [
        ['ask first', 'answer first'],
        ['ask second', 'answer second'],
      ],
    );
  });
});
