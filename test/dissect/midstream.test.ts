import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { constants, deflateRawSync } from 'node:zlib';
import { otherDirection } from '../../src/dissect/direction.ts';
import type { Direction } from '../../src/dissect/events.ts';
import type { Recordable } from '../support/capture-builder.ts';
import { Random } from '../support/random.ts';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { frameOctets, peer } from '../support/tcp-packet.ts';
import {
  BINARY,
  clientFrame,
  frame,
  KEY,
  TEXT,
  upgradeRequest,
  upgradeResponse,
  utf8,
} from '../support/websocket-writer.ts';
import { STREAMS } from '../ws/streams-without-frames.ts';
import { dissectionOf } from './dissection.ts';

/** Packets of the handshake: three of TCP, then request and answer with their acknowledgments. */
const SYNS = 3;
const REQUEST = 3;
const ANSWER = 5;
const HANDSHAKE = 7;
const WORDS = ['good morning', 'how are you', 'fine, thank you', 'and you?', 'bye'];

function conversation(): TcpConversation {
  const random = new Random(7);
  const talk = new TcpConversation().open().exchange('c2s', upgradeRequest()).exchange('s2c', upgradeResponse());
  for (const [index, words] of WORDS.entries()) {
    if (index % 2 === 0) talk.exchange('c2s', frame(TEXT, words, { key: random.octets(4) }));
    else talk.exchange('s2c', frame(TEXT, words));
  }
  return talk;
}

/** Both say all words, and the client does not mask what it says. */
function unmaskedConversation(talk: TcpConversation): TcpConversation {
  for (const words of WORDS) talk.exchange('c2s', frame(TEXT, words)).exchange('s2c', frame(TEXT, words.toUpperCase()));
  return talk;
}

const UNMASKED_SAID = WORDS.flatMap((words) => [`c2s ${words}`, `s2c ${words.toUpperCase()}`]);

/** A conversation from the first packet of the server's answer on, and what was said in it. */
function fromTheAnswerOn(segmentSize: number, serverFirst: boolean): { packets: Recordable[]; said: string[] } {
  const random = new Random(7);
  const talk = new TcpConversation({ segmentSize }).open().exchange('c2s', upgradeRequest());
  const first = talk.packets.length;
  talk.exchange('s2c', upgradeResponse());
  const said = WORDS.map((words, index) => {
    const side = (index % 2 === 0) === serverFirst ? 's2c' : 'c2s';
    talk.exchange(side, frame(TEXT, words, side === 'c2s' ? { key: random.octets(4) } : {}));
    return `${side} ${words}`;
  });
  return { packets: talk.packets.slice(first), said };
}

/** Each direction in its own order: which of them is understood first is open. */
function inOrder(said: readonly string[]): string[] {
  return ['c2s', 's2c'].flatMap((direction) => said.filter((line) => line.startsWith(direction)));
}

const SAID = WORDS.map((words, index) => `${index % 2 === 0 ? 'c2s' : 's2c'} ${words}`);

