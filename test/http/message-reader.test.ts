// The reader of one direction: traps in the order of messages, their bodies, hostile input, gaps, and the property that
// it does not matter how the octets are cut.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HttpHead } from '../../src/http/head.ts';
import { DEFAULT_HTTP_LIMITS } from '../../src/http/limits.ts';
import { HttpReader } from '../../src/http/message-reader.ts';
import {
  CONVERSATIONS,
  head,
  MessageCollector,
  octetsOf,
  read,
  seeded,
  UPGRADE_REQUEST,
  UPGRADE_RESPONSE,
} from './conversations.ts';

describe('reading messages', () => {
  it('gives a request with its fields in order', () => {
    const { messages, state } = read('request', octetsOf(UPGRADE_REQUEST));
    assert.equal(state, 'reading');
    assert.equal(messages.length, 1);
    assert.equal(messages[0].start, 'GET /connect HTTP/1.1');
    assert.deepEqual(messages[0].headers.slice(0, 2), [
      ['Host', '10.7.0.1:8888'],
      ['Connection', 'keep-alive, Upgrade'],
    ]);
    assert.equal(messages[0].ended, true);
  });

  it('stops exactly after the 101 when the first frame rides in its segment', () => {
    const octets = octetsOf(`${UPGRADE_RESPONSE}\x82\x02ab`);
    const reader = new HttpReader('response');
    reader.expect('GET');
    const sink = new MessageCollector(() => true);
    assert.equal(reader.feed(octets, 0, octets.length, sink), UPGRADE_RESPONSE.length);
    assert.equal(reader.state, 'switched');
    assert.equal(reader.feed(octets, UPGRADE_RESPONSE.length, octets.length, sink), UPGRADE_RESPONSE.length);
  });

  it('reads nothing after a 101 even if the sink says go on', () => {
    const { consumed, state } = read('response', octetsOf(`${UPGRADE_RESPONSE}${UPGRADE_RESPONSE}`));
    assert.equal(consumed, UPGRADE_RESPONSE.length);
    assert.equal(state, 'switched');
  });

  for (const [how, body] of [
    ['without a body', { field: 'Content-Length: 0', octets: '' }],
    ['with a body', { field: 'Content-Length: 4', octets: 'body' }],
    ['in chunks', { field: 'Transfer-Encoding: chunked', octets: '1\r\nb\r\n0\r\n\r\n' }],
  ] as const) {
    it(`stops behind a message ${how} where it is asked to, and goes on with the next`, () => {
      const first = `${head('HTTP/1.1 200 OK', body.field)}${body.octets}`;
      const octets = octetsOf(`${first}${head('HTTP/1.1 204 No Content')}`);
      const reader = new HttpReader('response');
      const sink = new MessageCollector(undefined, ({ number }) => number === 0);
      assert.equal(reader.feed(octets, 0, octets.length, sink), first.length);
      assert.ok(reader.betweenMessages);
      assert.equal(reader.feed(octets, first.length, octets.length, sink), octets.length);
      assert.deepEqual(
        sink.messages.map(({ ended }) => ended),
        [true, true],
      );
    });
  }

  it('goes on with the body of a request at which it was stopped', () => {
    const request = head('POST /connect HTTP/1.1', 'Upgrade: websocket', 'Content-Length: 4');
    const octets = octetsOf(`${request}body${head('GET /next HTTP/1.1')}`);
    const reader = new HttpReader('request');
    const sink = new MessageCollector((message) => message.field('upgrade') !== null);
    const stopped = reader.feed(octets, 0, octets.length, sink);
    assert.equal(stopped, request.length);
    assert.equal(reader.feed(octets, stopped, octets.length, sink), octets.length);
    assert.deepEqual(
      sink.messages.map(({ start, body }) => [start, body]),
      [
        ['POST /connect HTTP/1.1', 'body'],
        ['GET /next HTTP/1.1', ''],
      ],
    );
  });

  it('does not take the text HTTP/1.1 101 in a body for an answer', () => {
    const body = UPGRADE_RESPONSE;
    const { messages } = read(
      'response',
      octetsOf(head('HTTP/1.1 200 OK', `Content-Length: ${body.length}`) + body + head('HTTP/1.1 204 No Content')),
      { methods: ['GET', 'GET'] },
    );
    assert.deepEqual(
      messages.map((message) => message.start),
      ['HTTP/1.1 200 OK', 'HTTP/1.1 204 No Content'],
    );
    assert.equal(messages[0].body, body);
  });

  it('finds the upgrade after 404, 100, 204, HEAD, 304 and chunked answers on one connection', () => {
    const { text, methods } = CONVERSATIONS.find(({ name }) => name === 'answers of every kind before the upgrade')!;
    const { messages, state } = read('response', octetsOf(text), { methods });
    assert.deepEqual(
      messages.map((message) => [message.number, Number(message.start.slice(9, 12)), message.body]),
      [
        [0, 404, 'not found'],
        [1, 100, ''],
        [1, 204, ''],
        [2, 200, ''],
        [3, 304, ''],
        [4, 200, 'HTTP/1.1 101 Switching\r\n\r\n'],
        [5, 200, ''],
        [6, 101, ''],
      ],
    );
    assert.ok(messages.every((message) => message.ended));
    assert.equal(state, 'switched');
  });

  it('reads pipelined requests with bodies by length and in chunks, with extensions and trailers', () => {
    const { text } = CONVERSATIONS.find(({ name }) => name === 'pipelined requests of every kind of body')!;
    const { messages } = read('request', octetsOf(text));
    assert.deepEqual(
      messages.map((message) => [message.start, message.body]),
      [
        ['POST /a HTTP/1.1', 'GET / HTTP/1'],
        ['POST /b HTTP/1.1', 'HTTP/0123456789'],
        ['OPTIONS * HTTP/1.1', ''],
        ['CONNECT 10.0.0.1:80 HTTP/1.1', ''],
        ['GET /connect HTTP/1.1', ''],
      ],
    );
  });

  it('parses an answer though no request is known, as one to a GET', () => {
    const { messages } = read('response', octetsOf(`${head('HTTP/1.1 200 OK', 'Content-Length: 2')}ok`));
    assert.equal(messages[0].body, 'ok');
  });

  it('reads HTTP inside the tunnel that a CONNECT opened', () => {
    const { messages, state } = read('response', octetsOf(head('HTTP/1.1 200 OK') + UPGRADE_RESPONSE), {
      methods: ['CONNECT', 'GET'],
    });
    assert.deepEqual(
      messages.map((message) => message.start.slice(9, 12)),
      ['200', '101'],
    );
    assert.equal(state, 'switched');
  });

  it('takes the body of an answer without a length to last until the stream ends', () => {
    const reader = new HttpReader('response');
    const sink = new MessageCollector();
    const octets = octetsOf(`${head('HTTP/1.0 200 OK')}HTTP/1.1 101 \r\n\r\n`);
    assert.equal(reader.feed(octets, 0, octets.length, sink), octets.length);
    assert.equal(sink.messages[0].ended, false);
    assert.equal(reader.close(sink), true);
    assert.deepEqual([sink.messages[0].body, sink.messages[0].ended], ['HTTP/1.1 101 \r\n\r\n', true]);
  });

  it('says at the end of the stream that a message was cut off', () => {
    const octets = octetsOf('GET / HTTP/1.1\r\nHo');
    const reader = new HttpReader('request');
    const sink = new MessageCollector();
    reader.feed(octets, 0, octets.length, sink);
    assert.equal(reader.close(sink), false);
  });

  it('joins folded lines by one space, keeps repeated fields apart, and passes over bare line feeds', () => {
    const { text } = CONVERSATIONS.find(({ name }) => name.startsWith('bare line feeds'))!;
    const { messages } = read('response', octetsOf(text));
    assert.equal(messages[0].start, 'HTTP/1.1 200 ');
    assert.deepEqual(messages[0].headers, [
      ['A', '1 2 3'],
      ['A', '4'],
      ['B', ''],
      ['no colon', ''],
      ['C ', 'd'],
      ['\u00e9', '\u00c3\u00a9 \xff'],
      ['Content-Length', '2, 2'],
    ]);
    assert.equal(messages[0].body, 'ok');
  });

  it('shows what is valid UTF-8 as such, and other octets as latin1', () => {
    const octets = new Uint8Array(Buffer.from('GET /\u4f60 HTTP/1.1\r\nA: \u00e9\r\nB: \r\n\r\n', 'utf8'));
    octets[octets.length - 5] = 0xe9;
    const { messages } = read('request', octets);
    assert.equal(messages[0].start, 'GET /\u4f60 HTTP/1.1');
    assert.deepEqual(messages[0].headers, [
      ['A', '\u00e9'],
      ['B', '\u00e9'],
    ]);
  });

  it('looks fields up in any case, joined and apart, and is not led astray by __proto__', () => {
    const octets = octetsOf(head('GET / HTTP/1.1', 'X-a: 1', '__proto__: 2', 'x-A: 3', 'X-ab: 4'));
    const sink = new MessageCollector();
    new HttpReader('request').feed(octets, 0, octets.length, sink);
    const request = sink.head as HttpHead;
    assert.equal(request.field('x-a'), '1, 3');
    assert.deepEqual(request.text.values('X-A'), ['1', '3']);
    assert.equal(request.field('__proto__'), '2');
    assert.equal(request.field('constructor'), null);
    assert.equal(request.field('x\ra'), null);
  });
});

