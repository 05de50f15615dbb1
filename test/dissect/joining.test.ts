// Where HTTP ends and WebSocket begins: answers and octets that come early or late, keep-alive and refusals before the
// upgrade, and what is held until it can be understood.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { constants, deflateRawSync } from 'node:zlib';
import { splitPacket, TcpConversation } from '../support/tcp-conversation.ts';
import { peer, type TcpPacket } from '../support/tcp-packet.ts';
import {
  BINARY,
  CLOSE,
  clientFrame,
  closePayload,
  concat,
  frame,
  head,
  PING,
  TEXT,
  upgradeRequest,
  upgradeResponse,
  utf8,
} from '../support/websocket-writer.ts';
import { type Dissection, dissectionOf, upgraded } from './dissection.ts';

/** The plainest conversation: SYN, SYN/ACK, ACK, GET, ACK, 101, ACK, a message each way with its ACK, the end. */
function plain(): TcpPacket[] {
  const talk = upgraded().exchange('c2s', clientFrame(TEXT, 'hello')).exchange('s2c', frame(TEXT, 'welcome'));
  return talk
    .exchange('c2s', clientFrame(CLOSE, closePayload(1000)))
    .exchange('s2c', frame(CLOSE, closePayload(1000)))
    .close().packets;
}

const PLAIN = ['c2s hello', 's2c welcome'];
const GET = 3;
const ANSWER = 5;

describe('the conversation as it should be', () => {
  it('is told in events that name connection, packets and ends', () => {
    const dissection = dissectionOf(plain());
    assert.deepEqual(dissection.said, PLAIN);
    assert.deepEqual(dissection.codes, []);
    const [handshake] = dissection.of('handshake');
    assert.deepEqual([handshake.client.port, handshake.server.port, handshake.packet], [40001, 8888, ANSWER + 1]);
    assert.deepEqual([handshake.upgraded, handshake.accept], [true, 'ok']);
    assert.deepEqual(
      dissection.of('message').map(({ packet, firstPacket, index }) => [packet, firstPacket, index]),
      [
        [8, 8, 0],
        [10, 10, 0],
      ],
    );
    const [end] = dissection.of('end');
    assert.deepEqual([end.how, end.packet], ['close', 17]);
    assert.deepEqual(end.c2s, {
      messages: 1,
      controls: 1,
      frames: 2,
      octets: upgradeRequest().length + 11 + 8,
    });
    const { tcpConnections, webSocketConnections, messages, complete } = dissection.summary;
    assert.deepEqual([tcpConnections, webSocketConnections, messages, complete], [1, 1, 2, true]);
  });

  it('is the same octet by octet', () => {
    const packets = plain().flatMap((packet) =>
      packet.payload.length === 0
        ? [packet]
        : [...packet.payload.keys()].map((at) => splitPacket(splitPacket(packet, at)[1], 1)[0]),
    );
    const dissection = dissectionOf(packets);
    assert.deepEqual(dissection.said, PLAIN);
    assert.deepEqual(dissection.codes, []);
  });
});

describe('wrap of the sequence number', () => {
  const beforeFrame = 1 + upgradeRequest().length;
  for (let octet = 0; octet <= 11; octet++) {
    const place =
      octet < 6 ? `octet ${octet} of a frame's header` : octet < 11 ? `octet ${octet - 6} of its payload` : 'its end';
    it(`falls on ${place}`, () => {
      const talk = upgraded({ clientSequence: 2 ** 32 - beforeFrame - octet });
      talk.exchange('c2s', clientFrame(TEXT, 'hello')).exchange('c2s', clientFrame(TEXT, 'again'));
      const { packets } = talk.close();
      assert.deepEqual(dissectionOf(packets).said, ['c2s hello', 'c2s again']);
      const [one] = packets.splice(7, 1);
      packets.splice(9, 0, one);
      assert.deepEqual(dissectionOf(packets).said, ['c2s hello', 'c2s again']);
    });
  }
});