describe('a capture that begins late', () => {
  it('is read from its first frame on, and says which end is the client', () => {
    const dissection = dissectionOf(conversation().packets.slice(HANDSHAKE));
    const [midstream] = dissection.of('midstream');
    assert.equal(midstream?.client.port, 40001);
    assert.equal(midstream.server.port, 8888);
    assert.ok(midstream.confidence > 0.9 && midstream.confidence <= 1);
    assert.deepEqual(inOrder(dissection.said), inOrder(SAID));
    assert.equal(dissection.of('end').length, 1);
    assert.equal(dissection.summary.webSocketConnections, 1);
  });

  it('tells what both ends said in the order of capture, also where it begins inside of a message or lacks some of one', () => {
    for (const [what, { rest, snapLength }] of Object.entries({
      'from a frame on': { rest: 0, snapLength: 65_535 },
      'inside of a message': { rest: 300, snapLength: 65_535 },
      'inside of a message that is cut': { rest: 300, snapLength: 154 },
    })) {
      const random = new Random(3);
      const talk = new TcpConversation();
      talk.exchange('s2c', random.octets(rest));
      for (let count = 0; count < 4; count++) {
        talk.exchange('c2s', frame(BINARY, random.octets(random.between(5, 12)), { key: random.octets(4) }));
        talk.exchange('s2c', frame(BINARY, random.octets(random.between(5, 12))));
      }
      const dissection = dissectionOf(talk.packets, { snapLength });
      assert.equal(dissection.of('gap').length, snapLength < rest ? 1 : 0, what);
      const packets = dissection.of('message').map(({ packet }) => packet);
      assert.ok(packets.length >= 7, `${what}: ${packets.length} messages`);
      assert.deepEqual(
        packets,
        packets.toSorted((one, other) => one - other),
        what,
      );
    }
  });

  it('tells it in that order as well where it ends before the frames of one of them are proof enough', () => {
    const talk = new TcpConversation().exchange('s2c', frame(TEXT, 'Welcome, 192.168.43.1 !'));
    for (const words of ['test message', 'hello websocket']) {
      talk.exchange('c2s', clientFrame(TEXT, words)).exchange('s2c', frame(TEXT, `guest says: ${words}`));
    }
    assert.deepEqual(dissectionOf(talk.packets).said, [
      's2c Welcome, 192.168.43.1 !',
      'c2s test message',
      's2c guest says: test message',
      'c2s hello websocket',
      's2c guest says: hello websocket',
    ]);
  });

  it('waits no longer than for 4 KiB for frames of the other end', () => {
    const random = new Random(5);
    const talk = new TcpConversation();
    // What the client said begins inside of something, and tells nothing of itself.
    talk.exchange('c2s', random.octets(20));
    for (let count = 0; count < 200; count++)
      talk.exchange('s2c', frame(TEXT, `{"tick": ${count}, "price": ${count}}`));
    // What 4 KiB of such messages count for as pieces is less than this, what all of them count for is more.
    const dissection = dissectionOf(talk.packets, { limits: { held: 45_000 } });
    assert.equal(dissection.said.length, 200);
    assert.deepEqual(dissection.codes, ['frames-not-found']);
  });

  it('says so whichever end speaks first', () => {
    const dissection = dissectionOf(conversation().packets.slice(HANDSHAKE + 2));
    assert.equal(dissection.of('midstream')[0]?.client.port, 40001);
    assert.deepEqual(inOrder(dissection.said), inOrder(SAID.slice(1)));
  });

  it('says by the ports which end is the client, where that does not mask', () => {
    const ends = { client: peer('10.0.0.1', 40001), server: peer('10.0.0.2', 8888) };
    const { packets } = unmaskedConversation(new TcpConversation(ends));
    for (const beginning of [packets, packets.slice(2)]) {
      const dissection = dissectionOf(beginning);
      assert.equal(dissection.of('midstream')[0]?.client.port, 40001);
      assert.deepEqual(inOrder(dissection.said), inOrder(UNMASKED_SAID.slice(beginning === packets ? 0 : 1)));
      assert.ok(dissection.codes.includes('unmasked-client-frame'), String(dissection.codes));
    }
  });

  it('is not taken for WebSocket by a single frame, unless the user says that it is', () => {
    const packets = conversation().packets.slice(HANDSHAKE, HANDSHAKE + 2);
    assert.deepEqual(dissectionOf(packets).of('midstream'), []);
    const forced = dissectionOf(packets, { webSocketPorts: [8888] });
    assert.equal(forced.of('midstream')[0]?.confidence, 1);
    assert.deepEqual(forced.said, SAID.slice(0, 1));
  });
});

