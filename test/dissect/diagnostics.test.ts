// Each rule is broken by a conversation here, and docs/diagnostics.md is made of the same rows: no code without a cause, and none
// that the page does not name.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { constants, deflateRawSync } from 'node:zlib';
import { DIAGNOSTICS_PAGE, diagnosticsPage } from '../../scripts/make-diagnostics.ts';
import { rules, rulesByCode } from '../../src/dissect/diagnostics.ts';
import type { DiagnosticEvent } from '../../src/dissect/events.ts';
import { MultipathWriter } from '../support/multipath-writer.ts';
import { splitPacket, TcpConversation } from '../support/tcp-conversation.ts';
import { peer, type TcpPacket } from '../support/tcp-packet.ts';
import {
  BINARY,
  CLOSE,
  CONTINUATION,
  clientFrame,
  closePayload,
  concat,
  type Fields,
  frame,
  head,
  PING,
  PONG,
  TEXT,
  upgradeRequest,
  upgradeResponse,
  utf8,
} from '../support/websocket-writer.ts';
import { type DissectionOptions, dissectionOf, upgraded } from './dissection.ts';

interface Cause {
  packets: readonly TcpPacket[];
  options?: DissectionOptions;
}

const HELLO = Uint8Array.from(Buffer.from('f248cdc9c90700', 'hex'));
const DEFLATE: Fields = [['Sec-WebSocket-Extensions', 'permessage-deflate']];

const fromClient = (...octets: Uint8Array[]): Cause => ({
  packets: upgraded().exchange('c2s', concat(...octets)).packets,
});
const fromServer = (...octets: Uint8Array[]): Cause => ({
  packets: upgraded().exchange('s2c', concat(...octets)).packets,
});
const compressed = (payload: Uint8Array, limits: DissectionOptions['limits'] = {}): Cause => ({
  packets: upgraded({}, DEFLATE).exchange('c2s', clientFrame(TEXT, payload, { rsv: 4 })).packets,
  options: { limits },
});

/** A handshake whose heads are changed as text. */
function handshake(request: (text: string) => string, response: (text: string) => string = (text) => text): Cause {
  const changed = (octets: Uint8Array, change: (text: string) => string) =>
    utf8(change(Buffer.from(octets).toString('latin1')));
  const talk = new TcpConversation().open().exchange('c2s', changed(upgradeRequest(), request));
  return { packets: talk.exchange('s2c', changed(upgradeResponse(), response)).packets };
}
const same = (text: string) => text;
const without = (name: string) => (text: string) => text.replace(new RegExp(`${name}:.*\r\n`), '');
const withLine = (line: string) => (text: string) => text.replace('\r\n\r\n', `\r\n${line}\r\n\r\n`);
const MANY_FIELDS = Array.from({ length: 300 }, (_, at) => `X-${at}: v`).join('\r\n');
const withExtension = (value: string) => withLine(`Sec-WebSocket-Extensions: ${value}`);

/** A conversation behind a head of one side that has this field. */
function earlier(direction: 'c2s' | 's2c', firstLine: string, field: Fields[number]): readonly TcpPacket[] {
  const asked = direction === 'c2s' ? head(firstLine, [field]) : head('GET / HTTP/1.1', []);
  const answered = direction === 's2c' ? head(firstLine, [field]) : head('HTTP/1.1 204 No Content', []);
  const talk = new TcpConversation().open().exchange('c2s', asked).exchange('s2c', answered);
  return talk.exchange('c2s', upgradeRequest()).exchange('s2c', upgradeResponse()).packets;
}

/** Two segments of which the second is captured first, then once more with other octets. */
function overlap(): Cause {
  const { packets } = upgraded().send('c2s', clientFrame(TEXT, 'hello'));
  const [left, right] = splitPacket(packets.at(-1) as TcpPacket, 8);
  const other = { ...right, payload: right.payload.map((octet) => octet ^ 1) };
  return { packets: [...packets.slice(0, -1), right, other, left] };
}