describe('octets around the 101', () => {
  it('reads the first frame in the segment of the 101', () => {
    const talk = new TcpConversation().open().exchange('c2s', upgradeRequest());
    talk.exchange('s2c', concat(upgradeResponse(), frame(TEXT, 'first'), frame(TEXT, 'second').subarray(0, 3)));
    talk.exchange('s2c', frame(TEXT, 'second').subarray(3));
    assert.deepEqual(dissectionOf(talk.packets).said, ['s2c first', 's2c second']);
  });

  it('reads client octets that were captured before the 101', () => {
    const talk = new TcpConversation().open().send('c2s', upgradeRequest()).send('c2s', clientFrame(TEXT, 'eager'));
    talk
      .send('c2s', clientFrame(TEXT, 'still'))
      .exchange('s2c', upgradeResponse())
      .send('c2s', clientFrame(TEXT, 'on'));
    assert.deepEqual(dissectionOf(talk.packets).said, ['c2s eager', 'c2s still', 'c2s on']);
  });

  it('reads client octets in the segment of the GET', () => {
    const talk = new TcpConversation().open().send('c2s', concat(upgradeRequest(), clientFrame(TEXT, 'eager')));
    talk.exchange('s2c', upgradeResponse()).exchange('s2c', frame(TEXT, 'welcome'));
    assert.deepEqual(dissectionOf(talk.packets).said, ['c2s eager', 's2c welcome']);
  });

  it('finds the upgrade where the 101 was captured before the GET', () => {
    const packets = plain();
    const [answer] = packets.splice(ANSWER, 1);
    packets.splice(GET, 0, answer);
    const dissection = dissectionOf(packets);
    assert.deepEqual(dissection.said, PLAIN);
    assert.equal(dissection.of('handshake')[0].client.port, 40001);
  });

  it('finds it where all that the server sent was captured before all that the client sent', () => {
    const packets = plain();
    const fromClient = (packet: TcpPacket) => packet.source.port === 40001;
    const order = [...packets.filter((packet) => !fromClient(packet)), ...packets.filter(fromClient)];
    assert.deepEqual(dissectionOf(order).said.sort(), PLAIN);
    assert.deepEqual(
      dissectionOf(packets.toSorted((a, b) => Number(fromClient(b)) - Number(fromClient(a)))).said,
      PLAIN,
    );
  });

  it('finds it where one segment holds the answer before and the 101, captured before the GET that asks for it', () => {
    const earlier = head('HTTP/1.1 200 OK', [['Content-Length', '5']]);
    for (const firstFrame of [new Uint8Array(0), frame(TEXT, 'early')]) {
      const talk = new TcpConversation().open().send('c2s', head('GET /page HTTP/1.1', [['Host', 'localhost']]));
      talk.send('c2s', upgradeRequest());
      talk.exchange('s2c', concat(earlier, utf8('hello'), upgradeResponse(), firstFrame));
      talk.exchange('c2s', clientFrame(TEXT, 'thanks'));
      const { packets } = talk;
      const [get] = packets.splice(4, 1);
      packets.splice(5, 0, get);
      const dissection = dissectionOf(packets);
      const early = firstFrame.length > 0 ? ['s2c early'] : [];
      assert.deepEqual(dissection.said, [...early, 'c2s thanks']);
      assert.deepEqual([dissection.of('handshake')[0].accept, dissection.codes], ['ok', []]);
    }
  });

  it('gives offsets in the TCP stream', () => {
    const talk = upgraded().send('s2c', frame(TEXT, 'ab')).send('s2c', frame(BINARY, 'cd'));
    const start = upgradeResponse().length;
    assert.deepEqual(
      dissectionOf(talk.packets, { frames: true })
        .of('frame')
        .map(({ offset }) => offset),
      [start, start + 4],
    );
  });
});

