// What may stand before HTTP on a connection: the header of a proxy, a SOCKS exchange. What is behind it is read as if it were
// not there, but for where its octets are; what only begins like it loses nothing.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Protocol } from '../../src/dissect/events.ts';
import { surveyStreams } from '../../src/dissect/stream-survey.ts';
import { captureOf } from '../support/capture-builder.ts';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { peer, type TcpPacket } from '../support/tcp-packet.ts';
import {
  clientFrame,
  concat,
  frame,
  head,
  TEXT,
  upgradeRequest,
  upgradeResponse,
  utf8,
} from '../support/websocket-writer.ts';
import { dissectionOf } from './dissection.ts';

type Said = readonly [direction: 'c2s' | 's2c', octets: Uint8Array];

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

const SIGNATURE = '0d0a0d0a000d0a515549540a';
const LINE = utf8('PROXY TCP4 192.0.2.7 192.0.2.8 53538 443\r\n');
const HEADER = hex(`${SIGNATURE} 21 11 000c c0000207 c0000208 d122 01bb`);
/** `example.org`, port 80. */
const DOMAIN = '03 0b 6578616d706c652e6f7267 0050';
const ANYWHERE = '01 00000000 0000';

/** By name: what is said before HTTP, the rule that tells of it, and what it tells. */
const prefixes: readonly [name: string, said: readonly Said[], code: string, detail: string][] = [
  [
    'the line of version 1 of the PROXY protocol',
    [['c2s', LINE]],
    'proxy-header',
    'version 1, for 192.0.2.7:53538, which connected to 192.0.2.8:443',
  ],
  [
    'a line of the PROXY protocol that knows no address',
    [['c2s', utf8('PROXY UNKNOWN\r\n')]],
    'proxy-header',
    'version 1, without addresses',
  ],
  [
    'the header of version 2 of the PROXY protocol',
    [['c2s', HEADER]],
    'proxy-header',
    'version 2, for 192.0.2.7:53538, which connected to 192.0.2.8:443',
  ],
  [
    'a header of the PROXY protocol with IPv6 and further fields',
    [
      [
        'c2s',
        hex(
          `${SIGNATURE} 21 21 002b ${'20010db8'.padEnd(31, '0')}1 ${'20010db8'.padEnd(31, '0')}2 d122 01bb 01 0004 68322d31`,
        ),
      ],
    ],
    'proxy-header',
    'version 2, for [2001:db8::1]:53538, which connected to [2001:db8::2]:443',
  ],
  [
    'a header of the PROXY protocol of a connection of its own',
    [['c2s', hex(`${SIGNATURE} 20 00 0000`)]],
    'proxy-header',
    'version 2, without addresses',
  ],
  [
    'SOCKS5 without authentication',
    [
      ['c2s', hex('05 02 00 02')],
      ['s2c', hex('05 00')],
      ['c2s', hex(`05 01 00 ${DOMAIN}`)],
      ['s2c', hex(`05 00 00 ${ANYWHERE}`)],
    ],
    'socks',
    'version 5, to "example.org", port 80',
  ],
  [
    'SOCKS5 with user and password',
    [
      ['c2s', hex('05 01 02')],
      ['s2c', hex('05 02')],
      ['c2s', concat(hex('01 05'), utf8('alice'), hex('06'), utf8('secret'))],
      ['s2c', hex('01 00')],
      ['c2s', hex('05 01 00 01 c0000208 1f40')],
      ['s2c', hex(`05 00 00 04 ${'0'.repeat(32)} 0000`)],
    ],
    'socks',
    'version 5, to 192.0.2.8, port 8000',
  ],
  [
    'SOCKS4',
    [
      ['c2s', concat(hex('04 01 1f40 c0000208'), utf8('alice'), hex('00'))],
      ['s2c', hex('00 5a 0000 00000000')],
    ],
    'socks',
    'version 4, to 192.0.2.8, port 8000',
  ],
  [
    'SOCKS4a',
    [
      ['c2s', concat(hex('04 01 0050 00000001 00'), utf8('example.org'), hex('00'))],
      ['s2c', hex('00 5a 0000 00000000')],
    ],
    'socks',
    'version 4a, to "example.org", port 80',
  ],
];

function sayAll(talk: TcpConversation, said: readonly Said[]): TcpConversation {
  for (const [direction, octets] of said) talk.exchange(direction, octets);
  return talk;
}