/** A capture that begins behind the handshake, with the second frame before the first. */
function begunOutOfOrder(): Cause {
  const talk = upgraded();
  const { length } = talk.packets;
  for (const words of ['good morning', 'how are you', 'fine, thank you', 'and you?', 'bye']) {
    talk.exchange('c2s', clientFrame(TEXT, words)).exchange('s2c', frame(TEXT, words));
  }
  const [first, , answer, , second, ...rest] = talk.packets.slice(length);
  return { packets: [second, first, answer, ...rest] };
}

/** A transparent proxy, captured on both its sides. */
function bothSidesOfProxy(): Cause {
  const sides = [1000, 60_000].map((sequence) => {
    const talk = upgraded({ clientSequence: sequence, serverSequence: 2 * sequence });
    return talk.exchange('c2s', clientFrame(TEXT, 'hello')).packets;
  });
  return { packets: sides[0].flatMap((packet, at) => [packet, sides[1][at]]) };
}

function manyConnections(): Cause {
  const others = Array.from({ length: 20 }, (_, port) => upgraded({ client: peer('10.9.9.9', port + 1) }));
  return {
    packets: [upgraded(), ...others].flatMap(({ packets }) => packets),
    options: { limits: { openConnections: 16 } },
  };
}

/** Two minutes without a packet of a conversation, while another goes on. */
function silence(): Cause {
  const busy = new TcpConversation({ client: peer('10.9.9.9', 1) }).open();
  for (let count = 0; count < 120; count++) busy.send('c2s', utf8('.'));
  return {
    packets: [upgraded(), busy].flatMap(({ packets }) => packets),
    options: { limits: { idleSeconds: 30 }, interval: 1e9 },
  };
}

/** The opening over Multipath TCP. */
function multipath(): Cause {
  const connection = new MultipathWriter();
  connection.subflow().open().send('c2s', upgradeRequest(), 0).send('s2c', upgradeResponse(), 0);
  return { packets: connection.packets };
}

/** A long message of which one segment is not captured, then more. */
function withHole(at: number, limits: DissectionOptions['limits'] = {}, fields: Fields = []): Cause {
  const talk = upgraded({ segmentSize: 500 }, fields);
  const rsv = fields.length > 0 ? 4 : 0;
  talk
    .send('s2c', frame(BINARY, new Uint8Array(1990), { rsv }))
    .exchange('s2c', frame(TEXT, rsv === 0 ? 'next' : HELLO, { rsv }));
  return { packets: talk.packets.filter((_, index) => index !== at), options: { limits } };
}

/** The segment with a message's header is not captured; behind its rest come so many short messages. */
function withLostHeader(messages: number): Cause {
  const talk = upgraded({ segmentSize: 500 }).exchange('s2c', frame(TEXT, 'first'));
  talk.exchange('s2c', frame(TEXT, 'x'.repeat(700)));
  for (let count = 0; count < messages; count++) talk.exchange('s2c', frame(TEXT, `{"count": ${count}}`));
  return { packets: talk.packets.filter((_, index) => index !== 9) };
}

/** What the client sent, and nothing of the server. */
function onlyFromClient(rsv = 0): Cause {
  const talk = upgraded({}, rsv > 0 ? DEFLATE : []);
  for (let count = 0; count < 20; count++)
    talk.send('c2s', clientFrame(TEXT, rsv > 0 ? HELLO : `{"count": ${count}}`, { rsv }));
  return { packets: talk.packets.filter(({ source }) => source.port === 40001) };
}