describe('a header whose rest was not captured', () => {
  const messages = Array.from({ length: 20 }, (_, count) => clientFrame(TEXT, `{"count": ${count}, "and": "more"}`));
  const lengths = messages.map(({ length }) => length);

  for (let kept = 0; kept < 6; kept++) {
    it(`changes no offset behind it, and its octets count as passed over: ${kept} octets`, () => {
      const talk = upgraded().exchange('c2s', messages[0]).exchange('c2s', messages[1].subarray(0, kept));
      talk.skip('c2s', lengths[1] - kept);
      for (const message of messages.slice(2)) talk.exchange('c2s', message);
      const dissection = dissectionOf(talk.packets, { frames: true });
      const [first, ...found] = dissection.of('frame').map(({ offset }) => offset);
      let next = upgradeRequest().length;
      const offsets = lengths.map((length) => {
        next += length;
        return next - length;
      });
      assert.deepEqual([first, ...found], [offsets[0], ...offsets.slice(-found.length)]);
      assert.equal(passedOver(dissection), found[0] - offsets[2] + kept);
    });
  }

  /** Octets that were passed over before the first frame that was found. */
  function passedOver({ diagnostics }: Dissection): number {
    const found = diagnostics.find(({ code }) => code === 'frames-found');
    return Number(found?.message.match(/(\d+) octets passed over/)?.[1] ?? 0);
  }
});

