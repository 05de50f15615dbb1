// Conversations made by hand, for the tests of the HTTP reader, and ways to feed them to it: whole, octet by octet, cut
// at random. Knows what was put together, not what the reader makes of it.

import type { HttpHead } from '../../src/http/head.ts';
import type { Flow, HttpSink } from '../../src/http/http-sink.ts';
import type { HttpLimits } from '../../src/http/limits.ts';
import { HttpReader, type ReaderState, type Role } from '../../src/http/message-reader.ts';
import type { UnreadReason } from '../../src/http/unread.ts';

export function octetsOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

/** Joins lines by CRLF and ends the head with an empty one. */
export function head(...lines: string[]): string {
  return `${lines.join('\r\n')}\r\n\r\n`;
}

export interface Message {
  number: number;
  start: string;
  headers: [string, string][];
  body: string;
  ended: boolean;
}

function startOf(message: HttpHead): string {
  if (message.kind === 'request') return `${message.method} ${message.target} ${message.version}`;
  return `${message.version} ${message.status} ${message.reason}`;
}

/** Keeps all messages, bodies whole, and the last head. */
export class MessageCollector implements HttpSink {
  readonly messages: Message[] = [];
  head: HttpHead | null = null;
  readonly stopAt: (head: HttpHead) => boolean;
  readonly stopBehind: (message: Message) => boolean;

  constructor(
    stopAt: (head: HttpHead) => boolean = () => false,
    stopBehind: (message: Message) => boolean = () => false,
  ) {
    this.stopAt = stopAt;
    this.stopBehind = stopBehind;
  }

  onHead(message: HttpHead): Flow {
    message.text.keep();
    this.head = message;
    const { number, headers } = message;
    this.messages.push({ number, start: startOf(message), headers, body: '', ended: false });
    return this.stopAt(message) ? 'stop' : 'go-on';
  }

  onBody(buffer: Uint8Array, start: number, end: number): void {
    this.messages.at(-1)!.body += Buffer.from(buffer.subarray(start, end)).toString('latin1');
  }

  onMessageEnd(): Flow {
    const message = this.messages.at(-1)!;
    message.ended = true;
    return this.stopBehind(message) ? 'stop' : 'go-on';
  }
}

export interface Reading {
  messages: Message[];
  consumed: number;
  state: ReaderState;
  unread: UnreadReason | null;
}

export interface ReadingOptions {
  methods?: string[];
  limits?: HttpLimits;
  /** Size of each piece; all at once without it. */
  pieceLength?: () => number;
}

/** Feeds `octets` to a fresh reader, each piece in a buffer of its own that is wiped afterwards, as a reused block would be. */
export function read(role: Role, octets: Uint8Array, options: ReadingOptions = {}): Reading {
  const { methods = [], limits, pieceLength = () => octets.length } = options;
  const reader = new HttpReader(role, limits);
  const sink = new MessageCollector();
  for (const method of methods) reader.expect(method);
  let consumed = 0;
  while (consumed < octets.length && reader.state === 'reading') {
    const length = Math.min(pieceLength(), octets.length - consumed);
    const margin = 3;
    const block = new Uint8Array(length + 2 * margin).fill(0x7a);
    block.set(octets.subarray(consumed, consumed + length), margin);
    consumed += reader.feed(block, margin, margin + length, sink) - margin;
    block.fill(0);
  }
  return { messages: sink.messages, consumed, state: reader.state, unread: reader.unread };
}

/** A seeded generator of numbers in [0, 1): mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const UPGRADE_REQUEST = head(
  'GET /connect HTTP/1.1',
  'Host: 10.7.0.1:8888',
  'Connection: keep-alive, Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
);

export const UPGRADE_RESPONSE = head(
  'HTTP/1.1 101 Switching Protocols',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
);

export interface Conversation {
  name: string;
  role: Role;
  /** Methods of the requests that are answered. */
  methods: string[];
  text: string;
}

/** What the property tests and the fuzzer start from. */
export const CONVERSATIONS: Conversation[] = [
  { name: 'an upgrade request', role: 'request', methods: [], text: UPGRADE_REQUEST },
  {
    name: 'the first frame behind the 101',
    role: 'response',
    methods: ['GET'],
    text: `${UPGRADE_RESPONSE}\x82\x05HTTP/`,
  },
  {
    name: 'pipelined requests of every kind of body',
    role: 'request',
    methods: [],
    text: [
      head('POST /a HTTP/1.1', 'Host: a', 'Content-Length: 12'),
      'GET / HTTP/1',
      head('POST /b HTTP/1.1', 'Host: a', 'Transfer-Encoding: gzip, Chunked'),
      '5;name="a;b"\r\nHTTP/\r\n00A\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n',
      '\r\n',
      head('OPTIONS * HTTP/1.1', 'Host: a'),
      head('CONNECT 10.0.0.1:80 HTTP/1.1', 'Host: 10.0.0.1:80'),
      UPGRADE_REQUEST,
    ].join(''),
  },
  {
    name: 'answers of every kind before the upgrade',
    role: 'response',
    methods: ['GET', 'POST', 'HEAD', 'GET', 'GET', 'GET', 'GET'],
    text: [
      head('HTTP/1.1 404 Not Found', 'Content-Length: 9'),
      'not found',
      head('HTTP/1.1 100 Continue'),
      head('HTTP/1.1 204 No Content'),
      head('HTTP/1.1 200 OK', 'Content-Length: 5000'),
      head('HTTP/1.1 304 Not Modified', 'Content-Length: 70'),
      head('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked'),
      '1a\r\nHTTP/1.1 101 Switching\r\n\r\n\r\n0\r\n\r\n',
      head('HTTP/1.1 200 OK', 'Content-Length: 0'),
      UPGRADE_RESPONSE,
    ].join(''),
  },
  {
    name: 'a body that lasts until the end',
    role: 'response',
    methods: ['GET'],
    text: `${head('HTTP/1.0 200 OK', 'X: y')}HTTP/1.1 101 Switching Protocols\r\n\r\n`,
  },
  {
    name: 'bare line feeds, folded, repeated, empty and odd fields',
    role: 'response',
    methods: ['GET'],
    text: 'HTTP/1.1 200\nA: 1\n  2\n\t3 \nA:4\nB:\nno colon\nC : d\n\u00e9: \u00c3\u00a9 \xff\nContent-Length: 2, 2\n\nok',
  },
  { name: 'binary octets', role: 'request', methods: [], text: '\x82\x85\x01\x02\x03\x04GET / HTTP/1.1\r\n\r\n' },
  { name: 'a head that breaks off', role: 'request', methods: [], text: 'GET / HTTP/1.1\r\nHost: a\r\n' },
  { name: 'a version that is not 1', role: 'request', methods: [], text: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' },
];
