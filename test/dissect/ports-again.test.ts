// Ports that are used again, where no SYN of the next connection is captured: a filter that takes data only, or a loss. Each
// conversation is told by itself; and what only looks like another's opening leaves a conversation whole.

import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { surveyStreams } from '../../src/dissect/stream-survey.ts';
import { captureOf } from '../support/capture-builder.ts';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { frameOctets, SYN, type TcpPacket } from '../support/tcp-packet.ts';
import {
  clientFrame,
  concat,
  frame,
  head,
  TEXT,
  upgradeRequest,
  upgradeResponse,
} from '../support/websocket-writer.ts';
import { type Dissection, dissectionOf } from './dissection.ts';

const FIRST = { clientSequence: 0x5000_0000, serverSequence: 0x6000_0000 };
/** By how much the numbers of the next connection are higher, of client and server: Linux's, at once and an hour later, and any. */
const FURTHER: [client: number, server: number][] = [
  [70_000, 67_000],
  [700_000, 699_000],
  [900_000_000, 900_000_500],
  [1_500_000_000, 1_400_000_000],
  [-500_000_000, -500_000_100],
];

const hasData = (packet: TcpPacket) => packet.payload.length > 0;
const keyOf = (number: number) => Buffer.alloc(16, number + 1).toString('base64');

/** A connection up to its upgrade, with a key of its own, and numbers that are `number` times further. */
function begun(number: number, [client, server] = FURTHER[1]): TcpConversation {
  const talk = new TcpConversation({
    clientSequence: (FIRST.clientSequence + number * client) >>> 0,
    serverSequence: (FIRST.serverSequence + number * server) >>> 0,
  });
  const key = keyOf(number);
  return talk
    .open()
    .exchange('c2s', upgradeRequest({ target: `/${number}`, key }))
    .exchange('s2c', upgradeResponse({ key }));
}

function chat(talk: TcpConversation, number: number, turns = 3): TcpConversation {
  for (let turn = 0; turn < turns; turn++) {
    talk.exchange('c2s', clientFrame(TEXT, `question ${turn} of ${number}`));
    talk.exchange('s2c', frame(TEXT, `answer ${turn} of ${number}`));
  }
  return talk;
}

/** What is said in conversation `number`, and nothing else. */
function assertTold(found: Dissection, numbers: readonly number[], turns = 3): void {
  const expected = numbers.flatMap((number, connection) =>
    Array.from({ length: turns }, (_, turn) => [
      `${connection}: question ${turn} of ${number}`,
      `${connection}: answer ${turn} of ${number}`,
    ]).flat(),
  );
  assert.deepEqual(
    found.of('message').map(({ connection, text }) => `${connection}: ${text}`),
    expected,
  );
  assert.deepEqual(
    found.of('handshake').map(({ request, response }) => `${request.target} ${response?.status}`),
    numbers.map((number) => `/${number} 101`),
  );
  assert.deepEqual(found.of('gap'), []);
  assert.deepEqual(found.codes, []);
}

function endsOf(found: Dissection): string[] {
  return found
    .of('end')
    .sort((one, other) => one.connection - other.connection)
    .map(({ how }) => how);
}

