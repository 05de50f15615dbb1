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

/** So many more that holes which were acknowledged are given up long before the end. */
function acknowledgments(packets: TcpConversation['packets']) {
  return Array.from({ length: 140 }, (_, at) => packets[packets.length - 2 + (at % 2)]);
}