/** A conversation behind what is said before it. */
function conversation(said: readonly Said[], segmentSize = 1448): TcpConversation {
  return sayAll(new TcpConversation({ segmentSize }).open(), said)
    .exchange('c2s', upgradeRequest())
    .exchange('s2c', upgradeResponse())
    .exchange('c2s', clientFrame(TEXT, 'hello'))
    .exchange('s2c', frame(TEXT, 'welcome'));
}

async function protocolOf(
  packets: readonly TcpPacket[],
): Promise<[protocol: Protocol | 'websocket', name: string | null]> {
  const [{ protocol, serverName }] = (await surveyStreams(captureOf(packets))).streams;
  return [protocol, serverName];
}

/** Octets of a side. */
function lengthOf(said: readonly Said[], side: Said[0]): number {
  return said.filter(([direction]) => direction === side).reduce((sum, [, octets]) => sum + octets.length, 0);
}

for (const [name, said, code, detail] of prefixes) {
  describe(name, () => {
    it('is passed over, told, and counted in the offsets of frames', () => {
      const dissection = dissectionOf(conversation(said).packets, { frames: true });
      assert.deepEqual(dissection.said, ['c2s hello', 's2c welcome']);
      assert.deepEqual(
        dissection.of('frame').map(({ offset }) => offset),
        [lengthOf(said, 'c2s') + upgradeRequest().length, lengthOf(said, 's2c') + upgradeResponse().length],
      );
      const [told, ...others] = dissection.diagnostics;
      assert.deepEqual(others, []);
      assert.deepEqual([told.code, told.severity, told.direction], [code, 'note', 'c2s']);
      assert.ok(told.message.endsWith(`: ${detail}`), told.message);
      assert.equal(told.packet, 4);
    });

    it('is passed over where it comes octet by octet', () => {
      assert.deepEqual(dissectionOf(conversation(said, 1).packets).said, ['c2s hello', 's2c welcome']);
    });

    it('is passed over where all that a side says comes in one segment', () => {
      const talk = new TcpConversation().open();
      const sides = (['c2s', 's2c'] as const).map((side) =>
        concat(...said.filter(([direction]) => direction === side).map(([, octets]) => octets)),
      );
      talk.exchange('c2s', concat(sides[0], upgradeRequest())).exchange('s2c', concat(sides[1], upgradeResponse()));
      talk.exchange('c2s', clientFrame(TEXT, 'hello'));
      assert.deepEqual(dissectionOf(talk.packets).said, ['c2s hello']);
    });

    if (lengthOf(said, 's2c') > 0) {
      it('is passed over where the capture shows what answers it first', () => {
        const { packets } = conversation(said);
        const [opening, rest] = [packets.slice(0, 3), packets.slice(3)];
        const ofServer = rest.filter(({ source }) => source.port === 8888);
        const ofClient = rest.filter(({ source }) => source.port !== 8888);
        const dissection = dissectionOf([...opening, ...ofServer, ...ofClient]);
        assert.deepEqual(dissection.said.toSorted(), ['c2s hello', 's2c welcome']);
      });
    }

    it('is no conversation where no HTTP follows, and nothing is told of it', () => {
      const talk = sayAll(new TcpConversation().open(), said).exchange('c2s', utf8('SSH-2.0-x\r\n')).close();
      const dissection = dissectionOf(talk.packets);
      assert.deepEqual(
        dissection.events.map(({ type }) => type),
        ['capture', 'summary'],
      );
      assert.deepEqual(dissection.summary.otherConnections, [{ protocol: 'unknown', port: 8888, connections: 1 }]);
    });

    it('lets the list of connections see what is behind it', async () => {
      assert.deepEqual(await protocolOf(conversation(said).packets), ['websocket', null]);
      const http = sayAll(new TcpConversation().open(), said).exchange('c2s', head('GET / HTTP/1.1', []));
      assert.deepEqual(await protocolOf(http.packets), ['http', null]);
      const tls = sayAll(new TcpConversation().open(), said).exchange('c2s', hex('16 0301 0004 01 000000'));
      assert.deepEqual(await protocolOf(tls.packets), ['tls', null]);
      const http2 = sayAll(new TcpConversation().open(), said).exchange(
        'c2s',
        utf8('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
      );
      assert.deepEqual(await protocolOf(http2.packets), ['http2', null]);
    });

    it('is not passed over where octets of it were lost, and nothing is made up', () => {
      const { packets } = conversation(said, 4);
      const first = packets.findIndex(({ payload }) => payload.length > 0);
      const dissection = dissectionOf(packets.filter((_, at) => at !== first));
      assert.deepEqual(
        dissection.codes.filter((each) => each === code),
        [],
      );
    });
  });
}

describe('what only begins like something that stands before HTTP', () => {
  const asks: readonly [string, Uint8Array][] = [
    ['a request whose method begins with P', head('POST / HTTP/1.1', [['Content-Length', '0']])],
    ['a request of the method PROXY', head('PROXY /upstream HTTP/1.1', [])],
    ['a request behind empty lines', concat(utf8('\r\n\r\n'), head('GET / HTTP/1.1', []))],
  ];
  for (const [name, request] of asks) {
    it(`${name} is read, also octet by octet`, () => {
      for (const segmentSize of [1, 1448]) {
        const talk = new TcpConversation({ segmentSize }).open().exchange('c2s', request);
        talk.exchange('s2c', head('HTTP/1.1 204 No Content', [])).exchange('c2s', upgradeRequest());
        talk.exchange('s2c', upgradeResponse()).exchange('c2s', clientFrame(TEXT, 'hello'));
        const dissection = dissectionOf(talk.packets);
        assert.deepEqual(dissection.said, ['c2s hello']);
        assert.deepEqual(dissection.codes, []);
      }
    });
  }

  it('frames of a conversation that began before the capture are found', () => {
    // Behind the octet 05 of a payload whose beginning is not captured comes a long conversation.
    const talk = new TcpConversation().open();
    talk.exchange('s2c', hex('05 00')).exchange('c2s', hex('04 01 00'));
    for (let count = 0; count < 20; count++) {
      talk.exchange('c2s', clientFrame(TEXT, `{"ask": ${count}}`)).exchange('s2c', frame(TEXT, `{"answer": ${count}}`));
    }
    const late = dissectionOf(talk.packets.slice(3));
    assert.equal(late.of('midstream').length, 1);
    assert.ok(late.said.length >= 30, `${late.said.length} messages`);
  });

  it('what is unknown and began before the capture is counted as that, beside what began in it', () => {
    const one = new TcpConversation().open().exchange('c2s', utf8('SSH-2.0-x\r\n')).close();
    const other = new TcpConversation({ client: peer('10.0.0.9', 40009) })
      .open()
      .exchange('c2s', utf8('SSH-2.0-y\r\n'));
    const { otherConnections } = dissectionOf([...one.packets, ...other.packets.slice(3)]).summary;
    assert.deepEqual(otherConnections, [{ protocol: 'unknown', port: 8888, connections: 2, late: 1 }]);
  });

  it('frames behind a prefix that is not known are found where the user says that it is WebSocket', () => {
    const talk = conversation([['c2s', utf8('HELLO 192.0.2.7\r\n')]]);
    for (let count = 0; count < 20; count++) {
      talk.exchange('c2s', clientFrame(TEXT, `{"ask": ${count}}`)).exchange('s2c', frame(TEXT, `{"answer": ${count}}`));
    }
    assert.deepEqual(dissectionOf(talk.packets).said, []);
    const forced = dissectionOf(talk.packets, { webSocketPorts: [8888] });
    // The first of each direction may be among what is passed over.
    assert.ok(forced.said.length >= 40, `${forced.said.length} messages`);
  });

  it('a SOCKS server that refuses leads to nothing', () => {
    const talk = new TcpConversation().open().exchange('c2s', hex('05 01 00')).exchange('s2c', hex('05 ff')).close();
    assert.deepEqual(dissectionOf(talk.packets).summary.otherConnections, [
      { protocol: 'unknown', port: 8888, connections: 1 },
    ]);
  });
});

it('the name that a TLS client asks for behind the header of a proxy is told', async () => {
  const name = utf8('example.org');
  const list = concat(Uint8Array.of(0, name.length + 3, 0, 0, name.length), name);
  const extensions = concat(Uint8Array.of(0, 0, 0, list.length), list);
  const body = concat(
    hex('0303'),
    new Uint8Array(32),
    hex('00 0002 1301 01 00'),
    Uint8Array.of(0, extensions.length),
    extensions,
  );
  const hello = concat(Uint8Array.of(1, 0, 0, body.length), body);
  const record = concat(Uint8Array.of(22, 3, 1, 0, hello.length), hello);
  for (const octets of [[concat(LINE, record)], [HEADER, record]]) {
    const talk = sayAll(
      new TcpConversation().open(),
      octets.map((said): Said => ['c2s', said]),
    );
    assert.deepEqual(await protocolOf(talk.packets), ['tls', 'example.org']);
  }
});