describe('ports that are used again without a SYN in the capture', () => {
  it('are of conversations by themselves, however far the numbers of the next are away', () => {
    for (const further of FURTHER) {
      const packets = [0, 1].flatMap((number) => chat(begun(number, further), number).packets).filter(hasData);
      const found = dissectionOf(packets);
      assertTold(found, [0, 1]);
      assert.deepEqual(endsOf(found), ['replaced', 'capture-end'], `${further}`);
    }
  });

  it('are of as many as there are', () => {
    const numbers = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    const packets = numbers.flatMap((number) => chat(begun(number), number, 12).packets).filter(hasData);
    const found = dissectionOf(packets);
    assertTold(found, numbers, 12);
    assert.deepEqual(endsOf(found), [...numbers.slice(1).map(() => 'replaced'), 'capture-end']);
  });

  it('leave the first reset, and without a gap, where its reset and the last packet of the opening are captured', () => {
    const first = chat(begun(0), 0).reset('c2s').packets;
    const [, , ...next] = chat(begun(1), 1).packets;
    const found = dissectionOf([...first, ...next]);
    assertTold(found, [0, 1]);
    assert.deepEqual(endsOf(found), ['rst', 'capture-end']);
  });

  it('leave the first ended where its FINs are captured, and however many copies of it behind them', () => {
    for (const further of FURTHER) {
      const first = chat(begun(0, further), 0).close().packets;
      const found = dissectionOf([...first, ...first, ...chat(begun(1, further), 1).packets.filter(hasData)]);
      assertTold(found, [0, 1]);
      assert.deepEqual(endsOf(found), ['fin', 'capture-end'], `${further}`);
    }
  });

  it('are told behind a connection whose upgrade was refused, where that ended', () => {
    const refused = new TcpConversation(FIRST).open();
    refused.exchange('c2s', upgradeRequest({ key: keyOf(9) }));
    refused.exchange('s2c', head('HTTP/1.1 403 Forbidden', [['Content-Length', '0']]));
    const found = dissectionOf([...refused.close().packets, ...chat(begun(1), 1).packets.filter(hasData)]);
    assert.deepEqual(
      found.of('handshake').map(({ connection, response }) => `${connection} ${response?.status}`),
      ['0 403', '1 101'],
    );
    assert.equal(found.said.length, 6);
  });

  it('are told by the answer where the request was lost, or was captured behind it', () => {
    const first = chat(begun(0), 0).packets;
    const [request, answer, ...rest] = chat(begun(1), 1).packets.filter(hasData);
    const lost = dissectionOf([...first, answer, ...rest]);
    assert.deepEqual(
      lost.of('midstream').map(({ connection, response }) => `${connection} ${response?.status}`),
      ['1 101'],
    );
    assert.equal(lost.said.length, 12);
    assert.deepEqual(lost.of('gap'), []);
    assertTold(dissectionOf([...first, answer, request, ...rest]), [0, 1]);
  });

  it('are told behind a connection of which it is not known what it is, as its answer or its beginning was lost', () => {
    const [request, , ...rest] = chat(begun(0), 0, 1).packets.filter(hasData);
    for (const further of FURTHER) {
      const next = chat(begun(1, further), 1).packets.filter(hasData);
      for (const first of [[request, ...rest], rest.slice(0, 1)]) {
        const found = dissectionOf([...first, ...next]);
        assert.deepEqual(
          found.of('handshake').flatMap(({ request, response }) => (response === null ? [] : [request.target])),
          ['/1'],
          `${further}`,
        );
        assert.equal(found.of('message').filter(({ connection }) => connection === 1).length, 6);
      }
    }
  });

  it('are told once where each packet is captured in two VLANs', () => {
    const inVlan = (packet: TcpPacket, vlan: number): Uint8Array => {
      const octets = frameOctets(packet);
      return concat(octets.subarray(0, 12), Uint8Array.of(0x81, 0, 0, vlan), octets.subarray(12));
    };
    const packets = [0, 1].flatMap((number) => chat(begun(number), number).packets).filter(hasData);
    assertTold(dissectionOf(packets.flatMap((packet) => [inVlan(packet, 10), inVlan(packet, 20)])), [0, 1]);
  });

  it('are told once where all is captured twice, one behind the other', () => {
    const packets = chat(begun(0), 0)
      .close()
      .packets.filter((packet) => (packet.flags & SYN) === 0);
    assertTold(dissectionOf([...packets, ...packets]), [0]);
  });

  it('have the same numbers of connections in the list of streams', async () => {
    const packets = [0, 1, 2].flatMap((number) => chat(begun(number), number).packets).filter(hasData);
    const { streams } = await surveyStreams(Readable.from([captureOf(packets)]));
    const { tcpConnections } = dissectionOf(packets).summary;
    assert.deepEqual(
      streams.map(({ connection, protocol }) => `${connection} ${protocol}`),
      ['0 websocket', '1 websocket', '2 websocket'],
    );
    assert.equal(tcpConnections, 3);
  });
});

