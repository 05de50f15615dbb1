// A connection that said more than the upgrade, of which one packet before that is lost: the upgrade and its answer are there, so
// the conversation is found, and nobody is blamed. What was asked and answered before is told by nobody.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TcpConversation } from '../support/tcp-conversation.ts';
import {
  clientFrame,
  concat,
  type Fields,
  frame,
  head,
  TEXT,
  upgradeRequest,
  upgradeResponse,
  utf8,
} from '../support/websocket-writer.ts';
import { dissectionOf } from './dissection.ts';
import { contentLength } from './http-talk.ts';

const HOST: Fields = [['Host', 'example.org']];

const get = (target: string, method = 'GET') => head(`${method} ${target} HTTP/1.1`, HOST);
const answer = (status: string, octets = 0) =>
  concat(head(`HTTP/1.1 ${status}`, contentLength(octets)), utf8('x'.repeat(octets)));
const bare = (status: string) => head(`HTTP/1.1 ${status}`, []);
const upgrade = (target: string) =>
  upgradeRequest(target === '/ws' ? { target } : { target, key: 'AAAAAAAAAAAAAAAAAAAAAA==' });

/** What each side says before the 101, in turns: a turn of several is sent without waiting. */
const SCRIPTS: Record<string, readonly (readonly ['c2s' | 's2c', ...Uint8Array[]])[]> = {
  'two requests': [
    ['c2s', get('/a')],
    ['s2c', answer('200 OK', 400)],
    ['c2s', get('/b')],
    ['s2c', answer('200 OK', 40)],
    ['c2s', upgrade('/ws')],
  ],
  'answers without a body': [
    ['c2s', get('/a')],
    ['s2c', bare('304 Not Modified')],
    ['c2s', get('/b'), get('/c')],
    ['s2c', bare('204 No Content')],
    ['s2c', answer('200 OK', 3000)],
    ['c2s', upgrade('/ws')],
  ],
  'an upgrade that waits for nobody': [
    ['c2s', get('/a'), get('/b'), upgrade('/ws')],
    ['s2c', answer('404 Not Found', 20)],
    ['s2c', answer('200 OK', 20)],
  ],
  'requests with bodies': [
    ['c2s', concat(head('POST /a HTTP/1.1', [...HOST, ...contentLength(2000)]), utf8('y'.repeat(2000)))],
    ['s2c', answer('201 Created')],
    ['c2s', concat(head('POST /b HTTP/1.1', [...HOST, ...contentLength(9)]), utf8('y'.repeat(9)))],
    ['s2c', answer('200 OK', 30)],
    ['c2s', upgrade('/ws')],
  ],
  'an attempt that was refused': [
    ['c2s', upgrade('/first')],
    ['s2c', answer('401 Unauthorized', 10)],
    ['c2s', upgrade('/ws')],
  ],
  'a request, and an attempt that was refused': [
    ['c2s', get('/a')],
    ['s2c', answer('200 OK', 10)],
    ['c2s', upgrade('/first')],
    ['s2c', answer('401 Unauthorized', 10)],
    ['c2s', upgrade('/ws')],
  ],
  'an interim answer': [
    ['c2s', upgrade('/ws')],
    ['s2c', bare('103 Early Hints')],
  ],
};

const SAID = ['c2s one', 's2c two', 'c2s three', 's2c four'];

function talkOf(script: (typeof SCRIPTS)[string]): TcpConversation {
  const talk = new TcpConversation({ segmentSize: 1448 }).open();
  for (const [side, ...parts] of script) {
    for (const part of parts) talk.send(side, part);
    talk.acknowledge(side === 'c2s' ? 's2c' : 'c2s');
  }
  talk.exchange('s2c', upgradeResponse());
  for (const line of SAID) {
    const [side, text] = line.split(' ') as ['c2s' | 's2c', string];
    talk.exchange(side, side === 'c2s' ? clientFrame(TEXT, text) : frame(TEXT, text));
  }
  return talk;
}