describe('hostile and damaged input', () => {
  it('refuses what is not HTTP at its first octets', () => {
    const { state, unread } = read('request', octetsOf('\x16\x03\x01GET / HTTP/1.1\r\n\r\n'));
    assert.deepEqual([state, unread], ['not-http', 'no-head']);
  });

  it('refuses a version that it cannot read', () => {
    assert.equal(read('request', octetsOf('PRI * HTTP/2.0\r\n\r\n')).unread, 'start-line');
    assert.equal(read('response', octetsOf('HTTP/1.1 20 OK\r\n\r\n')).state, 'not-http');
  });

  for (const [name, length] of [
    ['negative', '-1'],
    ['empty', ''],
    ['hexadecimal', '0x10'],
    ['signed', '+5'],
    ['beyond 2^53', '99999999999999999999'],
    ['conflicting', '5, 6'],
    ['conflicting in two fields', '5\r\nContent-Length: 6'],
  ]) {
    it(`gives the head and then refuses a Content-Length that is ${name}`, () => {
      const { messages, unread } = read('response', octetsOf(head('HTTP/1.1 200 OK', `Content-Length: ${length}`)));
      assert.equal(messages.length, 1);
      assert.equal(unread, 'body-end');
    });
  }

  it('takes a duplicate Content-Length with one value for that value, and chunks before any length', () => {
    const twice = head('HTTP/1.1 200 OK', 'Content-Length: 2', 'content-length: 02');
    assert.equal(read('response', octetsOf(`${twice}ok`)).messages[0].body, 'ok');
    const both = head('HTTP/1.1 200 OK', 'Content-Length: 900', 'Transfer-Encoding: chunked');
    assert.equal(read('response', octetsOf(`${both}2\nok\n0\n\n`)).messages[0].body, 'ok');
  });

  for (const [name, chunks] of [
    ['overflows', 'fffffffffffffffff\r\n'],
    ['is negative', '-1\r\n'],
    ['is absent', '\r\n'],
    ['is not hexadecimal', '1g\r\n'],
    ['is too small', '2\r\nabc\r\n'],
    ['is too small by a CR', '2\r\nab\r\r\n'],
    ['never ends', '0'.repeat(70_000)],
    ['has an endless extension', `1;${'x'.repeat(70_000)}`],
    ['is 0 before endless trailers', `0\r\n${'a: b\r\n'.repeat(20_000)}`],
  ]) {
    it(`refuses a chunk whose size ${name}`, () => {
      const octets = octetsOf(head('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked') + chunks);
      assert.equal(read('response', octets).state, 'not-http');
      assert.equal(read('response', octets, { pieceLength: () => 1 }).state, 'not-http');
    });
  }

  it('bounds the size and the lines of a head', () => {
    const long = octetsOf(`GET / HTTP/1.1\r\nA: ${'x'.repeat(70_000)}\r\n\r\n`);
    assert.equal(read('request', long).unread, 'head-octets');
    const many = octetsOf(`GET / HTTP/1.1\r\n${'a:\r\n'.repeat(201)}\r\n`);
    assert.equal(read('request', many).unread, 'head-lines');
    const most = octetsOf(`GET / HTTP/1.1\r\n${'a:\r\n'.repeat(200)}\r\n`);
    assert.equal(read('request', most).messages[0].headers.length, 200);
  });

  it('takes a head of exactly the limit, and none longer by one octet', () => {
    const text = head('GET / HTTP/1.1', 'A: bc');
    const limits = { ...DEFAULT_HTTP_LIMITS, headOctets: text.length };
    for (const pieceLength of [() => text.length + 1, () => 1]) {
      assert.equal(read('request', octetsOf(text), { limits, pieceLength }).messages.length, 1);
      const longer = octetsOf(text.replace('bc', 'bcd'));
      assert.equal(read('request', longer, { limits, pieceLength }).state, 'not-http');
    }
  });

  it('keeps no more methods of unanswered requests than the limit', () => {
    const limits = { ...DEFAULT_HTTP_LIMITS, outstandingRequests: 1 };
    const methods = ['HEAD', 'HEAD'];
    const answer = head('HTTP/1.1 200 OK', 'Content-Length: 2');
    const { messages } = read('response', octetsOf(`${answer}${answer}ok`), { methods, limits });
    assert.deepEqual(
      messages.map((message) => message.body),
      ['', 'ok'],
    );
  });

  it('takes time linear in a head that comes octet by octet', () => {
    const time = (fieldOctets: number): number => {
      const octets = octetsOf(head('GET / HTTP/1.1', `A: ${'x'.repeat(fieldOctets)}`));
      const limits = { ...DEFAULT_HTTP_LIMITS, headOctets: 10_000_000 };
      const reader = new HttpReader('request', limits);
      const sink = new MessageCollector();
      const start = performance.now();
      for (let at = 0; at < octets.length; at++) reader.feed(octets, at, at + 1, sink);
      assert.equal(sink.messages.length, 1);
      return performance.now() - start;
    };
    time(50_000);
    const short = time(50_000);
    // Rescanning would cost a hundred times as much for ten times the length.
    assert.ok(time(500_000) < 40 * short + 50);
  });
});

