// Rules of what of HTTP cannot be read before an upgrade, one row each. They are told of connections that have an upgrade, or are
// WebSocket by their frames; of others the summary counts them.

import type { HandshakeRule } from './rules.ts';

const TOO_LARGE = {
  code: 'http-head-too-large',
  severity: 'warning',
  reference: 'RFC 9110 §5.4',
  explanation:
    'Up to 64 KiB and 200 fields are read, and no option changes that. HTTP goes on at the next head that begins a segment. Where this was the request for the upgrade, or its answer, what follows is taken for WebSocket by its other head or by its frames.',
} as const;

const UNREADABLE = {
  code: 'http-unreadable',
  severity: 'note',
  reference: 'RFC 9112 §6.3',
  explanation:
    'Where it is not clear where a message ends, as by a Content-Length that is no number or a chunk without a size, HTTP goes on at the next head that begins a segment. Where what comes begins no head of HTTP/1, nothing behind it is read.',
} as const;

export const readingRules = {
  answerNotHttp: {
    code: 'answer-not-http',
    side: 'response',
    severity: 'note',
    reference: 'RFC 6455 §4.2.2',
    words: 'the server answered the upgrade request with something that is not HTTP',
    explanation:
      'Another program than a web server listens there. What begins as a record of TLS, often an alert, comes from a server to which the client has to speak TLS: its URL has to begin with wss://.',
    example: '15 03 01 00 02 02 46, an alert of TLS, in answer to GET /connect HTTP/1.1.',
  },
  requestTooLarge: {
    ...TOO_LARGE,
    side: 'request',
    words: 'the head of a request is larger than is read, so that it was passed over',
    example: 'A request with a Cookie of 70,000 octets.',
  },
  responseTooLarge: {
    ...TOO_LARGE,
    side: 'response',
    words: 'the head of an answer is larger than is read, so that it was passed over',
    example: 'An answer with 300 Set-Cookie fields.',
  },
  requestUnreadable: {
    ...UNREADABLE,
    side: 'request',
    words: 'not all that the client said in HTTP can be read',
    example: 'A request with `Transfer-Encoding: gzip`, before the one that asks for the upgrade.',
  },
  responseUnreadable: {
    ...UNREADABLE,
    side: 'response',
    words: 'not all that the server said in HTTP can be read',
    example: 'An answer with `Content-Length: 99999999999999999999`, before the 101.',
  },
} as const satisfies Record<string, HandshakeRule>;
