import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runDissectionSync } from '../../src/dissect/run.ts';
import type { TransportReport } from '../../src/output/stats/report.ts';
import { StatsOutput } from '../../src/output/stats/stats-output.ts';
import { upgraded } from '../dissect/dissection.ts';
import { captureOf, type Recordable } from '../support/capture-builder.ts';
import { FIN, frameOctets, peer, type TcpPacket } from '../support/tcp-packet.ts';
import { clientFrame, concat, frame, TEXT } from '../support/websocket-writer.ts';

const NOTHING = { retransmissions: 0, outOfOrder: 0, lost: 0, zeroWindows: 0 };
/** Packets of the connection's two handshakes. */
const BEFORE = 7;

/** Packets with an identification each, as an IP stack gives them. */
function conversation(): TcpPacket[] {
  const talk = upgraded();
  for (const words of ['one', 'two', 'three', 'four'])
    talk.exchange('c2s', clientFrame(TEXT, words)).exchange('s2c', frame(TEXT, words));
  return talk.close().packets.map((packet, index) => ({ ...packet, identification: index + 1 }));
}

/** A packet as its sender's host captures it: without identification, with a checksum of the pseudo-header, and a timestamp. */
function offloaded(packet: TcpPacket, tick: number): Uint8Array {
  const options = Uint8Array.of(1, 1, 8, 10, 0, 0, 1, tick, 0, 0, 0, 0);
  const octets = frameOctets({ ...packet, options, identification: 0 });
  octets.set([0x12, 0x34], octets.length - packet.payload.length - options.length - 4);
  return octets;
}

function factsOf(packets: readonly Recordable[]): TransportReport {
  let stats: StatsOutput | null = null;
  runDissectionSync(captureOf(packets), (clock) => {
    stats = new StatsOutput({ codec: null }, clock);
    return stats;
  });
  const tcp = (stats as StatsOutput | null)?.report().connections[0]?.tcp;
  assert.ok(tcp);
  return tcp;
}