describe('HTTP before the upgrade', () => {
  const request = (line: string) => head(`${line} HTTP/1.1`, [['Host', 'localhost']]);
  const answers: [name: string, request: Uint8Array, answer: Uint8Array][] = [
    [
      '404 with a body',
      request('GET /a'),
      concat(head('HTTP/1.1 404 Not Found', [['Content-Length', '4']]), utf8('gone')),
    ],
    ['204', request('GET /b'), head('HTTP/1.1 204 No Content', [])],
    ['304 with a length', request('GET /c'), head('HTTP/1.1 304 Not Modified', [['Content-Length', '999']])],
    ['an answer to HEAD', request('HEAD /d'), head('HTTP/1.1 200 OK', [['Content-Length', '999']])],
    [
      'an answer in chunks',
      request('GET /e'),
      concat(head('HTTP/1.1 200 OK', [['Transfer-Encoding', 'chunked']]), utf8('3\r\nabc\r\n0\r\n\r\n')),
    ],
    [
      'an interim answer',
      request('GET /f'),
      concat(head('HTTP/1.1 100 Continue', []), head('HTTP/1.1 200 OK', [['Content-Length', '0']])),
    ],
  ];

  for (const [name, question, answer] of answers) {
    it(`is passed over on the same connection: ${name}`, () => {
      const talk = new TcpConversation().open().exchange('c2s', question).exchange('s2c', answer);
      talk
        .exchange('c2s', upgradeRequest())
        .exchange('s2c', upgradeResponse())
        .exchange('c2s', clientFrame(TEXT, 'hi'));
      const dissection = dissectionOf(talk.packets);
      assert.deepEqual(dissection.said, ['c2s hi']);
      assert.equal(dissection.of('handshake').length, 1);
    });
  }

  it('is passed over where all of it was sent without waiting for answers', () => {
    const talk = new TcpConversation().open();
    talk.exchange('c2s', concat(...answers.map(([, question]) => question), upgradeRequest()));
    talk.exchange('s2c', concat(...answers.map(([, , answer]) => answer), upgradeResponse(), frame(TEXT, 'hi')));
    assert.deepEqual(dissectionOf(talk.packets).said, ['s2c hi']);
  });

  it('may say HTTP/1.1 101 in a body, of the server or of the client', () => {
    const body = concat(upgradeResponse(), frame(TEXT, 'no'));
    const length = String(body.length);
    const talk = new TcpConversation().open();
    talk.exchange(
      'c2s',
      concat(
        head('POST /x HTTP/1.1', [
          ['Host', 'h'],
          ['Content-Length', length],
        ]),
        body,
      ),
    );
    talk.exchange('s2c', concat(head('HTTP/1.1 200 OK', [['Content-Length', length]]), body));
    talk.exchange('c2s', upgradeRequest()).exchange('s2c', upgradeResponse()).exchange('s2c', frame(TEXT, 'yes'));
    const dissection = dissectionOf(talk.packets);
    assert.deepEqual(dissection.said, ['s2c yes']);
    assert.equal(dissection.of('handshake').length, 1);
  });

  it('may be a CONNECT that opens a tunnel, in which the upgrade follows', () => {
    const talk = new TcpConversation().open();
    talk.exchange('c2s', head('CONNECT example.com:80 HTTP/1.1', [['Host', 'example.com:80']]));
    talk.exchange('s2c', head('HTTP/1.1 200 Connection established', []));
    talk.exchange('c2s', upgradeRequest()).exchange('s2c', upgradeResponse()).exchange('c2s', clientFrame(TEXT, 'hi'));
    assert.deepEqual(dissectionOf(talk.packets).said, ['c2s hi']);
  });

  it('may refuse the upgrade and take it at the second attempt', () => {
    const talk = new TcpConversation().open().exchange('c2s', upgradeRequest({ target: '/a' }));
    talk.exchange('s2c', concat(head('HTTP/1.1 403 Forbidden', [['Content-Length', '2']]), utf8('no')));
    talk.exchange('c2s', upgradeRequest({ target: '/b' })).exchange('s2c', upgradeResponse());
    talk.exchange('c2s', clientFrame(TEXT, 'hi'));
    const dissection = dissectionOf(talk.packets);
    assert.deepEqual(
      dissection.of('handshake').map(({ request, response, upgraded }) => [request.target, response?.body, upgraded]),
      [
        ['/a', 'no', false],
        ['/b', '', true],
      ],
    );
    assert.deepEqual(dissection.said, ['c2s hi']);
    assert.deepEqual(dissection.faults, []);
  });

  it('may be asked for in a request with a body, which is no part of what follows', () => {
    const request = upgradeRequest({ fields: [['Content-Length', '4']] });
    for (const pieces of [[concat(request, utf8('body'))], [request, utf8('bo'), utf8('dy')]]) {
      const talk = new TcpConversation().open();
      for (const piece of pieces) talk.exchange('c2s', piece);
      talk.exchange('s2c', upgradeResponse()).exchange('c2s', clientFrame(TEXT, 'hi'));
      const dissection = dissectionOf(talk.packets);
      assert.deepEqual([dissection.said, dissection.codes], [['c2s hi'], []]);
    }
  });

  it('may refuse it with a body that lasts to the end', () => {
    const talk = new TcpConversation().open().exchange('c2s', upgradeRequest());
    talk
      .exchange('s2c', concat(head('HTTP/1.1 400 Bad Request', []), utf8('Bad ')))
      .exchange('s2c', utf8('Request'))
      .close('s2c');
    const dissection = dissectionOf(talk.packets);
    assert.equal(dissection.of('handshake')[0].response?.body, 'Bad Request');
    assert.deepEqual(dissection.codes, ['upgrade-refused']);
    assert.equal(dissection.of('end').length, 1);
  });

  it('may never answer', () => {
    const talk = new TcpConversation().open().exchange('c2s', upgradeRequest()).close();
    const [handshake] = dissectionOf(talk.packets).of('handshake');
    assert.deepEqual([handshake.response, handshake.upgraded, handshake.packet], [null, false, 4]);
  });

  it('may name the token upgrade among others, in any case', () => {
    const fields = (text: string) =>
      utf8(Buffer.from(upgradeRequest()).toString().replace('Connection: Upgrade', `Connection: ${text}`));
    for (const connection of ['keep-alive, Upgrade', 'Upgrade, keep-alive', 'keep-alive,upgrade', 'UPGRADE']) {
      const talk = new TcpConversation().open().exchange('c2s', fields(connection)).exchange('s2c', upgradeResponse());
      talk.exchange('c2s', clientFrame(TEXT, 'hi'));
      const dissection = dissectionOf(talk.packets);
      assert.deepEqual([dissection.said, dissection.codes], [['c2s hi'], []], connection);
    }
  });
});