describe('what only looks like the opening of another conversation', () => {
  const INNER = upgradeRequest({ target: '/inner', key: keyOf(7) });
  const UNMASKED = { key: Uint8Array.of(0, 0, 0, 0) };

  /** A conversation that lost 300 octets of `lost`, behind which a segment begins with `octets` in the midst of a frame. */
  function behindLoss(direction: 'c2s' | 's2c', octets: Uint8Array, lost: readonly ('c2s' | 's2c')[]): Dissection {
    const talk = chat(begun(0), 0);
    for (const each of lost) talk.skip(each, 300);
    const whole = direction === 'c2s' ? clientFrame(TEXT, octets, UNMASKED) : frame(TEXT, octets);
    const headerLength = whole.length - octets.length;
    talk.skip(direction, headerLength).send(direction, whole.subarray(headerLength));
    chat(talk, 1);
    return dissectionOf(talk.packets);
  }

  it('parts nothing where one direction alone was lost, though a client does not mask', () => {
    const found = behindLoss('c2s', INNER, ['c2s']);
    assert.equal(found.summary.tcpConnections, 1);
    assert.deepEqual(endsOf(found), ['capture-end']);
  });

  it('parts nothing where a server sends a request, or a client an answer', () => {
    for (const found of [
      behindLoss('s2c', INNER, ['c2s', 's2c']),
      behindLoss('c2s', upgradeResponse({ key: keyOf(7) }), ['c2s', 's2c']),
    ]) {
      assert.equal(found.summary.tcpConnections, 1);
    }
  });

  it('parts nothing where it is another request, or is not whole', () => {
    for (const octets of [
      head('GET / HTTP/1.1', [['Host', 'inner']]),
      head('GET / HTTP/1.0', [
        ['Upgrade', 'websocket'],
        ['Sec-WebSocket-Key', keyOf(7)],
      ]),
      head('GET / HTTP/1.1', [
        ['Upgrade', 'h2c'],
        ['Sec-WebSocket-Key', keyOf(7)],
      ]),
      INNER.subarray(0, 20),
    ]) {
      assert.equal(behindLoss('c2s', octets, ['c2s', 's2c']).summary.tcpConnections, 1);
    }
  });

  it('parts nothing where HTTP goes on behind a refusal, and both sides lost octets', () => {
    const talk = new TcpConversation(FIRST).open();
    talk.exchange('c2s', upgradeRequest({ target: '/refused', key: keyOf(8) }));
    talk.exchange('s2c', head('HTTP/1.1 401 Unauthorized', [['Content-Length', '0']]));
    talk.skip('c2s', 200).skip('s2c', 100);
    talk.exchange('c2s', upgradeRequest({ target: '/again', key: keyOf(9) }));
    talk.exchange('s2c', upgradeResponse({ key: keyOf(9) }));
    const found = dissectionOf(chat(talk, 0).packets);
    assert.equal(found.summary.tcpConnections, 1);
    assert.deepEqual(
      found.of('handshake').map(({ request, response }) => `${request.target} ${response?.status}`),
      ['/refused 401', '/again 101'],
    );
  });

  it('is the own request of a conversation whose first packets are captured behind later ones', () => {
    const [request, answer, question, ...rest] = chat(begun(0), 0).packets.filter(hasData);
    const found = dissectionOf([answer, question, request, ...rest]);
    assert.equal(found.summary.tcpConnections, 1);
  });

  it('are none where copies of the heads of a conversation that began before the capture come late', () => {
    const { packets } = chat(begun(0), 0, 6);
    const heads = packets.filter(hasData).slice(0, 2);
    const later = packets.slice(packets.indexOf(heads[1]) + 2);
    for (let at = 0; at < 4; at++) {
      const found = dissectionOf([...later.slice(0, at), ...heads, ...later.slice(at)]);
      assert.deepEqual(
        new Set(found.events.flatMap((event) => ('connection' in event ? event.connection : []))),
        new Set([0]),
      );
      assert.equal(found.of('message').length, 12);
    }
  });
});