describe('gaps', () => {
  it('keeps in step over a gap inside a body of known length', () => {
    const reader = new HttpReader('response');
    const sink = new MessageCollector();
    const first = octetsOf(`${head('HTTP/1.1 200 OK', 'Content-Length: 10')}abc`);
    reader.feed(first, 0, first.length, sink);
    assert.equal(reader.skip(7, sink), true);
    assert.equal(sink.messages[0].ended, true);
    const second = octetsOf(UPGRADE_RESPONSE);
    reader.feed(second, 0, second.length, sink);
    assert.equal(reader.state, 'switched');
  });

  it('keeps in step over a gap inside a chunk', () => {
    const reader = new HttpReader('response');
    const sink = new MessageCollector();
    const first = octetsOf(`${head('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked')}a\r\nabc`);
    reader.feed(first, 0, first.length, sink);
    assert.equal(reader.skip(7, sink), true);
    const second = octetsOf('\r\n0\r\n\r\n');
    reader.feed(second, 0, second.length, sink);
    assert.deepEqual([sink.messages[0].body, sink.messages[0].ended], ['abc', true]);
  });

  it('is lost where a gap lies in the size of a chunk, or behind its data', () => {
    for (const [said, lost] of [
      ['5', 1],
      ['5\r\nabcde', 2],
      ['5\r\nabcde\r\n', 1],
      ['5\r\nabc', 3],
    ] as const) {
      const reader = new HttpReader('response');
      const first = octetsOf(`${head('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked')}${said}`);
      reader.feed(first, 0, first.length, new MessageCollector());
      assert.equal(reader.skip(lost, new MessageCollector()), false, said);
      assert.equal(reader.state, 'lost');
    }
  });

  it('keeps in step over a gap inside a body that goes on to the end of the connection', () => {
    const reader = new HttpReader('response');
    const sink = new MessageCollector();
    const first = octetsOf(`${head('HTTP/1.1 200 OK')}abc`);
    reader.feed(first, 0, first.length, sink);
    assert.equal(reader.skip(1000, sink), true);
    const second = octetsOf('def');
    reader.feed(second, 0, second.length, sink);
    assert.deepEqual([sink.messages[0].body, reader.state], ['abcdef', 'reading']);
  });

  it('is lost where a gap may hide the start of a message, until it is begun anew', () => {
    const reader = new HttpReader('request');
    const sink = new MessageCollector();
    const first = octetsOf('GET / HTTP/1.1\r\nHo');
    reader.feed(first, 0, first.length, sink);
    assert.equal(reader.skip(3, sink), false);
    assert.equal(reader.state, 'lost');
    const second = octetsOf(UPGRADE_REQUEST);
    assert.equal(reader.feed(second, 0, second.length, sink), 0);
    reader.restart(4);
    assert.equal(reader.feed(second, 0, second.length, sink), second.length);
    assert.equal(sink.messages[0].number, 4);
  });

  it('is lost where a gap is longer than the rest of the body', () => {
    const reader = new HttpReader('response');
    const sink = new MessageCollector();
    const octets = octetsOf(head('HTTP/1.1 200 OK', 'Content-Length: 10'));
    reader.feed(octets, 0, octets.length, sink);
    assert.equal(reader.skip(11, sink), false);
    assert.equal(reader.state, 'lost');
  });
});