describe('what is lost around the upgrade', () => {
  it('tells of an attempt whose answer was lost', () => {
    const packets = plain();
    packets.splice(ANSWER, 1);
    const [handshake] = dissectionOf(packets).of('handshake');
    assert.equal(handshake.response, null);
  });

  it('tells of octets lost before the 101 once the upgrade is known, each with its reason', () => {
    const talk = new TcpConversation().open().send('c2s', upgradeRequest());
    talk.send('c2s', clientFrame(BINARY, new Uint8Array(292))).send('c2s', clientFrame(TEXT, 'lost'));
    talk.send('c2s', clientFrame(TEXT, 'more'));
    talk.packets.splice(5, 1);
    // The server acknowledges for so long that the hole is given up before it answers.
    for (let packet = 0; packet < 70; packet++) talk.acknowledge('s2c');
    talk.exchange('s2c', upgradeResponse());
    const dissection = dissectionOf(talk.packets, { snapLength: 14 + 20 + 20 + 200 });
    assert.deepEqual(
      dissection.of('gap').map(({ direction, length, reason }) => [direction, length, reason]),
      [
        ['c2s', 100, 'snaplen'],
        ['c2s', 10, 'not-captured'],
      ],
    );
    assert.deepEqual(dissection.faults, ['octets-before-answer', 'message-incomplete', 'frame-header-lost']);
  });

  it('finds the next frame of a client that does not mask, where its first was lost', () => {
    const words = Array.from({ length: 6 }, (_, count) => `{"question": ${count}}`);
    const talk = upgraded();
    for (const question of words) talk.exchange('c2s', frame(TEXT, question)).exchange('s2c', frame(TEXT, 'yes'));
    const lost = talk.packets.findIndex(({ payload }) => Buffer.from(payload).includes(words[0]));
    const { said, codes } = dissectionOf(talk.packets.toSpliced(lost, 1));
    assert.deepEqual(
      said.filter((line) => line.startsWith('c2s')),
      words.slice(1).map((question) => `c2s ${question}`),
    );
    assert.ok(codes.includes('unmasked-client-frame'), String(codes));
  });

  it('gives up where the first octets of both sides were lost', () => {
    const talk = upgraded().exchange('c2s', clientFrame(TEXT, 'hi'));
    const packets = talk.packets.filter((_, at) => at !== GET && at !== ANSWER);
    const dissection = dissectionOf(packets);
    assert.deepEqual([dissection.of('handshake'), dissection.of('end')], [[], []]);
    assert.equal(dissection.summary.tcpConnections, 1);
  });
});