const bomb = deflateRawSync(new Uint8Array(20 << 20), { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);

const causes: Record<string, Cause | [Cause, Cause]> = {
  'connection-field-missing': [handshake(without('Connection')), handshake(same, without('Connection'))],
  'upgrade-field-missing': [handshake(without('Upgrade')), handshake(same, without('Upgrade'))],
  'upgrade-field-list': handshake(same, (text) => text.replace('Upgrade: websocket', 'Upgrade: websocket, h2c')),
  'request-cut': {
    packets: new TcpConversation()
      .skip('c2s', 1)
      .exchange('c2s', upgradeRequest().subarray(1))
      .exchange('s2c', upgradeResponse()).packets,
  },
  'method-not-get': handshake((text) => text.replace('GET', 'POST')),
  'http-version-too-old': [
    handshake((text) => text.replace('HTTP/1.1', 'HTTP/1.0')),
    handshake(same, (text) => text.replace('HTTP/1.1', 'HTTP/1.0')),
  ],
  'host-field-missing': handshake(without('Host')),
  'version-unsupported': handshake((text) => text.replace('Version: 13', 'Version: 8')),
  'key-invalid': {
    packets: new TcpConversation()
      .open()
      .exchange('c2s', upgradeRequest({ key: '12345' }))
      .exchange('s2c', upgradeResponse({ key: '12345' })).packets,
  },
  'extensions-malformed': [
    handshake(withExtension('permessage-deflate;')),
    handshake(withExtension('permessage-deflate'), withExtension('permessage-deflate;')),
  ],
  'subprotocols-malformed': handshake(
    withLine('Sec-WebSocket-Protocol: chat, chat'),
    withLine('Sec-WebSocket-Protocol: chat'),
  ),
  'field-repeated': [
    handshake(withLine('Sec-WebSocket-Version: 13')),
    handshake(same, withLine('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=')),
  ],
  'origin-foreign': handshake(
    withLine('Origin: https://example.org'),
    () => 'HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n',
  ),
  'deflate-parameter-invalid': [
    handshake(withExtension('permessage-deflate; server_max_window_bits=16')),
    handshake(withExtension('permessage-deflate'), withExtension('permessage-deflate; server_max_window_bits=7')),
  ],
  'deflate-parameter-not-offered': handshake(
    withExtension('permessage-deflate'),
    withExtension('permessage-deflate; client_max_window_bits=9'),
  ),
  'key-repeated': {
    packets: [upgraded(), upgraded({ client: peer('10.0.0.1', 40002) })].flatMap(({ packets }) => packets),
  },
  'octets-before-answer': {
    packets: new TcpConversation()
      .open()
      .exchange('c2s', concat(upgradeRequest(), clientFrame(TEXT, 'hasty')))
      .exchange('s2c', upgradeResponse()).packets,
  },
  'proxy-header': {
    packets: new TcpConversation()
      .open()
      .exchange('c2s', concat(utf8('PROXY TCP4 192.0.2.7 192.0.2.8 53538 443\r\n'), upgradeRequest()))
      .exchange('s2c', upgradeResponse()).packets,
  },
  socks: {
    packets: new TcpConversation()
      .open()
      .exchange('c2s', Uint8Array.of(5, 1, 0))
      .exchange('s2c', Uint8Array.of(5, 0))
      .exchange('c2s', Uint8Array.of(5, 1, 0, 1, 192, 0, 2, 8, 31, 64))
      .exchange('s2c', Uint8Array.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0))
      .exchange('c2s', upgradeRequest())
      .exchange('s2c', upgradeResponse()).packets,
  },
  'frames-after-refusal': {
    packets: new TcpConversation()
      .open()
      .exchange('c2s', upgradeRequest())
      .exchange('s2c', head('HTTP/1.1 403 Forbidden', [['Content-Length', '0']]))
      .exchange('c2s', clientFrame(TEXT, 'hello')).packets,
  },
  'answer-not-http': handshake(same, () => '\x15\x03\x01\x00\x02\x02\x46'),
  'http-head-too-large': [handshake(withLine(MANY_FIELDS)), handshake(same, withLine(MANY_FIELDS))],
  'http-unreadable': [
    { packets: earlier('c2s', 'POST / HTTP/1.1', ['Transfer-Encoding', 'gzip']) },
    { packets: earlier('s2c', 'HTTP/1.1 200 OK', ['Content-Length', '99999999999999999999']) },
  ],
  'upgrade-refused': handshake(same, () => 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'),
  'accept-missing': handshake(same, without('Sec-WebSocket-Accept')),
  'accept-wrong': handshake(same, (text) =>
    text.replace('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=', 'AAAAAAAAAAAAAAAAAAAAAAAAAAA='),
  ),
  'subprotocol-not-offered': handshake(same, withLine('Sec-WebSocket-Protocol: chat')),
  'extension-not-offered': handshake(same, withExtension('permessage-deflate')),
  'draft-protocol': handshake((text) => {
    const draft = withLine('Sec-WebSocket-Key1: 4 @1  4\r\nSec-WebSocket-Key2: 12998 5 Y3')(text);
    return without('Sec-WebSocket-Version')(without('Sec-WebSocket-Key')(draft));
  }, without('Sec-WebSocket-Accept')),
  'extension-unknown': handshake(withExtension('x-webkit-deflate-frame'), withExtension('x-webkit-deflate-frame')),
  'unmasked-client-frame': fromClient(frame(TEXT, 'hi')),
  'masked-server-frame': fromServer(clientFrame(TEXT, 'hi')),
  'rsv1-without-extension': fromServer(frame(TEXT, 'hi', { rsv: 4 })),
  rsv2: fromServer(frame(TEXT, 'hi', { rsv: 2 })),
  rsv3: fromServer(frame(TEXT, 'hi', { rsv: 1 })),
  'reserved-opcode': fromServer(frame(3)),
  'control-too-long': fromServer(frame(PING, new Uint8Array(126))),
  'control-fragmented': fromServer(frame(PING, '', { fin: false })),
  'continuation-without-start': fromServer(frame(CONTINUATION, 'hi')),
  'message-inside-message': fromServer(frame(TEXT, 'hi', { fin: false }), frame(TEXT, 'ho')),
  'length-not-minimal': fromServer(frame(TEXT, 'hi', { lengthBits: 16 })),
  'length-top-bit': fromServer(Uint8Array.of(0x82, 0x7f, 0x80, 0, 0, 0, 0, 0, 0, 5, 1, 2, 3, 4, 5)),
  'masking-key-zero': fromClient(frame(TEXT, 'hi', { key: new Uint8Array(4) })),
  'masking-key-repeated': fromClient(clientFrame(TEXT, 'hi'), clientFrame(TEXT, 'ho')),
  'frame-header-lost': withHole(7),
  'frames-found': withLostHeader(20),
  'answer-not-captured': onlyFromClient(),
  'frames-not-found': withLostHeader(0),
  'invalid-utf8-text': fromServer(frame(TEXT, Uint8Array.of(0x63, 0x61, 0x66, 0xe9))),
  'message-incomplete': withHole(8),
  'message-unfinished': fromServer(frame(TEXT, 'hi', { fin: false })),
  'message-too-large': { ...fromServer(frame(TEXT, 'hello')), options: { limits: { message: 4 } } },
  'held-limit': {
    ...fromServer(frame(TEXT, 'hello', { fin: false }), frame(CONTINUATION)),
    options: { limits: { held: 4 } },
  },
  'close-body-one-octet': fromServer(frame(CLOSE, Uint8Array.of(3))),
  'close-code-invalid': fromServer(frame(CLOSE, closePayload(1005))),
  'invalid-utf8-close-reason': fromServer(frame(CLOSE, Uint8Array.of(3, 0xe8, 0xff))),
  'data-after-close': fromServer(frame(CLOSE, closePayload(1000)), frame(TEXT, 'hi')),
  'close-missing': { packets: upgraded().close().packets },
  'close-unanswered': {
    packets: upgraded()
      .exchange('s2c', frame(CLOSE, closePayload(1002)))
      .close().packets,
  },
  'ping-unanswered': {
    packets: upgraded().exchange('s2c', frame(PING, 'a')).exchange('c2s', clientFrame(TEXT, 'hi')).close().packets,
  },
  'pong-unsolicited': { packets: upgraded().exchange('s2c', frame(PONG, 'a')).close().packets },
  'inflate-failed': compressed(Uint8Array.of(0xff)),
  'deflate-end-missing': compressed(deflateRawSync('Hello')),
  'deflate-end-kept': compressed(deflateRawSync('Hello', { finishFlush: constants.Z_SYNC_FLUSH })),
  'compression-context-lost': withHole(8, {}, DEFLATE),
  'compression-assumed': onlyFromClient(4),
  'compression-context-limit': compressed(HELLO, { contexts: 4 }),
  'inflated-too-large': compressed(HELLO, { inflated: 4 }),
  'inflated-ratio': compressed(bomb, { inflated: 30 << 20 }),
  'tcp-overlap-differs': overlap(),
  'tcp-before-beginning': begunOutOfOrder(),
  'tcp-shared-endpoints': bothSidesOfProxy(),
  'tcp-waiting-limit': withHole(8, { waitingOctets: 600, waitingOctetsADirection: 600 }),
  'tcp-connection-limit': manyConnections(),
  'tcp-idle': silence(),
  'tcp-multipath': multipath(),
};

function causesOf(code: string): Cause[] {
  const cause = causes[code] ?? [];
  return Array.isArray(cause) ? cause : [cause];
}

describe('each rule is told where it is broken', () => {
  for (const [code, rows] of rulesByCode()) {
    it(code, () => {
      const all = causesOf(code);
      assert.equal(all.length, rows.length, 'each row has a cause');
      for (const [at, { packets, options }] of all.entries()) {
        const told = dissectionOf(packets, options).of('diagnostic');
        const event = told.find((each) => each.code === code) as DiagnosticEvent;
        assert.notEqual(event, undefined, `told: ${told.map((each) => each.code)}`);
        assert.ok(event.message.startsWith(rows[at].words), event.message);
        assert.equal(event.reference, rows[at].reference);
        assert.equal(event.peerWords === undefined, rows[at].peerWords === undefined);
        // One fault is one alarm.
        const others = told.filter((each) => each.severity === 'error' && each.code !== code);
        assert.deepEqual(
          others.map((each) => each.code),
          [],
        );
      }
    });
  }

  const key = (last: number) => Uint8Array.of(1, 2, 3, last);
  const masked = (last: number) => frame(TEXT, 'hi', { key: key(last) });
  const particulars: [code: string, cause: Cause, end: string][] = [
    ['reserved-opcode', fromServer(frame(3, 'hi')), ': 3'],
    ['control-too-long', fromServer(frame(PING, new Uint8Array(126))), ': 126 octets'],
    ['length-not-minimal', fromServer(frame(TEXT, 'hi', { lengthBits: 64 })), ': 2 octets'],
    ['masking-key-repeated', fromClient(masked(4), masked(4)), ': that of the frame before'],
    ['masking-key-repeated', fromClient(masked(4), masked(5), masked(6), masked(4)), ': that of 3 frames before'],
    ['masking-key-repeated', fromClient(masked(4), masked(5), masked(6), masked(5)), ': that of 2 frames before'],
    [
      'invalid-utf8-close-reason',
      fromServer(frame(CLOSE, Uint8Array.of(3, 0xe8, 0x6f, 0x6b, 0xff))),
      ': from octet 2 of the reason on',
    ],
  ];
  for (const [code, { packets }, end] of particulars) {
    it(`and in what: ${code}${end}`, () => {
      const messages = dissectionOf(packets)
        .of('diagnostic')
        .flatMap((each) => (each.code === code ? [each.message] : []));
      assert.equal(messages.length, 1);
      assert.ok(messages[0].endsWith(end), messages[0]);
    });
  }

  it('and no cause is of a rule that there is not', () => {
    const known = rulesByCode();
    assert.deepEqual(
      Object.keys(causes).filter((code) => !known.has(code)),
      [],
    );
  });
});

it('what is wrong with a request is told of its packet, and of an answer of that one', () => {
  const [request, answer] = causesOf('connection-field-missing').map(({ packets }) =>
    dissectionOf(packets).of('diagnostic'),
  );
  assert.deepEqual([request[0].packet, request[0].direction], [4, 'c2s']);
  assert.deepEqual([answer[0].packet, answer[0].direction], [6, 's2c']);
});

describe('a frame after a refusal', () => {
  const refusal = head('HTTP/1.1 403 Forbidden', [['Content-Length', '0']]);
  const asked = () => new TcpConversation().open().exchange('c2s', upgradeRequest());
  const toldOf = ({ packets }: TcpConversation) =>
    dissectionOf(packets)
      .of('diagnostic')
      .filter(({ code }) => code !== 'upgrade-refused')
      .map(({ code, direction, packet }) => `${code} ${direction} ${packet}`);

  it('is told of the side that sent it', () => {
    const refused = () => asked().exchange('s2c', refusal);
    assert.deepEqual(toldOf(refused().send('c2s', clientFrame(TEXT, 'hi'))), ['frames-after-refusal c2s 8']);
    assert.deepEqual(toldOf(refused().send('s2c', frame(TEXT, 'hi'))), ['frames-after-refusal s2c 8']);
    assert.deepEqual(
      toldOf(
        refused()
          .send('s2c', frame(CLOSE, closePayload(1002)))
          .close(),
      ),
      ['frames-after-refusal s2c 8'],
    );
  });

  it("is told of the server's once, also where it stands in the segment of the refusal, or comes octet by octet", () => {
    const both = concat(refusal, frame(TEXT, 'hi'), frame(CLOSE, closePayload(1002)));
    assert.deepEqual(toldOf(asked().send('s2c', both)), ['frames-after-refusal s2c 6']);
    const pieces = asked();
    for (const octet of both) pieces.send('s2c', Uint8Array.of(octet));
    assert.deepEqual(toldOf(pieces.close()), [`frames-after-refusal s2c ${6 + refusal.length}`]);
  });

  it('is none where the server says something else, or its next answer was captured before its request', () => {
    assert.deepEqual(
      toldOf(
        asked()
          .send('s2c', concat(refusal, utf8('\r\nsorry')))
          .close(),
      ),
      [],
    );
    const retry = asked()
      .send('s2c', concat(refusal, upgradeResponse(), frame(TEXT, 'hi'), frame(CLOSE, closePayload(1000))))
      .send('c2s', concat(upgradeRequest(), clientFrame(CLOSE, closePayload(1000))));
    assert.ok(!toldOf(retry).some((told) => told.startsWith('frames-after')), toldOf(retry).join());
    assert.equal(dissectionOf(retry.packets).of('handshake').length, 2);
  });
});

describe('docs/diagnostics.md', () => {
  it('is what scripts/make-diagnostics.ts makes', () => {
    assert.equal(readFileSync(DIAGNOSTICS_PAGE, 'utf8'), diagnosticsPage());
  });

  it('names each code, and no other', () => {
    const named = [...readFileSync(DIAGNOSTICS_PAGE, 'utf8').matchAll(/^## (.*)$/gm)].map(([, code]) => code);
    assert.deepEqual([...named].sort(), [...new Set(rules.map(({ code }) => code))].sort());
  });
});

it('rules are sentences without their ends, with a reference and kebab-case codes', () => {
  for (const { code, reference, words, explanation, example } of rules) {
    assert.match(code, /^[a-z0-9]+(-[a-z0-9]+)*$/);
    assert.match(reference, /^(RFC \d+ §[\d.]+|PROXY protocol §2|docs\/limits\.md)$/, code);
    assert.doesNotMatch(words, /\.$/, code);
    assert.match(explanation, /[.]$/, code);
    assert.match(example, /[.]$/, code);
  }
});
