// One connection captured more than once: inside a tunnel and outside it, on two interfaces of `any`, by two captures. Its
// messages come once; equal addresses in two virtual networks are two connections.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dissectSync } from '../../src/dissect/dissect.ts';
import type { WsdissectEvent } from '../../src/dissect/events.ts';
import { ethernet, ipv4 } from '../link/packets.ts';
import { datagram, gre, gtpU, mpls, pppoe, vxlan } from '../link/tunnels.ts';
import { captureOf } from '../support/capture-builder.ts';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { datagramOctets, frameOctets, type TcpPacket } from '../support/tcp-packet.ts';
import { clientFrame, frame, TEXT, upgradeRequest, upgradeResponse } from '../support/websocket-writer.ts';

function talkOf(name: string, clientSequence: number): TcpPacket[] {
  const talk = new TcpConversation({ clientSequence, serverSequence: clientSequence ^ 0x0f0f0f0f }).open();
  talk.exchange('c2s', upgradeRequest()).exchange('s2c', upgradeResponse());
  for (let round = 0; round < 20; round++) {
    talk
      .exchange('c2s', clientFrame(TEXT, `${name} asks ${round}`))
      .exchange('s2c', frame(TEXT, `${name} answers ${round}`));
  }
  return talk.close().packets;
}

/** All that was said, and what was found beside; packets and times are those of whichever copy came first. */
function found(events: readonly WsdissectEvent[]) {
  const summary = events.at(-1);
  assert.ok(summary?.type === 'summary');
  return {
    connections: summary.tcpConnections,
    messages: events.flatMap((event) => (event.type === 'message' ? [`${event.connection} ${event.text}`] : [])),
    others: events.flatMap((event) =>
      event.type === 'gap' || (event.type === 'diagnostic' && event.severity !== 'note') ? [event] : [],
    ),
    ends: events.flatMap((event) => (event.type === 'end' ? [event.how] : [])),
    skipped: summary.skipped,
  };
}

const packets = talkOf('it', 1000);
const plain = found(dissectSync(captureOf(packets)));

const outside = (packet: TcpPacket) => frameOctets(packet);
const WAYS: Record<string, (packet: TcpPacket) => Uint8Array> = {
  VXLAN: (packet) => Uint8Array.from(datagram(vxlan([...frameOctets(packet)], 42), 4789)),
  'GRE with a key': (packet) =>
    Uint8Array.from(ethernet(ipv4(gre([...datagramOctets(packet)], 0x0800, { key: 7 }), { protocol: 47 }), 0x0800)),
  'GTP-U': (packet) => Uint8Array.from(datagram(gtpU([...datagramOctets(packet)]), 2152)),
  MPLS: (packet) => Uint8Array.from(ethernet(mpls([...datagramOctets(packet)], 99), 0x8847)),
  PPPoE: (packet) => Uint8Array.from(ethernet(pppoe([0, 0x21, ...datagramOctets(packet)]), 0x8864)),
  'nothing, as on another interface': outside,
};

describe('a connection captured twice', () => {
  for (const [name, inside] of Object.entries(WAYS)) {
    it(`is told once: plain, and inside ${name}`, () => {
      const orders = {
        'the plain copy first': packets.flatMap((packet) => [outside(packet), inside(packet)]),
        'the other first': packets.flatMap((packet) => [inside(packet), outside(packet)]),
        'in turn': packets.flatMap((packet, index) =>
          index % 2 === 0 ? [inside(packet), outside(packet)] : [outside(packet), inside(packet)],
        ),
        'the other a few packets late': [
          ...packets.flatMap((packet, index) => [outside(packet), ...(index < 3 ? [] : [inside(packets[index - 3])])]),
          ...packets.slice(-3).map(inside),
        ],
        'the other begun in the middle': packets.flatMap((packet, index) =>
          index < 10 ? [outside(packet)] : [outside(packet), inside(packet)],
        ),
      };
      for (const [order, copies] of Object.entries(orders)) {
        assert.deepEqual(found(dissectSync(captureOf(copies))), plain, order);
      }
    });

    it(`is told whole where each copy lacks what the other has: plain, and inside ${name}`, () => {
      const copies = packets.map((packet, index) => (index % 3 === 0 ? inside(packet) : outside(packet)));
      assert.deepEqual(found(dissectSync(captureOf(copies))), plain);
    });
  }
});

describe('equal addresses and ports in two VXLAN networks', () => {
  const one = talkOf('one', 0x10000000);
  const two = talkOf('two', 0x70000000);
  const within = (packet: TcpPacket, network: number) =>
    Uint8Array.from(datagram(vxlan([...frameOctets(packet)], network), 4789));

  it('are two connections', () => {
    const both = one.flatMap((packet, index) => [within(packet, 1), within(two[index] as TcpPacket, 2)]);
    const { connections, messages, others } = found(dissectSync(captureOf(both)));
    assert.deepEqual([connections, messages.length, others], [2, 80, []]);
    assert.deepEqual(messages.slice(0, 2), ['0 one asks 0', '1 two asks 0']);
  });
});