describe('limits of what is held', () => {
  it('gives a connection up when too much waits for the answer that is no frames', () => {
    const talk = new TcpConversation({ segmentSize: 60_000 }).open().send('c2s', upgradeRequest());
    talk.send('c2s', new Uint8Array(1_100_000).fill(0x41)).send('s2c', upgradeResponse());
    const dissection = dissectionOf(talk.packets);
    assert.equal(dissection.of('handshake')[0].response, null);
    assert.ok(dissection.codes.includes('held-limit'));
  });

  it('reads on without the answer where what waits for it is frames', () => {
    for (const first of [10, 1000, 50_000, 300_000]) {
      const talk = new TcpConversation({ segmentSize: 60_000 }).open().send('c2s', upgradeRequest());
      talk.send('c2s', clientFrame(BINARY, new Uint8Array(first)));
      for (let count = 0; count < 30; count++) talk.send('c2s', clientFrame(BINARY, new Uint8Array(50_000)));
      talk.send('c2s', clientFrame(TEXT, 'the last'));
      const dissection = dissectionOf(talk.packets.filter(({ source }) => source.port === 40001));
      assert.equal(dissection.said.length, 32, `the first of ${first} octets`);
      assert.equal(dissection.said.at(-1), 'c2s the last');
      assert.deepEqual(dissection.faults, ['answer-not-captured']);
    }
  });

  it('reads on where the answer comes after all, and octets were lost meanwhile', () => {
    const talk = new TcpConversation({ segmentSize: 60_000 }).open().send('c2s', upgradeRequest());
    for (let count = 0; count < 30; count++) talk.send('c2s', clientFrame(BINARY, new Uint8Array(50_000)));
    talk.exchange('s2c', upgradeResponse());
    for (let count = 0; count < 20; count++) talk.exchange('s2c', frame(TEXT, `{"answer": ${count}}`));
    const { said } = dissectionOf(talk.packets);
    assert.equal(said.filter((line) => line.startsWith('c2s')).length, 30);
    assert.ok(said.filter((line) => line.startsWith('s2c')).length >= 19);
  });

  it('bounds what all connections hold together', () => {
    const packets: TcpPacket[] = [];
    for (let port = 1; port <= 10; port++) {
      const talk = new TcpConversation({ client: peer('10.0.0.1', port) }).open().send('c2s', upgradeRequest());
      packets.push(...talk.send('c2s', clientFrame(BINARY, new Uint8Array(1000))).packets);
    }
    const dissection = dissectionOf(packets, { limits: { held: 5000 } });
    assert.equal(dissection.codes.filter((code) => code === 'held-limit').length, 7);
  });

  it('passes over octets among which a frame is looked for, tells so once, and reads on behind them', () => {
    const talk = upgraded().exchange('s2c', frame(TEXT, 'first')).skip('s2c', 3);
    for (let count = 0; count < 40; count++) talk.exchange('s2c', new Uint8Array(1000).fill(0xff));
    talk.skip('s2c', 1);
    for (let count = 0; count < 40; count++) talk.exchange('s2c', frame(TEXT, `{"count": ${count}}`));
    const { diagnostics, said } = dissectionOf(talk.packets, { limits: { held: 5000 } });
    assert.deepEqual(
      diagnostics.map(({ code }) => code),
      ['frame-header-lost', 'held-limit', 'frames-found'],
    );
    assert.match(diagnostics[2].message, /: 40000 octets passed over$/);
    assert.equal(said.length, 41);
  });

  it('shows no control frame and no compressed message that it may not hold, and reads on', () => {
    const text = Buffer.from(Array.from({ length: 1000 }, (_, at) => `${at ** 2}`).join());
    const compressed = deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
    for (const said of [frame(PING, new Uint8Array(100)), frame(TEXT, compressed, { rsv: 4 })]) {
      const talk = upgraded({ segmentSize: 60 }, [['Sec-WebSocket-Extensions', 'permessage-deflate']]);
      talk.exchange('s2c', said).exchange('s2c', frame(TEXT, 'next'));
      const dissection = dissectionOf(talk.packets, { limits: { held: 40 } });
      assert.deepEqual(dissectionOf(talk.packets).codes, []);
      assert.deepEqual([dissection.codes, dissection.said.at(-1)], [['held-limit'], 's2c next']);
    }
  });

  it('gives back what was held by connections that ended', () => {
    const packets: TcpPacket[] = [];
    for (let port = 1; port <= 10; port++) {
      const talk = new TcpConversation({ client: peer('10.0.0.1', port) }).open().send('c2s', upgradeRequest());
      talk.send('c2s', clientFrame(BINARY, new Uint8Array(1000)));
      if (port % 2 === 0) talk.send('s2c', upgradeResponse());
      packets.push(...talk.close().packets);
    }
    assert.ok(!dissectionOf(packets, { limits: { held: 5000 } }).codes.includes('held-limit'));
  });
});