for (const [name, script] of Object.entries(SCRIPTS)) {
  describe(`before an upgrade, of ${name},`, () => {
    const { packets } = talkOf(script);
    const answerAt = packets.findIndex(({ payload }) => Buffer.from(payload).includes('HTTP/1.1 101'));
    for (const at of packets.keys()) {
      const { payload } = packets[at];
      const line = Buffer.from(payload).toString('latin1').split('\r\n')[0];
      if (at >= answerAt || payload.length === 0 || line.startsWith('GET /ws')) continue;
      it(`packet ${at + 1} may be lost: ${line.slice(0, 40)}`, () => {
        for (const kept of [packets.toSpliced(at, 1), [...packets.toSpliced(at, 1), ...acknowledgments(packets)]]) {
          const found = dissectionOf(kept);
          const [last] = found.of('handshake').slice(-1);
          assert.deepEqual([last?.request.target, last?.response?.status, last?.accept], ['/ws', 101, 'ok']);
          assert.deepEqual(found.said.toSorted(), SAID.toSorted());
          assert.deepEqual(found.faults, []);
        }
      });
    }
  });
}

it('where two packets are lost, nothing is invented, and nobody is blamed', () => {
  for (const script of Object.values(SCRIPTS)) {
    const { packets } = talkOf(script);
    const answerAt = packets.findIndex(({ payload }) => Buffer.from(payload).includes('HTTP/1.1 101'));
    const losable = [...packets.keys()].filter((at) => at <= answerAt && packets[at].payload.length > 0);
    for (const one of losable) {
      for (const other of losable) {
        const found = dissectionOf(packets.filter((_, at) => at !== one && at !== other));
        const said = SAID.filter((line) => found.said.includes(line));
        assert.deepEqual(found.said.toSorted(), said.toSorted());
        const errors = found.of('diagnostic').filter(({ severity }) => severity === 'error');
        assert.deepEqual(errors, [], `packets ${one + 1} and ${other + 1} are lost`);
      }
    }
  }
});

/** Attempts one after the other, each made when the one before was refused, and how each was answered. */
const REFUSALS = [
  ['/1', '401 Unauthorized'],
  ['/2', '426 Upgrade Required'],
  ['/3', '403 Forbidden'],
  ['/4', '301 Moved Permanently'],
] as const;
const ANSWERS: readonly (readonly [string, number | null])[] = [
  ...REFUSALS.map(([target, status]) => [target, Number.parseInt(status, 10)] as const),
  ['/ws', 101],
];

describe('of attempts that were refused one after the other', () => {
  const { packets } = talkOf([
    ...REFUSALS.flatMap(([target, status]) => [
      ['c2s', upgradeRequest({ target, key: `${'A'.repeat(20)}${target[1]}A==` })] as const,
      ['s2c', answer(status, 10)] as const,
    ]),
    ['c2s', upgrade('/ws')],
  ]);
  const heads = [...packets.keys()].filter((at) => Buffer.from(packets[at].payload).includes('HTTP/1.1'));
  const answersOf = (kept: TcpConversation['packets']) =>
    dissectionOf(kept)
      .of('handshake')
      .map(({ request, response }) => [request.target, response?.status ?? null]);

  for (const [at, lost] of heads.entries()) {
    const [target, status] = ANSWERS[at >> 1];
    if (at % 2 === 0) {
      it(`the others have their answers where the request for ${target} is lost`, () => {
        for (const kept of [packets.toSpliced(lost, 1), [...packets.toSpliced(lost, 1), ...acknowledgments(packets)]]) {
          assert.deepEqual(answersOf(kept), ANSWERS.toSpliced(at >> 1, 1));
        }
      });
    } else {
      it(`none has the answer to another where the ${status} is lost`, () => {
        for (const kept of [packets.toSpliced(lost, 1), [...packets.toSpliced(lost, 1), ...acknowledgments(packets)]]) {
          assert.deepEqual(answersOf(kept), ANSWERS.with(at >> 1, [target, null]));
        }
      });
    }
  }

  it('one that did not wait for other answers has the last, and not that of a request before', () => {
    const talk = new TcpConversation().open();
    for (const request of [get('/a'), get('/b'), upgrade('/1')]) talk.send('c2s', request);
    talk.acknowledge('s2c');
    for (const status of ['404 Not Found', '200 OK', '401 Unauthorized']) talk.exchange('s2c', answer(status, 20));
    talk.exchange('c2s', upgrade('/ws')).exchange('s2c', upgradeResponse());
    const kept = talk.packets.filter(({ payload }) => !Buffer.from(payload).includes('404'));
    for (const each of [kept, [...kept, ...acknowledgments(kept)]]) {
      assert.deepEqual(answersOf(each), [
        ['/1', 401],
        ['/ws', 101],
      ]);
    }
  });

  it('none has the answer to another where two packets are lost', () => {
    for (const one of heads) {
      for (const other of heads) {
        for (const [target, status] of answersOf(packets.filter((_, at) => at !== one && at !== other))) {
          const [, right] = ANSWERS.find(([asked]) => asked === target) ?? [];
          assert.ok(
            status === null || status === right,
            `${target}: ${status}, packets ${one + 1} and ${other + 1} are lost`,
          );
        }
      }
    }
  });
});