describe('a capture that begins inside of a large message', () => {
  const LARGE = 300_000;
  const KEYS = WORDS.map((words, index) => `{"key":"${words}","n":${index}}`);

  it('is recognised by what the other side says meanwhile', () => {
    const random = new Random(11);
    const talk = new TcpConversation().exchange('s2c', random.octets(LARGE));
    for (const words of KEYS) {
      talk.exchange('c2s', frame(TEXT, words, { key: random.octets(4) }));
      talk.exchange('s2c', frame(BINARY, random.octets(LARGE)));
    }
    const dissection = dissectionOf(talk.packets, { payload: 'never' });
    assert.equal(dissection.of('midstream')[0]?.client.port, 40001);
    const texts = dissection.of('message').filter(({ opcode }) => opcode === 'text');
    assert.equal(texts.length, KEYS.length);
    const large = dissection.of('message').filter(({ wireLength }) => wireLength === LARGE);
    assert.ok(large.length > 0 && large.length <= KEYS.length, `${large.length} large messages`);
    const end = dissection.of('end')[0];
    assert.equal(end?.s2c.octets, LARGE + KEYS.length * (LARGE + 10));
  });

  it('is recognised by what both sides say after it', () => {
    const random = new Random(12);
    const talk = new TcpConversation().exchange('s2c', random.octets(LARGE)).exchange('c2s', random.octets(LARGE));
    for (const words of KEYS) {
      talk.exchange('c2s', frame(TEXT, words, { key: random.octets(4) })).exchange('s2c', frame(TEXT, words));
    }
    const { said, events } = dissectionOf(talk.packets);
    // The first frames of a direction may be passed over (docs/limits.md); none is told wrongly.
    const all = KEYS.flatMap((words) => [`c2s ${words}`, `s2c ${words}`]);
    assert.ok(said.length >= all.length / 2, said.join('\n'));
    for (const words of said) assert.ok(all.includes(words), words);
    for (const event of events) {
      if (event.type !== 'diagnostic' || event.code !== 'frames-found') continue;
      assert.ok(Number(event.message.match(/\d+/)?.[0]) >= LARGE, `what was let go is not counted: ${event.message}`);
    }
  });

  it('is given up after 4 MiB without frames, long before its end', () => {
    const random = new Random(13);
    const talk = new TcpConversation().exchange('s2c', random.octets(4 * 1024 * 1024 + 1448));
    for (const words of KEYS) talk.exchange('c2s', frame(TEXT, words, { key: random.octets(4) }));
    assert.deepEqual(dissectionOf(talk.packets).of('midstream'), []);
  });
});