describe('any segmentation', () => {
  for (const { name, role, methods, text } of CONVERSATIONS) {
    it(`gives the same result for ${name}`, () => {
      const octets = octetsOf(text);
      const whole = read(role, octets, { methods });
      const { consumed, ...meaning } = whole;
      const random = seeded(text.length);
      for (let round = 0; round < 60; round++) {
        const longest = 1 + Math.floor(random() * 40);
        const pieceLength = round === 0 ? () => 1 : () => 1 + Math.floor(random() * longest);
        const inPieces = read(role, octets, { methods, pieceLength });
        const { consumed: consumedInPieces, ...meaningOfPieces } = inPieces;
        assert.deepEqual(meaningOfPieces, meaning);
        if (meaning.state !== 'not-http') assert.equal(consumedInPieces, consumed);
      }
    });
  }

  it('never throws, and means the same in pieces, on mutated conversations', () => {
    const random = seeded(10);
    const below = (limit: number) => Math.floor(random() * limit);
    const deadline = performance.now() + 2000;
    for (let round = 0; round < 20_000 && performance.now() < deadline; round++) {
      const { role, methods, text } = CONVERSATIONS[below(CONVERSATIONS.length)];
      const octets = octetsOf(text);
      for (let mutation = below(6); mutation >= 0; mutation--) {
        const at = below(octets.length);
        const kind = below(3);
        if (kind === 0) octets[at] = below(256);
        else if (kind === 1) octets[at] = '\r\n :;,0fH/'.charCodeAt(below(10));
        else octets.copyWithin(at, below(octets.length), below(octets.length));
      }
      const { consumed: _, ...whole } = read(role, octets, { methods });
      const { consumed: __, ...pieces } = read(role, octets, { methods, pieceLength: () => 1 + below(9) });
      assert.deepEqual(pieces, whole);
    }
  });
});
