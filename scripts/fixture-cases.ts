// The fixtures made by script, a function a case: what is sent, in which packets, and in what kind of file. Knows nothing
// of folders; make-fixtures.ts writes them.

import { captureOf } from '../test/support/capture-builder.ts';
import { TcpConversation } from '../test/support/tcp-conversation.ts';
import { peer, type TcpPacket } from '../test/support/tcp-packet.ts';
import {
  CLOSE,
  closePayload,
  concat,
  head,
  PING,
  PONG,
  TEXT,
  upgradeRequest,
  utf8,
} from '../test/support/websocket-writer.ts';
import { type ExpectedConnection, FixtureConversation, type FixtureOptions } from './fixture-conversation.ts';
import { registryFixture } from './registry-fixture.ts';
import { violationFixture } from './violation-fixture.ts';

export interface FixtureCase {
  name: string;
  /** One line. */
  what: string;
  capture: Uint8Array;
  /** Whether the capture can be read to its end; default true. */
  complete?: boolean;
  connections: ExpectedConnection[];
  /** Name of the registry among `files`. */
  registry?: string;
  /** Text files that lie beside the capture. */
  files?: Record<string, string>;
}

export const fixtureCases: readonly (() => FixtureCase)[] = [
  chat,
  fragments,
  refused,
  noWebSocket,
  violationFixture,
  registryFixture,
  cut,
  bigEndianNano,
];

const CHAT = { fields: [['Sec-WebSocket-Protocol', 'chat.v1']] } as const;

/** Texts that a careless table would stumble over; the terminal must show none of the escapes. */
function chatOf(options: FixtureOptions): FixtureConversation {
  return new FixtureConversation({ target: '/room/七', ...options })
    .upgrade({ fields: [['Sec-WebSocket-Protocol', 'chat.v2, chat.v1']] }, CHAT)
    .message('c2s', '{"type":"join","name":"小林","room":7}')
    .message('s2c', '{"type":"welcome","members":["Ada","小林","Łukasz"],"topic":null}')
    .message('c2s', '大家好，今天天气怎么样？')
    .message('s2c', 'Hi 👋🏽 family: 👨‍👩‍👧‍👦, flag: 🇫🇮, e\u0301')
    .message('s2c', 'red: \u001b[31mnot red\u001b[0m, bell \u0007, title \u001b]0;owned\u0007')
    .message('c2s', 'right to left: \u202egnp.exe, zero width:\u200b.')
    .message('c2s', 'two\nlines\tand a tab | a pipe ` a tick <b>bold</b> & more')
    .message('s2c', '')
    .ping('s2c', 'still there?')
    .pong('c2s', 'still there?');
}

function chat(): FixtureCase {
  const conversation = chatOf({}).close(1001, '再见');
  return {
    name: 'chat',
    what: 'Text messages: JSON, CJK, emoji, terminal escapes, bidi controls; a ping; close 1001 with a reason.',
    capture: captureOf(conversation.tcp.packets, { interval: 25_000_000 }),
    connections: [conversation.expected],
  };
}

function fragments(): FixtureCase {
  const conversation = new FixtureConversation({ tcp: { segmentSize: 40 } }).upgrade();
  const long = 'The quick brown fox jumps over the lazy dog. '.repeat(4).trim();
  // The cuts of the first lie inside 世 and 界.
  conversation
    .message('c2s', '你好，世界', {}, [10, 13], () => conversation.ping('c2s', 'between'))
    .pong('s2c', 'between')
    .message('s2c', Uint8Array.of(1, 2, 3, 4, 5, 6, 7), {}, [4, 7])
    .message('s2c', Uint8Array.of(), {}, [0, 0])
    .message('c2s', long)
    .message('s2c', long, {}, [100], () => conversation.pong('s2c', 'unasked'))
    .close(1000)
    .breaks('pong-unsolicited');
  return {
    name: 'fragments',
    what: 'Messages in fragments, with cuts inside characters, empty fragments, control frames between, and small segments.',
    capture: captureOf(conversation.tcp.packets),
    connections: [conversation.expected],
  };
}