describe('half a handshake', () => {
  it('is enough where it is the request', () => {
    const packets = conversation().packets.filter(({ source }) => source.port === 40001);
    const dissection = dissectionOf(packets);
    const [handshake] = dissection.of('handshake');
    assert.equal(handshake?.response, null);
    assert.deepEqual(
      dissection.said,
      SAID.filter((line) => line.startsWith('c2s')),
    );
    assert.deepEqual(dissection.faults, ['answer-not-captured']);
    assert.equal(dissection.of('gap')[0]?.direction, 's2c');
  });

  it('is enough where it is the request, captured late, and the capture begins behind its answer', () => {
    const { packets } = conversation();
    const [first, ...rest] = packets.slice(HANDSHAKE);
    const late = { ...packets[REQUEST], acknowledgment: first.acknowledgment };
    const dissection = dissectionOf([late, first, ...rest]);
    assert.deepEqual(inOrder(dissection.said), inOrder(SAID));
    assert.deepEqual(dissection.faults, ['answer-not-captured']);
  });

  it('is enough where it is the answer, which the event shows', () => {
    const packets = conversation().packets.filter(({ source }) => source.port === 8888);
    const dissection = dissectionOf(packets);
    const [midstream] = dissection.of('midstream');
    assert.equal(midstream?.response?.status, 101);
    assert.equal(midstream.confidence, 1);
    assert.deepEqual(
      dissection.said,
      SAID.filter((line) => line.startsWith('s2c')),
    );
  });

  for (const [what, segmentSize] of [
    ['', 1460],
    [', in segments of 7 octets', 7],
  ] as const) {
    it(`is enough where the capture begins with the answer${what}`, () => {
      for (const serverFirst of [false, true]) {
        const { packets, said } = fromTheAnswerOn(segmentSize, serverFirst);
        for (const options of [{}, { webSocketPorts: [8888] }]) {
          const dissection = dissectionOf(packets, options);
          const [midstream] = dissection.of('midstream');
          assert.equal(midstream?.response?.status, 101);
          assert.equal(midstream.client.port, 40001);
          assert.equal(midstream.confidence, 1);
          assert.deepEqual(inOrder(dissection.said), inOrder(said));
          assert.deepEqual(dissection.summary.otherConnections, []);
        }
      }
    });
  }

  it('is enough where the capture begins with the answer, and only the server says more', () => {
    const talk = new TcpConversation().open().exchange('c2s', upgradeRequest()).exchange('s2c', upgradeResponse());
    for (const words of WORDS) talk.exchange('s2c', frame(TEXT, words));
    const dissection = dissectionOf(talk.packets.slice(ANSWER));
    assert.deepEqual(
      dissection.said,
      WORDS.map((words) => `s2c ${words}`),
    );
  });

  for (const [what, lost] of [
    ['request', /^GET \/earlier/],
    ['answer', /^HTTP\/1.1 200/],
    ['request and its whole answer', /^GET \/earlier|^HTTP\/1.1 200|^[04]\r\n/],
    ["answer's body", /^4\r\nlost/],
    ["answer, but for its body's rest,", /^HTTP\/1.1 200|^4\r\nlost/],
  ] as const) {
    for (const earlier of [0, 1]) {
      it(`is read whole where an earlier ${what} was lost, ${earlier} behind others`, () => {
        const talk = new TcpConversation().open();
        const text = (words: string) => new TextEncoder().encode(words);
        for (let count = 0; count < earlier; count++) {
          talk.exchange('c2s', text('GET /first HTTP/1.1\r\nHost: x\r\n\r\n'));
          talk.exchange('s2c', text('HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno'));
        }
        talk.exchange('c2s', text('GET /earlier HTTP/1.1\r\nHost: x\r\n\r\n'));
        talk.exchange('s2c', text('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'));
        talk
          .exchange('s2c', text('4\r\nlost\r\n'))
          .exchange('s2c', text('4\r\nrest\r\n'))
          .exchange('s2c', text('0\r\n\r\n'));
        talk.exchange('c2s', upgradeRequest()).exchange('s2c', upgradeResponse());
        const random = new Random(5);
        for (const words of WORDS) talk.exchange('c2s', frame(TEXT, words, { key: random.octets(4) }));
        const packets = talk.packets.filter(({ payload }) => !lost.test(Buffer.from(payload).toString('latin1')));
        assert.ok(packets.length < talk.packets.length);
        const dissection = dissectionOf(packets);
        assert.equal(dissection.of('handshake')[0]?.response?.status, 101);
        assert.deepEqual(
          dissection.said,
          WORDS.map((words) => `c2s ${words}`),
        );
        assert.deepEqual(dissection.faults, []);
      });
    }
  }

  it('is the answer where its request is captured behind it', () => {
    const { packets } = conversation();
    const swapped = [packets[ANSWER], packets[REQUEST], ...packets.slice(HANDSHAKE)] as Recordable[];
    const dissection = dissectionOf(swapped);
    assert.equal(dissection.of('handshake')[0]?.response?.status, 101);
    assert.deepEqual(inOrder(dissection.said), inOrder(SAID));
  });

  it('is not taken for that of an earlier request, which the capture begins behind', () => {
    const answers = [
      'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
      'HTTP/1.1 204 No Content\r\n\r\n',
      'HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
    ];
    for (const segmentSize of [1460, 5]) {
      for (const earlier of [...answers, answers.join('')]) {
        const talk = new TcpConversation({ segmentSize }).open();
        const begin = talk.packets.length;
        talk.exchange('s2c', new TextEncoder().encode(earlier));
        talk.exchange('c2s', upgradeRequest()).exchange('s2c', upgradeResponse());
        for (const words of WORDS) talk.exchange('s2c', frame(TEXT, words));
        const dissection = dissectionOf(talk.packets.slice(begin));
        assert.equal(dissection.of('handshake')[0]?.response?.status, 101, `${earlier} in segments of ${segmentSize}`);
        assert.equal(dissection.said.length, WORDS.length);
      }
    }
  });

  it('is the answer, behind which the context of compressed messages is known', () => {
    const agreed: [string, string][] = [['Sec-WebSocket-Extensions', 'permessage-deflate']];
    const talk = new TcpConversation().open();
    const begin = talk.exchange('c2s', upgradeRequest({ fields: agreed })).packets.length;
    talk.exchange('s2c', upgradeResponse({ fields: agreed }));
    let before = '';
    for (const words of [...WORDS, ...WORDS]) {
      // What both ends have said so far is the same, and each message may refer to all of it.
      const dictionary = before === '' ? undefined : utf8(before);
      const finishFlush = constants.Z_SYNC_FLUSH;
      const deflated = Uint8Array.from(deflateRawSync(words, { dictionary, finishFlush }).subarray(0, -4));
      before += words;
      talk
        .exchange('c2s', frame(TEXT, deflated, { rsv: 4, key: KEY }))
        .exchange('s2c', frame(TEXT, deflated, { rsv: 4 }));
    }
    const dissection = dissectionOf(talk.packets.slice(begin));
    assert.deepEqual(dissection.faults, []);
    assert.equal(dissection.said.filter((line) => line === 'c2s bye').length, 2);
    assert.equal(dissection.said.filter((line) => line === 's2c bye').length, 2);
    // So may one that is not in the capture, whose 101 is a copy sent again; the client broke no rule by that.
    const [answer, ...rest] = talk.packets.slice(begin);
    const first = rest.findIndex(({ source, payload }) => source.port === 40001 && payload.length > 0);
    const resent = dissectionOf([
      { ...answer, acknowledgment: rest[first + 2].acknowledgment },
      ...rest.slice(first + 2),
    ]);
    assert.deepEqual(
      resent.diagnostics.filter(({ severity }) => severity === 'error'),
      [],
    );
    assert.ok(resent.codes.includes('compression-context-lost'), String(resent.codes));
    // A first message of the client that was not captured may be referred to.
    const lossy = dissectionOf(talk.packets.slice(begin).toSpliced(2, 1));
    assert.ok(lossy.codes.includes('compression-context-lost'), String(lossy.codes));
  });

  it('is found behind the second half of its request', () => {
    const talk = new TcpConversation({ segmentSize: 60 }).open().exchange('c2s', upgradeRequest());
    const half = SYNS + 2;
    talk.exchange('s2c', upgradeResponse());
    for (const words of WORDS) talk.exchange('s2c', frame(TEXT, words));
    const dissection = dissectionOf(talk.packets.slice(half));
    assert.equal(dissection.of('midstream')[0]?.response?.status, 101);
    assert.equal(dissection.said.length, WORDS.length);
  });

  for (const [what, missing] of [
    ['request', REQUEST],
    ['answer', ANSWER],
  ] as const) {
    it(`is enough where the packet of the ${what} was lost`, () => {
      const packets = conversation().packets.filter((_, at) => at !== missing);
      assert.deepEqual(inOrder(dissectionOf(packets).said), inOrder(SAID));
    });
  }

  it('is enough where every packet is cut in the middle of the heads', () => {
    const random = new Random(3);
    const talk = conversation();
    for (let count = 0; count < 5; count++) {
      talk.exchange('c2s', frame(BINARY, random.octets(20), { key: random.octets(4) }));
      talk.exchange('s2c', frame(BINARY, random.octets(20)));
    }
    const { messages } = dissectionOf(talk.packets, { snapLength: 96 }).summary;
    assert.equal(messages, WORDS.length + 10);
  });

  it('is enough where so few octets of the heads were captured that they could be anything', () => {
    const { packets } = conversation();
    const cutTo = (at: number, octets: number) => {
      const whole = frameOctets(packets[at]);
      return whole.subarray(0, whole.length - packets[at].payload.length + octets);
    };
    for (let request = 0; request < 8; request++) {
      for (let answer = 0; answer < 14; answer++) {
        const kept: Recordable[] = [...packets];
        kept[REQUEST] = cutTo(REQUEST, request);
        kept[ANSWER] = cutTo(ANSWER, answer);
        const dissection = dissectionOf(kept);
        assert.deepEqual(
          inOrder(dissection.said),
          inOrder(SAID),
          `the request cut to ${request}, the answer to ${answer}`,
        );
        assert.deepEqual(dissection.faults, []);
      }
    }
  });

  for (const lost of ['request', 'answer', 'request and answer']) {
    it(`is found behind a refusal, where the ${lost} of the next attempt was lost`, () => {
      const request = upgradeRequest();
      const answer = upgradeResponse();
      const talk = new TcpConversation().open().exchange('c2s', request);
      talk.exchange('s2c', utf8('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n'));
      if (lost.includes('request')) talk.skip('c2s', request.length);
      else talk.exchange('c2s', request);
      if (lost.includes('answer')) talk.skip('s2c', answer.length);
      else talk.exchange('s2c', answer);
      for (const word of WORDS) talk.exchange('s2c', frame(TEXT, word)).exchange('c2s', clientFrame(TEXT, word));
      const { said, events } = dissectionOf(talk.packets);
      assert.deepEqual(inOrder(said), inOrder(WORDS.flatMap((word) => [`s2c ${word}`, `c2s ${word}`])));
      const began = lost === 'answer' ? 'handshake' : 'midstream';
      assert.deepEqual(
        events.map(({ type }) => type).filter((type) => type === 'handshake' || type === 'midstream'),
        ['handshake', began],
      );
    });
  }

  it('whose refusal was lost is followed by another request, which is read as no frame', () => {
    const refusal = utf8('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n');
    for (const segmentSize of [1448, 100, 7]) {
      const talk = new TcpConversation({ segmentSize }).open().exchange('c2s', upgradeRequest());
      talk.skip('s2c', refusal.length).acknowledge('c2s');
      talk.exchange('c2s', upgradeRequest({ target: '/again' })).exchange('s2c', upgradeResponse());
      for (const word of WORDS) talk.exchange('s2c', frame(TEXT, word)).exchange('c2s', clientFrame(TEXT, word));
      const { said, faults } = dissectionOf(talk.packets);
      for (const side of ['c2s', 's2c']) {
        const words = said.filter((line) => line.startsWith(side)).map((line) => line.slice(4));
        assert.deepEqual(words, WORDS);
      }
      assert.deepEqual(faults, []);
    }
  });

  it('is none where the request was refused', () => {
    const talk = new TcpConversation().open().exchange('c2s', upgradeRequest());
    talk.exchange('s2c', new TextEncoder().encode('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n'));
    talk.packets.splice(REQUEST, 1);
    const dissection = dissectionOf(talk.packets);
    assert.deepEqual([dissection.of('midstream'), dissection.of('handshake')], [[], []]);
  });
});