describe('an upgrade request of which the first octets were not captured', () => {
  const starts: Record<string, () => TcpConversation> = {
    'where the capture begins': () => new TcpConversation(),
    'behind the SYN': () => new TcpConversation().open(),
    'behind another request': () =>
      new TcpConversation().open().exchange('c2s', get('/a')).exchange('s2c', answer('200 OK')),
  };
  for (const [where, begin] of Object.entries(starts)) {
    for (const lost of [1, 2]) {
      it(`has the method GET and breaks no rule: ${lost} of them, ${where}`, () => {
        const talk = begin().skip('c2s', lost).exchange('c2s', upgrade('/ws').subarray(lost));
        const found = dissectionOf(talk.exchange('s2c', upgradeResponse()).exchange('s2c', frame(TEXT, 'two')).packets);
        const [{ request, accept }] = found.of('handshake');
        assert.deepEqual([request.method, request.target, accept], ['GET', '/ws', 'ok']);
        assert.deepEqual([found.codes, found.faults, found.said], [['request-cut'], [], ['s2c two']]);
      });
    }
  }

  it('is not one that begins so, where nothing before it is lacking', () => {
    const strange = upgrade('/ws').subarray(1);
    for (const talk of [
      new TcpConversation().open(),
      new TcpConversation().exchange('c2s', get('/a')).exchange('s2c', answer('200 OK')),
    ]) {
      const found = dissectionOf(talk.exchange('c2s', strange).exchange('s2c', upgradeResponse()).packets);
      assert.equal(found.of('handshake')[0].request.method, 'ET');
      assert.deepEqual(found.faults, ['method-not-get']);
    }
  });
});

it('an answer is not blamed for its accept value where it may be to a request that is not read', () => {
  const [first, refused, second, accepted] = new TcpConversation()
    .send('c2s', upgrade('/first'))
    .send('s2c', answer('401 Unauthorized'))
    .send('c2s', upgrade('/ws'))
    .send('s2c', upgradeResponse()).packets;
  const found = dissectionOf([accepted, refused, first, second]);
  const [doubted] = found.of('diagnostic').filter(({ code }) => code === 'accept-wrong');
  assert.deepEqual([doubted.severity, doubted.peerWords], ['note', undefined]);
  assert.match(doubted.message, /would fit; .* the answer may be to another request$/);
  assert.ok(found.codes.includes('tcp-before-beginning'), found.codes.join());
});

/** So many more that holes which were acknowledged are given up long before the end. */
function acknowledgments(packets: TcpConversation['packets']) {
  return Array.from({ length: 140 }, (_, at) => packets[packets.length - 2 + (at % 2)]);
}