describe('what TCP did in a connection', () => {
  it('is nothing but the round trip of the handshake where all went well', () => {
    const { handshakeRoundTrip, c2s, s2c } = factsOf(conversation());
    assert.ok(handshakeRoundTrip !== null && handshakeRoundTrip > 0);
    assert.deepEqual([c2s, s2c], [NOTHING, NOTHING]);
  });

  it('counts a segment sent again, and not one that was captured twice', () => {
    const packets = conversation();
    const again = { ...(packets[BEFORE] as TcpPacket), identification: 999 };
    assert.deepEqual(factsOf([...packets.slice(0, 12), again, ...packets.slice(12)]).c2s, {
      ...NOTHING,
      retransmissions: 1,
    });
    assert.deepEqual(factsOf(packets.flatMap((packet) => [packet, packet])).c2s, NOTHING);
    assert.deepEqual(factsOf(packets.flatMap((packet) => [packet, packet])).s2c, NOTHING);
  });

  it('counts each sending of a segment once, however often each was captured', () => {
    const packets = conversation();
    const [first, second] = [998, 999].map((identification) => ({ ...(packets[BEFORE] as TcpPacket), identification }));
    const doubled = (all: readonly TcpPacket[]) => all.flatMap((packet) => [packet, packet]);
    const once = [...packets.slice(0, 12), first, second, ...packets.slice(12)];
    for (const all of [once, doubled(once), [...once, first, second]])
      assert.deepEqual(factsOf(all).c2s, { ...NOTHING, retransmissions: 2 });
  });

  it('counts each sending once also behind a hole, and where its beginning was there before', () => {
    const packets = conversation();
    const early = { ...(packets[BEFORE + 4] as TcpPacket), identification: 998 };
    const before = packets[BEFORE] as TcpPacket;
    const wider = {
      ...(packets[BEFORE + 4] as TcpPacket),
      sequence: before.sequence,
      identification: 999,
      payload: concat(before.payload, packets[BEFORE + 4]?.payload as Uint8Array),
    };
    // Without the hole's octets, the early segment waits.
    const waiting = packets.toSpliced(BEFORE, 1).toSpliced(BEFORE + 4, 0, early, early, packets[BEFORE + 4], early);
    assert.equal(factsOf(waiting).c2s.retransmissions, 1);
    const widened = packets.toSpliced(BEFORE + 2, packets.length, wider, wider);
    assert.equal(factsOf(widened).c2s.retransmissions, 1);
  });

  it('tells a segment sent again by its timestamp where IP numbers nothing and offload left the checksum', () => {
    const addresses: [string, string][] = [
      ['fd00::1', 'fd00::2'],
      ['10.0.0.1', '10.0.0.2'],
    ];
    for (const [client, server] of addresses) {
      const talk = upgraded({ client: peer(client, 40001), server: peer(server, 8888) });
      for (const words of ['one', 'two', 'three']) talk.exchange('c2s', clientFrame(TEXT, words));
      const packets = talk.close().packets;
      const again = { ...(packets[BEFORE] as TcpPacket) };
      const fin = packets.findIndex(({ flags }) => (flags & FIN) !== 0);
      const sent = [
        ...packets.slice(0, 11),
        again,
        ...packets.slice(11, fin + 1),
        packets[fin],
        ...packets.slice(fin + 1),
      ];
      const octets = sent.map((packet, tick) => offloaded(packet, tick));
      const expected = { ...NOTHING, retransmissions: 2 };
      assert.deepEqual(factsOf(octets).c2s, expected);
      assert.deepEqual(factsOf(octets.flatMap((each) => [each, each])).c2s, expected);
    }
  });

  it('counts a segment that comes behind a later one', () => {
    const packets = conversation();
    const [late] = packets.splice(BEFORE, 1) as [TcpPacket];
    packets.splice(BEFORE + 5, 0, late);
    assert.deepEqual(factsOf(packets).c2s, { ...NOTHING, outOfOrder: 1 });
  });

  it('counts a SYN and a FIN sent again, and times the handshake from the last SYN', () => {
    const packets = conversation();
    const { handshakeRoundTrip } = factsOf(packets);
    const [syn] = packets as [TcpPacket];
    const fin = packets.findIndex(({ flags }) => (flags & FIN) !== 0);
    const again = [
      { ...syn, identification: 998 },
      { ...(packets[fin] as TcpPacket), identification: 999 },
    ];
    const { c2s, handshakeRoundTrip: withSyn } = factsOf([
      ...[syn, again[0] as TcpPacket, ...packets.slice(1, fin + 1), again[1] as TcpPacket],
      ...packets.slice(fin + 1),
    ]);
    assert.deepEqual(c2s, { ...NOTHING, retransmissions: 2 });
    assert.equal(withSyn, handshakeRoundTrip);
  });

  it('counts octets that a FIN has overtaken as out of order', () => {
    const packets = conversation();
    const fin = packets.findIndex(({ flags }) => (flags & FIN) !== 0);
    const last = packets.findLastIndex(({ payload, source }) => payload.length > 0 && source.port === 40001);
    const [late] = packets.splice(last, 1) as [TcpPacket];
    packets.splice(fin, 0, late);
    assert.deepEqual(factsOf(packets).c2s, { ...NOTHING, outOfOrder: 1 });
  });

  it('times the handshake also where its answer was not captured', () => {
    const { handshakeRoundTrip } = factsOf(conversation());
    assert.equal(factsOf(conversation().filter((_, at) => at !== 1)).handshakeRoundTrip, (handshakeRoundTrip ?? 0) / 2);
  });

  it('times the handshake also where the server speaks before the ACK is captured', () => {
    const [syn, answer, ack, ...rest] = conversation() as [TcpPacket, TcpPacket, TcpPacket, ...TcpPacket[]];
    const early = { ...answer, sequence: answer.sequence + 1, flags: ack.flags };
    const { handshakeRoundTrip } = factsOf([syn, answer, early, ack, ...rest]);
    assert.equal(handshakeRoundTrip, 0.003);
  });

  it('takes what a stray segment carries behind the FIN for nothing that came late', () => {
    const packets = conversation();
    const fin = packets.findIndex(({ flags }) => (flags & FIN) !== 0);
    const { payload } = packets[BEFORE] as TcpPacket;
    const { sequence } = packets[fin] as TcpPacket;
    const stray = { ...(packets[BEFORE] as TcpPacket), sequence: sequence + 1, payload };
    assert.deepEqual(factsOf(packets.toSpliced(fin + 1, 0, stray)).c2s, NOTHING);
  });

  it('counts the octets that were lost', () => {
    const packets = conversation();
    const [lost] = packets.splice(BEFORE, 1) as [TcpPacket];
    assert.equal(factsOf(packets).c2s.lost, lost.payload?.length);
  });

  it('counts how often a window was closed', () => {
    const packets = conversation().map((packet, at) =>
      at === 9 || at === 10 || at === 13 ? { ...packet, window: 0 } : packet,
    );
    const { c2s, s2c } = factsOf(packets);
    assert.equal(c2s.zeroWindows + s2c.zeroWindows, 3);
  });

  it('has no round trip where the handshake was not captured whole', () => {
    assert.equal(factsOf(conversation().slice(1)).handshakeRoundTrip, null);
  });
});
