// Connections without WebSocket, as the summary tells them: by what they look like and the server's port, and which end is the
// server. The list of TCP connections says the same.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { surveyStreams } from '../../src/dissect/stream-survey.ts';
import { captureOf } from '../support/capture-builder.ts';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { peer, type TcpPacket } from '../support/tcp-packet.ts';
import { concat, head, utf8 } from '../support/websocket-writer.ts';
import { dissectionOf } from './dissection.ts';

/** What `tlsClientBy` goes by is there, and no more. */
const CLIENT_HELLO = concat(Uint8Array.of(22, 3, 1, 0, 47, 1, 0, 0, 43, 3, 3), new Uint8Array(41));
const SERVER_HELLO = concat(Uint8Array.of(22, 3, 3, 0, 47, 2, 0, 0, 43, 3, 3), new Uint8Array(41));
const APPLICATION_DATA = Uint8Array.of(23, 3, 3, 0, 2, 1, 1);
const REQUEST = head('GET / HTTP/1.1', [['Host', 'example.org']]);
const ANSWER = head('HTTP/1.1 200 OK', [['Content-Length', '0']]);

type Said = ['c2s' | 's2c', Uint8Array];

/** A conversation of a client with the lower port, as where the system gives the server its port too. */
function talkOf(...said: Said[]): TcpConversation {
  const talk = new TcpConversation({ client: peer('10.0.0.1', 40_001), server: peer('10.0.0.2', 50_051) }).open();
  for (const [direction, octets] of said) talk.exchange(direction, octets);
  return talk.close();
}

async function serverPortsOf(packets: readonly TcpPacket[]): Promise<number[]> {
  const told = dissectionOf(packets).summary.otherConnections.map(({ port }) => port);
  const { streams } = await surveyStreams(captureOf(packets));
  const listed = streams.map(({ server }) => server.port);
  assert.deepEqual(listed, told, '`streams` names another server');
  return told;
}

describe('the server of a connection without WebSocket', () => {
  const spoken: readonly [string, ...Said[]][] = [
    ['TLS', ['c2s', CLIENT_HELLO], ['s2c', SERVER_HELLO]],
    ['HTTP', ['c2s', REQUEST], ['s2c', ANSWER]],
    ['another protocol', ['s2c', utf8('220 example.org ESMTP\r\n')], ['c2s', utf8('EHLO example.org\r\n')]],
    ['nothing'],
  ];
  for (const [what, ...said] of spoken) {
    it(`is the end that the SYN went to, where they speak ${what}`, async () => {
      const { packets } = talkOf(...said);
      assert.deepEqual(await serverPortsOf(packets), [50_051]);
      assert.deepEqual(await serverPortsOf(packets.slice(1)), [50_051], 'where the answer to the SYN is the first');
    });
  }

  const begun: readonly [string, ...Said[]][] = [
    ['a ClientHello', ['c2s', CLIENT_HELLO]],
    ['a ServerHello', ['s2c', SERVER_HELLO]],
    ['a request', ['c2s', REQUEST]],
    ['an answer', ['s2c', ANSWER]],
  ];
  for (const [what, ...said] of begun) {
    it(`is told by ${what} where neither SYN was captured`, async () => {
      const { packets } = talkOf(...said);
      assert.deepEqual(await serverPortsOf(packets.slice(3)), [50_051]);
    });
  }

  it('has the lower port where nothing tells', async () => {
    const { packets } = talkOf(['c2s', APPLICATION_DATA], ['s2c', APPLICATION_DATA]);
    assert.deepEqual(await serverPortsOf(packets.slice(3)), [40_001]);
  });

  it('counts all its clients at one port', () => {
    const packets = [1, 2, 3].flatMap((client) => {
      const ends = { client: peer('10.0.0.1', 40_000 + client), server: peer('10.0.0.2', 50_051) };
      return new TcpConversation(ends).open().exchange('c2s', CLIENT_HELLO).close().packets;
    });
    assert.deepEqual(dissectionOf(packets).summary.otherConnections, [
      { protocol: 'tls', port: 50_051, connections: 3 },
    ]);
  });
});

const NOTHING = new Uint8Array(0);

/** Packets of a client that tries so many ports, and says `octets` there. */
function tries(firstPort: number, ports: number, octets: Uint8Array = NOTHING, client = '10.0.0.1'): TcpPacket[] {
  return Array.from({ length: ports }, (_, at) => firstPort + at).flatMap((port) => {
    const ends = { client: peer(client, 60_000), server: peer('10.0.0.2', port) };
    return new TcpConversation(ends).open().send('c2s', octets).packets;
  });
}

describe('kinds of connections without WebSocket', () => {
  it('are all listed where they are 20', () => {
    const { otherConnections, furtherConnections } = dissectionOf(tries(9000, 20, CLIENT_HELLO)).summary;
    assert.equal(otherConnections.length, 20);
    assert.equal(furtherConnections, undefined);
  });

  it('are counted by protocol where they are more', () => {
    const again = tries(9020, 5, CLIENT_HELLO, '10.0.0.3');
    const packets = [...tries(9000, 25, CLIENT_HELLO), ...again, ...tries(7000, 1, REQUEST)];
    const { otherConnections, furtherConnections } = dissectionOf(packets).summary;
    assert.equal(otherConnections.length, 20);
    assert.deepEqual(
      otherConnections.slice(0, 5),
      [9020, 9021, 9022, 9023, 9024].map((port) => ({ protocol: 'tls', port, connections: 2 })),
      'the most frequent are first',
    );
    assert.ok(otherConnections.some(({ port }) => port === 7000));
    assert.deepEqual(furtherConnections, [{ protocol: 'tls', ports: 6, connections: 6 }]);
  });

  it('are listed before the ports of a scan, however many these are and though they come first', () => {
    const packets = [...tries(1000, 1500), ...tries(1000, 30, NOTHING, '10.0.0.3'), ...tries(9000, 18, CLIENT_HELLO)];
    const { tcpConnections, otherConnections, furtherConnections } = dissectionOf(packets).summary;
    assert.equal(otherConnections.filter(({ protocol }) => protocol === 'tls').length, 18);
    assert.deepEqual(furtherConnections, [{ protocol: 'none', ports: 1498, connections: tcpConnections - 18 - 4 }]);
  });

  it('are told how many of those not listed had begun before the capture', () => {
    const late = tries(9000, 22, APPLICATION_DATA).filter(({ payload }) => payload.length > 0);
    const { furtherConnections } = dissectionOf(late).summary;
    assert.deepEqual(furtherConnections, [{ protocol: 'tls', ports: 2, connections: 2, late: 2 }]);
  });
});
