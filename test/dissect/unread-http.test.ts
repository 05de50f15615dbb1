// HTTP before an upgrade that cannot be read: too large, unclear, or none at all. What can be found behind it is found, and where
// nothing is, somebody says why.

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
import { type Dissection, type DissectionOptions, dissectionOf } from './dissection.ts';
import { contentLength } from './http-talk.ts';

type Said = readonly ['c2s' | 's2c', Uint8Array];

const HOST: Fields = [['Host', 'example.org']];
const GET: Said = ['c2s', head('GET / HTTP/1.1', HOST)];
const OK: Said = ['s2c', concat(head('HTTP/1.1 200 OK', contentLength(2)), utf8('ok'))];
const ASKED: Said = ['c2s', upgradeRequest()];
const AGREED: Said = ['s2c', upgradeResponse()];
const FRAMES: readonly Said[] = [
  ['c2s', clientFrame(TEXT, 'hi')],
  ['s2c', frame(TEXT, 'ho')],
];
const SAID = ['c2s hi', 's2c ho'];

/** Fields that make a head larger than is read. */
const LARGE: Record<string, Fields> = {
  '70,000 octets': [['X-Large', 'x'.repeat(70_000)]],
  '300 fields': Array.from({ length: 300 }, (_, at): [string, string] => [`X-${at}`, 'v']),
};

function dissect(said: readonly Said[], segmentSize = 1448, options: DissectionOptions = {}): Dissection {
  const talk = new TcpConversation({ segmentSize }).open();
  for (const [direction, octets] of said) talk.exchange(direction, octets);
  return dissectionOf(talk.close().packets, options);
}

for (const [what, fields] of Object.entries(LARGE)) {
  describe(`a head of ${what}`, () => {
    for (const segmentSize of [97, 1448, 60_000]) {
      it(`that asks for the upgrade hides no message, in segments of ${segmentSize} octets`, () => {
        const dissection = dissect([['c2s', upgradeRequest({ fields })], AGREED, ...FRAMES], segmentSize);
        assert.deepEqual(dissection.said, SAID);
        assert.deepEqual(dissection.codes, ['http-head-too-large']);
        const [{ response, unreadRequest, confidence }] = dissection.of('midstream');
        assert.deepEqual([response?.status, unreadRequest, confidence], [101, true, 1]);
        assert.equal(dissection.diagnostics[0].direction, 'c2s');
      });
    }

    it('that agrees to the upgrade hides no message', () => {
      const answer: Said = ['s2c', upgradeResponse({ fields })];
      const dissection = dissect([ASKED, answer, ...FRAMES, ...FRAMES]);
      assert.deepEqual(dissection.said, [...SAID, ...SAID]);
      assert.deepEqual(new Set(dissection.faults), new Set(['http-head-too-large', 'answer-not-captured']));
      const [{ response, unreadAnswer }] = dissection.of('handshake');
      assert.deepEqual([response, unreadAnswer], [null, 'http']);
    });

    it('before the upgrade is passed over, and told once', () => {
      const large: Said = ['c2s', head('GET / HTTP/1.1', fields)];
      const dissection = dissect([large, OK, large, OK, ASKED, AGREED, ...FRAMES]);
      assert.deepEqual(dissection.said, SAID);
      assert.deepEqual(dissection.codes, ['http-head-too-large']);
      assert.equal(dissection.of('handshake')[0].accept, 'ok');
    });

    it('of an answer before the upgrade is passed over', () => {
      const large: Said = ['s2c', head('HTTP/1.1 204 No Content', fields)];
      const dissection = dissect([GET, large, ASKED, AGREED, ...FRAMES]);
      assert.deepEqual(dissection.said, SAID);
      assert.deepEqual(dissection.codes, ['http-head-too-large']);
    });

    it('of a connection that is no WebSocket is told by the summary only', () => {
      const dissection = dissect([['c2s', head('GET / HTTP/1.1', fields)], OK]);
      assert.deepEqual(dissection.of('diagnostic'), []);
      const [{ protocol, unread }] = dissection.summary.otherConnections;
      assert.equal(protocol, 'http');
      assert.deepEqual([unread?.connections, unread?.reason.slice(0, 5)], [1, 'head-']);
    });
  });
}