describe('a server that the user says speaks WebSocket', () => {
  const forced = { webSocketPorts: [8888] };

  it('is told of with the packet that shows a gap, where nothing else follows half a request', () => {
    const talk = new TcpConversation().open().exchange('c2s', upgradeRequest().subarray(0, 60));
    talk.skip('c2s', 100).acknowledge('s2c');
    const { events } = dissectionOf(talk.packets, forced);
    for (const event of events) if ('packet' in event) assert.ok(event.packet > 0, JSON.stringify(event));
    assert.ok(events.some(({ type }) => type === 'midstream'));
  });

  it('is not said to have gone on without an answer, where nothing follows the request', () => {
    const talk = new TcpConversation().open().exchange('c2s', upgradeRequest());
    const dissection = dissectionOf(talk.packets, forced);
    assert.equal(dissection.of('handshake').length, 1);
    assert.deepEqual(
      dissection.of('end').map(({ packet }) => packet),
      [talk.packets.length],
    );
    assert.ok(!dissection.codes.includes('answer-not-captured'));
  });
});

describe('what is no WebSocket', () => {
  for (const [name, make] of Object.entries(STREAMS)) {
    it(`is not taken for it: ${name}`, () => {
      const packets: Recordable[] = [];
      for (let number = 0; number < 250; number++) {
        const random = new Random(number);
        const talk = new TcpConversation({
          client: peer('10.0.0.1', 20_000 + number),
          segmentSize: random.pick([60, 300, 1448]),
        });
        talk.open();
        let side: Direction = 'c2s';
        for (let turn = 0; turn < 4; turn++, side = otherDirection(side)) {
          talk.exchange(side, make(random, random.between(20, 3000)));
        }
        packets.push(...talk.packets.slice(SYNS));
      }
      const dissection = dissectionOf(packets);
      assert.deepEqual(dissection.of('midstream'), []);
      assert.equal(dissection.summary.tcpConnections, 250);
    });

    it(`is not taken for it however long one side goes on: ${name}`, () => {
      for (let number = 0; number < 4; number++) {
        const random = new Random(900 + number);
        const talk = new TcpConversation({ segmentSize: random.pick([1448, 16_384]) });
        const long = make(random, 400_000);
        const short = make(random, 4000);
        for (let turn = 0; turn < 20; turn++) {
          talk.exchange('s2c', long.subarray(turn * 20_000, (turn + 1) * 20_000));
          talk.exchange('c2s', short.subarray(turn * 200, (turn + 1) * 200));
        }
        assert.deepEqual(dissectionOf(talk.packets).of('midstream'), []);
      }
    });
  }
});