function refused(): FixtureCase {
  const answer = (status: string, body: string) =>
    concat(
      head(`HTTP/1.1 ${status}`, [
        ['Content-Type', 'text/plain; charset=utf-8'],
        ['Sec-Websocket-Version', '13'],
        ['Content-Length', String(body.length)],
      ]),
      utf8(body),
    );
  const at = (port: number): FixtureOptions => ({ tcp: { client: peer('10.0.0.1', port) } });
  const foreign = new FixtureConversation(at(40001))
    .refuse(
      upgradeRequest({ fields: [['Origin', 'https://evil.example']] }),
      answer('403 Forbidden', 'Forbidden\n'),
      403,
    )
    .breaks('origin-foreign', 'upgrade-refused');
  const keyless = new FixtureConversation(at(40002))
    .refuse(upgradeRequest({ key: '' }), answer('400 Bad Request', 'Bad Request\n'), 400)
    .breaks('key-invalid', 'upgrade-refused');
  const old = head('GET /connect HTTP/1.1', [
    ['Host', 'localhost:8888'],
    ['Upgrade', 'websocket'],
    ['Connection', 'keep-alive, Upgrade'],
    ['Sec-WebSocket-Key', 'b2Zfd2ViIHNvY2tldCA4IQ=='],
    ['Sec-WebSocket-Version', '8'],
  ]);
  const outdated = new FixtureConversation(at(40003))
    .refuse(old, answer('426 Upgrade Required', 'Upgrade Required\n'), 426)
    .breaks('version-unsupported', 'upgrade-refused');
  const conversations = [foreign, keyless, outdated];
  for (const { tcp } of conversations) tcp.close('s2c');
  return {
    name: 'refused',
    what: 'Three handshakes that are refused: a foreign origin (403), no key (400), an old version (426).',
    capture: captureOf(packetsOf(conversations)),
    connections: conversations.map(({ expected }) => expected),
  };
}

function noWebSocket(): FixtureCase {
  const clientHello = concat(Uint8Array.of(22, 3, 1, 0, 64, 1, 0, 0, 60, 3, 3), new Uint8Array(58).fill(0x5a));
  const tls = new TcpConversation({ client: peer('10.0.0.1', 41001), server: peer('10.0.0.2', 443) })
    .open()
    .exchange('c2s', clientHello)
    .close();
  const body = 'A page about HTTP/1.1 101 Switching Protocols.\n';
  const http = new TcpConversation({ client: peer('10.0.0.1', 41002), server: peer('10.0.0.2', 80) })
    .open()
    .exchange('c2s', head('GET /about HTTP/1.1', [['Host', 'example.org']]))
    .exchange('s2c', concat(head('HTTP/1.1 200 OK', [['Content-Length', String(body.length)]]), utf8(body)))
    .close('s2c');
  const silent = new TcpConversation({ client: peer('10.0.0.1', 41003), server: peer('10.0.0.2', 22) }).open().close();
  return {
    name: 'no-websocket',
    what: 'Nothing of WebSocket: TLS, an HTTP page that speaks of a 101, and a connection without data.',
    capture: captureOf([...tls.packets, ...http.packets, ...silent.packets]),
    connections: [],
  };
}

function cut(): FixtureCase {
  const conversation = chatOf({ seed: 7 });
  const whole = captureOf(conversation.tcp.packets);
  const { packets } = conversation.tcp;
  conversation.octets('s2c', TEXT, utf8('This one is cut off by the end of the file.'));
  const longer = captureOf(packets);
  return {
    name: 'cut',
    what: 'The chat until the file ends inside the record of its last message.',
    capture: longer.subarray(0, whole.length + 60),
    complete: false,
    connections: [conversation.expected],
  };
}

function bigEndianNano(): FixtureCase {
  const conversation = new FixtureConversation({
    tcp: { client: peer('fd00::1', 40001), server: peer('fd00::2', 8888), clientSequence: 0xffffff80 },
  })
    .upgrade()
    .message('c2s', Uint8Array.of(0x00, 0x01, 0x08, 0x96, 0x01))
    .message(
      's2c',
      Uint8Array.from({ length: 300 }, (_, index) => index),
    );
  conversation.tcp.exchange(
    'c2s',
    concat(
      conversation.frame('c2s', TEXT, utf8('one')),
      conversation.frame('c2s', PING, utf8('!')),
      conversation.frame('c2s', TEXT, utf8('two')),
    ),
  );
  conversation.found('c2s', 'one').found('c2s', 'two');
  conversation.expected.controls.push({ direction: 'c2s', opcode: 'ping', length: 1 });
  conversation.octets('s2c', PONG, utf8('!'));
  conversation.expected.controls.push({ direction: 's2c', opcode: 'pong', length: 1 });
  conversation.octets('s2c', CLOSE, closePayload(1000));
  conversation.expected.controls.push({ direction: 's2c', opcode: 'close', length: 2, code: 1000, reason: '' });
  // The client should have answered.
  conversation.expected.diagnostics.push('close-unanswered');
  conversation.tcp.reset('c2s');
  return {
    name: 'big-endian-nano',
    what: 'A big-endian file with nanoseconds; IPv6, a sequence number that wraps, three frames in a segment, a reset.',
    capture: captureOf(conversation.tcp.packets, { byteOrder: 'big', resolution: 9, interval: 1_234_567 }),
    connections: [conversation.expected],
  };
}

function packetsOf(conversations: readonly FixtureConversation[]): TcpPacket[] {
  return conversations.flatMap(({ tcp }) => tcp.packets);
}