describe('a message whose end is not clear', () => {
  const unclear: Record<string, readonly Said[]> = {
    'an answer with a length beyond all numbers': [
      GET,
      ['s2c', head('HTTP/1.1 200 OK', [['Content-Length', '99999999999999999999']])],
    ],
    'an answer with a chunk without a size': [
      GET,
      ['s2c', concat(head('HTTP/1.1 200 OK', [['Transfer-Encoding', 'chunked']]), utf8('zz\r\nhello'))],
    ],
    'a request in a coding that has no end': [
      ['c2s', concat(head('POST / HTTP/1.1', [['Transfer-Encoding', 'gzip']]), utf8('hello'))],
      OK,
    ],
  };
  for (const [what, said] of Object.entries(unclear)) {
    it(`hides no upgrade behind ${what}`, () => {
      const dissection = dissect([...said, ASKED, AGREED, ...FRAMES]);
      assert.deepEqual(dissection.said, SAID);
      assert.deepEqual(dissection.codes, ['http-unreadable']);
      assert.deepEqual(dissection.faults, []);
    });

    it(`is told by the summary where nothing follows ${what}`, () => {
      const dissection = dissect(said);
      assert.deepEqual(dissection.of('diagnostic'), []);
      assert.equal(dissection.summary.otherConnections[0].unread?.reason, 'body-end');
    });
  }
});

describe('what is no HTTP', () => {
  const answers: Record<string, [octets: Uint8Array, looksLike: string, words: RegExp]> = {
    'an alert of TLS': [Uint8Array.of(21, 3, 1, 0, 2, 2, 70), 'tls', /begins with 15 03 01 00 02 02 46, .*wss:\/\//],
    'a banner of SSH': [utf8('SSH-2.0-OpenSSH_9.2\r\n'), 'unknown', /begins with "SSH-2\.0-OpenSSH_9\.2"$/],
    'bare HTML': [utf8('<html>no</html>'), 'unknown', /begins with "<html>no<\/html>"$/],
    'an answer without a status': [utf8('HTTP/1.1 9 no\r\n\r\n'), 'http', /begins with "HTTP\/1\.1 9 no"$/],
  };
  for (const [what, [octets, looksLike, words]] of Object.entries(answers)) {
    for (const before of [[], [GET, OK]] as const) {
      it(`in answer to an upgrade request is told: ${what}, behind ${before.length} messages`, () => {
        const { codes, faults, diagnostics, summary, ...dissection } = told([...before, ASKED, ['s2c', octets]]);
        const [{ response, unreadAnswer }] = dissection.handshakes;
        assert.deepEqual([response, unreadAnswer], [null, looksLike]);
        assert.deepEqual([codes, faults], [['answer-not-http'], []]);
        assert.match(diagnostics[0].message, words);
        assert.equal(diagnostics[0].direction, 's2c');
        assert.equal(summary.webSocketConnections, 0);
      });
    }
  }

  it('in answer to a second upgrade request is told behind that', () => {
    const refused: Said = ['s2c', head('HTTP/1.1 401 Unauthorized', contentLength(0))];
    const { events } = dissect([ASKED, refused, ASKED, ['s2c', Uint8Array.of(21, 3, 1, 0, 2, 2, 70)]]);
    const shown = events.flatMap((event) =>
      event.type === 'handshake' ? [event.type] : event.type === 'diagnostic' ? [event.code] : [],
    );
    assert.deepEqual(shown, ['handshake', 'upgrade-refused', 'handshake', 'answer-not-http']);
  });

  it('behind HTTP without an upgrade is told by the summary only', () => {
    const dissection = dissect([GET, OK, ['s2c', utf8('and more')], GET]);
    assert.deepEqual(dissection.of('diagnostic'), []);
    const [{ unread, ...other }] = dissection.summary.otherConnections;
    assert.deepEqual(other, { protocol: 'http', port: 8888, connections: 1 });
    assert.equal(unread?.reason, 'no-head');
  });

  it('behind HTTP is looked at where the user says that it is WebSocket', () => {
    const said = [GET, OK, ...FRAMES, ...FRAMES];
    assert.deepEqual(dissect(said).said, []);
    // Frames of both directions are looked for, so what one says may be told first.
    assert.deepEqual(dissect(said, 1448, { webSocketPorts: [8888] }).said.sort(), [...SAID, ...SAID].sort());
  });
});

function told(said: readonly Said[]) {
  const dissection = dissect(said);
  const { codes, faults, diagnostics, summary } = dissection;
  return { codes, faults, diagnostics, summary, handshakes: dissection.of('handshake') };
}
