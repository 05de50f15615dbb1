// The upgrade's checks, in their order, and the octets of each answer.

import assert from 'node:assert/strict';
import { connect as connectTo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { type Refusal, type ServeOptions, serve, type WebSocketServer } from '../../src/endpoint/index.ts';
import { RawClient, type RequestParts, upgradeRequest } from './raw-client.ts';

const PROTOCOL = 'websocket: the client is not using the websocket protocol: ';
const DATE = 'Mon, 23 Nov 2026 15:59:03 GMT';

/** As the capture gorilla-refusals has it. */
function refused(status: string, further = 'Sec-Websocket-Version: 13\r\n', body = `${status.slice(4)}\n`): string {
  return (
    `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\n${further}X-Content-Type-Options: nosniff\r\n` +
    `Date: ${DATE}\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  );
}

function withoutDate(answer: string): string {
  return answer.replace(/^Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT(?=\r\n)/m, `Date: ${DATE}`);
}

describe('the handshake', () => {
  let server: WebSocketServer;
  const refusals: Refusal[] = [];

  before(async () => {
    server = await serve({ port: 0, host: '127.0.0.1', onRefusal: (refusal) => refusals.push(refusal) });
  });
  after(() => server.close());

  async function ask(parts: RequestParts): Promise<{ answer: string; words: string | undefined }> {
    const client = new RawClient(server.port).send(upgradeRequest(parts));
    const answer = withoutDate(await client.answer());
    await client.close();
    return { answer, words: refusals.pop()?.words };
  }

  it('is answered with four lines in their order', async () => {
    const { answer } = await ask({});
    assert.equal(
      answer,
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n',
    );
  });

  const cases: [what: string, parts: RequestParts, answer: string, words: string][] = [
    [
      'without the token upgrade',
      { connection: 'keep-alive' },
      refused('400 Bad Request'),
      `${PROTOCOL}'upgrade' token not found in 'Connection' header`,
    ],
    [
      'without a Connection field',
      { connection: null },
      refused('400 Bad Request'),
      `${PROTOCOL}'upgrade' token not found in 'Connection' header`,
    ],
    [
      'without the token websocket',
      { upgrade: 'h2c' },
      refused('400 Bad Request'),
      `${PROTOCOL}'websocket' token not found in 'Upgrade' header`,
    ],
    [
      'without an Upgrade field',
      { upgrade: null },
      refused('400 Bad Request'),
      `${PROTOCOL}'websocket' token not found in 'Upgrade' header`,
    ],
    [
      'by another method',
      { method: 'POST', further: ['Content-Length: 0'] },
      refused('405 Method Not Allowed'),
      `${PROTOCOL}request method is not GET`,
    ],
    [
      'of another version',
      { version: '8' },
      refused('400 Bad Request'),
      "websocket: unsupported version: 13 not found in 'Sec-Websocket-Version' header",
    ],
    [
      'without a version',
      { version: null },
      refused('400 Bad Request'),
      "websocket: unsupported version: 13 not found in 'Sec-Websocket-Version' header",
    ],
    [
      'from another origin',
      { further: ['Origin: http://elsewhere.example'] },
      refused('403 Forbidden'),
      'websocket: request origin not allowed by Upgrader.CheckOrigin',
    ],
    [
      'with a short key',
      { key: 'c2hvcnQ=' },
      refused('400 Bad Request'),
      "websocket: not a websocket handshake: 'Sec-WebSocket-Key' header must be Base64 encoded value of 16-byte in length",
    ],
    [
      'without a key',
      { key: null },
      refused('400 Bad Request'),
      "websocket: not a websocket handshake: 'Sec-WebSocket-Key' header must be Base64 encoded value of 16-byte in length",
    ],
  ];
  for (const [what, parts, expected, expectedWords] of cases) {
    it(`is refused ${what}`, async () => {
      const { answer, words } = await ask(parts);
      assert.equal(answer, expected);
      assert.equal(words, expectedWords);
    });
  }

  it('fails at the first check that it does not pass', async () => {
    const { words } = await ask({ method: 'POST', version: '8', key: 'x', further: ['Content-Length: 0'] });
    assert.equal(words, `${PROTOCOL}request method is not GET`);
    const { words: origin } = await ask({ key: 'x', further: ['Origin: http://elsewhere.example'] });
    assert.equal(origin, 'websocket: request origin not allowed by Upgrader.CheckOrigin');
  });

  it('finds tokens in lists, in any case and in several fields', async () => {
    const parts = { connection: 'keep-alive, UPGRADE', upgrade: 'h2c, WebSocket', version: '8, 13' };
    assert.match((await ask(parts)).answer, /^HTTP\/1\.1 101 /);
    assert.match((await ask({ connection: 'close', further: ['Connection: Upgrade'] })).answer, /^HTTP\/1\.1 101 /);
  });

  it('finds no token behind what is none, as gorilla does not', async () => {
    const lists = [
      { connection: 'keep-alive,,Upgrade' },
      { connection: '"x", Upgrade' },
      { upgrade: 'foo/1, websocket' },
      { version: ',13' },
    ];
    for (const parts of lists) assert.match((await ask(parts)).answer, /^HTTP\/1\.1 400 /, JSON.stringify(parts));
  });

  it('is the last of its connection where it is refused and asks to close', async () => {
    const client = new RawClient(server.port).send(upgradeRequest({ connection: 'close, Upgrade', version: '8' }));
    const answer = String(await client.untilEnd());
    assert.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n(.*\r\n)*Connection: close\r\n/);
  });

  it('takes the own host for an origin in any case, whatever its scheme', async () => {
    for (const origin of ['http://server.example:8888', 'https://SERVER.example:8888']) {
      assert.match((await ask({ further: [`Origin: ${origin}`] })).answer, /^HTTP\/1\.1 101 /);
    }
    for (const origin of ['http://server.example', 'null', 'http://', 'server.example:8888']) {
      assert.match((await ask({ further: [`Origin: ${origin}`] })).answer, /^HTTP\/1\.1 403 /, origin);
    }
  });

  it('happens at its path only, query or not', async () => {
    const expected = refused('404 Not Found', '', '404 page not found\n');
    assert.equal((await ask({ target: '/nowhere' })).answer, expected);
    assert.equal((await ask({ target: '/connect/' })).answer, expected);
    assert.equal((await ask({ target: '/nowhere', upgrade: null })).answer, expected);
    assert.match((await ask({ target: '/connect?a=b' })).answer, /^HTTP\/1\.1 101 /);
  });

  it('may be tried again on the same connection', async () => {
    const client = new RawClient(server.port).send(upgradeRequest({ version: '8' }));
    assert.equal(withoutDate(await client.answer()), refused('400 Bad Request'));
    client.send(upgradeRequest({ upgrade: null }));
    assert.equal(withoutDate(await client.answer()), refused('400 Bad Request'));
    client.send(upgradeRequest({ target: '/other' }));
    assert.match(await client.answer(), /^HTTP\/1\.1 404 /);
    client.send(upgradeRequest());
    assert.match(await client.answer(), /^HTTP\/1\.1 101 /);
    await client.close();
  });

  it('comes after other requests of the same segment, each answered in its turn', async () => {
    const plain = upgradeRequest({ upgrade: null });
    const requests = [
      upgradeRequest({ version: '8' }),
      plain,
      upgradeRequest({ target: '/other' }),
      plain,
      plain,
      upgradeRequest(),
    ];
    const client = new RawClient(server.port).send(requests.join(''));
    const statuses: string[] = [];
    while (statuses.length < requests.length) statuses.push((await client.answer()).slice(9, 12));
    assert.deepEqual(statuses, ['400', '400', '404', '400', '400', '101']);
    await client.close();
  });

  it('is refused by the hundred on one connection', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on('warning', onWarning);
    const client = new RawClient(server.port);
    for (let count = 0; count < 100; count++) {
      assert.match(await client.send(upgradeRequest({ version: '8' })).answer(), /^HTTP\/1\.1 400 /);
    }
    await client.close();
    process.off('warning', onWarning);
    assert.deepEqual(warnings, []);
  });

  it('ends without an answer where the client speaks before it', async () => {
    const client = new RawClient(server.port).send(`${upgradeRequest()}\x81\x80\x01\x02\x03\x04`);
    assert.equal((await client.untilEnd()).length, 0);
    assert.equal(refusals.pop()?.words, 'websocket: client sent data before handshake is complete');
  });

  it('is no HTTP for what is no request', async () => {
    const client = new RawClient(server.port).send('\x16\x03\x01\x02\x00\x01');
    assert.equal(
      (await client.untilEnd()).toString(),
      'HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request',
    );
  });

  it('has a limit on the size of its head', async () => {
    const client = new RawClient(server.port).send(upgradeRequest({ further: [`X-Long: ${'x'.repeat(70_000)}`] }));
    assert.match((await client.untilEnd()).toString(), /^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/);
  });
});

describe('what a server may be told of its handshakes', () => {
  async function answerOf(options: ServeOptions, parts: RequestParts): Promise<string> {
    const server = await serve({ port: 0, host: '127.0.0.1', ...options });
    const client = new RawClient(server.port).send(upgradeRequest(parts));
    const answer = await client.answer();
    await client.close();
    await server.close();
    return answer;
  }

  it('its subprotocols, of which the first that the client offers is chosen', async () => {
    const further = ['Sec-WebSocket-Protocol: demo.v1, demo.v2'];
    const subprotocols = ['demo.v2', 'demo.v1'];
    assert.match(await answerOf({ subprotocols }, { further }), /=\r\nSec-WebSocket-Protocol: demo\.v2\r\n\r\n$/);
    assert.doesNotMatch(await answerOf({ subprotocols: ['demo.v3'] }, { further }), /Protocol:/);
  });

  it('compression, which is agreed to without context takeover where it is offered', async () => {
    const further = ['Sec-WebSocket-Extensions: x-other, permessage-deflate; client_max_window_bits'];
    const line = 'Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover';
    assert.ok((await answerOf({ compression: true }, { further })).endsWith(`=\r\n${line}\r\n\r\n`));
    assert.doesNotMatch(await answerOf({ compression: true }, {}), /Extensions/);
    assert.doesNotMatch(await answerOf({}, { further }), /Extensions/);
  });

  it('the first offer of compression that can be kept: zlib writes no window of 8 bits', async () => {
    const NO_CONTEXT = 'permessage-deflate; server_no_context_takeover; client_no_context_takeover';
    const offers: [offer: string, agreed: string | undefined][] = [
      ['permessage-deflate; server_max_window_bits=9', `${NO_CONTEXT}; server_max_window_bits=9`],
      ['permessage-deflate; server_max_window_bits=15', `${NO_CONTEXT}; server_max_window_bits=15`],
      ['permessage-deflate; server_max_window_bits=8, permessage-deflate', NO_CONTEXT],
      ['permessage-deflate; server_max_window_bits=8', undefined],
      ['permessage-deflate; server_max_window_bits=16', undefined],
      ['permessage-deflate; server_max_window_bits', undefined],
    ];
    for (const [offer, agreed] of offers) {
      const answer = await answerOf({ compression: true }, { further: [`Sec-WebSocket-Extensions: ${offer}`] });
      assert.equal(/^Sec-WebSocket-Extensions: (.*)\r$/m.exec(answer)?.[1], agreed, offer);
    }
  });

  it('further fields, whose values cannot end them', async () => {
    const headers = [['Set-Cookie', 'a=b\r\nX-Evil: 1\x00\ttail']] as const;
    const answer = await answerOf({ headers }, {});
    assert.ok(answer.endsWith('=\r\nSet-Cookie: a=b  X-Evil: 1  tail\r\n\r\n'), answer);
    const refusal = await answerOf({ headers: [['Sec-WebSocket-Extensions', 'x']] }, {});
    assert.match(refusal, /^HTTP\/1\.1 500 Internal Server Error\r\n/);
  });

  it('a subprotocol among further fields, where no others are set', async () => {
    const headers = [['sec-websocket-protocol', 'chat\r\nX: 1']] as const;
    assert.match(await answerOf({ headers }, {}), /=\r\nSec-WebSocket-Protocol: chat {2}X: 1\r\n\r\n$/);
    assert.doesNotMatch(await answerOf({ headers, subprotocols: ['demo'] }, {}), /protocol:/i);
  });

  it('which origins may connect', async () => {
    const further = ['Origin: http://elsewhere.example'];
    for (const origins of [['*'], ['elsewhere.example'], ['http://elsewhere.example']]) {
      assert.match(await answerOf({ origins }, { further }), /^HTTP\/1\.1 101 /);
    }
  });

  it('how long a handshake may take', async () => {
    const server = await serve({ port: 0, host: '127.0.0.1', handshakeTimeout: 200 });
    const silent = new RawClient(server.port);
    const slow = new RawClient(server.port).send('GET /connect HTTP/1.1\r\n');
    const patient = await new RawClient(server.port).upgrade();
    assert.equal((await silent.untilEnd()).length + (await slow.untilEnd()).length, 0);
    assert.equal(server.clients.size, 1);
    await patient.close();
    await server.close();
  });

  it('how long a refused client may keep its place', async () => {
    const server = await serve({ port: 0, host: '127.0.0.1', handshakeTimeout: 200 });
    const refused = upgradeRequest().replace('Sec-WebSocket-Version: 13', 'Sec-WebSocket-Version: 8');
    assert.notEqual(refused, upgradeRequest());
    const [closing] = await Promise.all(
      [refused.replace('HTTP/1.1', 'HTTP/1.0'), refused.replace('\r\n\r\n', '\r\nContent-Length: 9\r\n\r\n')].map(
        async (request) => {
          const socket = connectTo({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
          socket.write(request);
          const talking = setInterval(() => socket.write('x'), 20);
          socket.on('error', () => {}).resume();
          const begun = performance.now();
          await new Promise((closed) => socket.on('close', closed));
          clearInterval(talking);
          return performance.now() - begun;
        },
      ),
    );
    assert.ok(closing < 2000, `after ${closing} ms`);
    await server.close();
  });

  it('how many may be connected', async () => {
    const server = await serve({ port: 0, host: '127.0.0.1', maxConnections: 1 });
    const first = await new RawClient(server.port).upgrade();
    const second = new RawClient(server.port).send(upgradeRequest());
    assert.equal((await second.untilEnd()).length, 0);
    await first.close();
    await server.close();
  });
});
