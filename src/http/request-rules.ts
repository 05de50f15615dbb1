// The rules that a client keeps in the opening handshake, one row each.

import type { HandshakeRule } from './rules.ts';

const NOT_THE_PROTOCOL = 'websocket: the client is not using the websocket protocol: ';
/** Then the server did its duty, or what it did is not known. */
const NOT_UPGRADED = 'the upgrade was refused, or its answer was not captured';

export const requestRules = {
  requestConnection: {
    code: 'connection-field-missing',
    side: 'request',
    severity: 'error',
    noteWhere: NOT_UPGRADED,
    reference: 'RFC 6455 §4.2.1',
    words: 'the request has no Connection field with the token Upgrade',
    peerWords: `${NOT_THE_PROTOCOL}'upgrade' token not found in 'Connection' header`,
    explanation:
      '`Connection` names `Upgrade` among its tokens. Proxies that do not know WebSocket take the field away.',
    example: 'GET /connect HTTP/1.1 with `Connection: keep-alive`.',
  },
  requestUpgrade: {
    code: 'upgrade-field-missing',
    side: 'request',
    severity: 'error',
    noteWhere: NOT_UPGRADED,
    reference: 'RFC 6455 §4.2.1',
    words: 'the request has no Upgrade field with the token websocket',
    peerWords: `${NOT_THE_PROTOCOL}'websocket' token not found in 'Upgrade' header`,
    explanation: '`Upgrade` names `websocket`, in any case. Proxies that do not know WebSocket take the field away.',
    example: 'GET /connect HTTP/1.1 without `Upgrade`.',
  },
  method: {
    code: 'method-not-get',
    side: 'request',
    severity: 'error',
    noteWhere: NOT_UPGRADED,
    reference: 'RFC 6455 §4.1',
    words: 'the method of an upgrade request must be GET',
    peerWords: `${NOT_THE_PROTOCOL}request method is not GET`,
    explanation: 'Over HTTP/1.1 the upgrade is a GET; CONNECT is for HTTP/2 (RFC 8441).',
    example: 'POST /connect HTTP/1.1 with `Upgrade: websocket`.',
  },
  requestCut: {
    code: 'request-cut',
    side: 'request',
    severity: 'note',
    reference: 'docs/limits.md',
    words: 'the beginning of the upgrade request was not captured, so its method is taken for GET',
    explanation:
      'Told where octets are lacking, or the capture begins, right before a method that is the end of GET: that is what an upgrade request must have.',
    example: 'ET /connect HTTP/1.1, of which the first octet was not captured.',
  },
  httpVersion: {
    code: 'http-version-too-old',
    side: 'request',
    severity: 'error',
    noteWhere: NOT_UPGRADED,
    reference: 'RFC 6455 §4.1',
    words: 'an upgrade request needs HTTP/1.1 or later',
    explanation: 'HTTP/1.0 has no upgrade. Old proxies speak it; of nginx, `proxy_http_version 1.1` helps.',
    example: 'GET /connect HTTP/1.0.',
  },
  host: {
    code: 'host-field-missing',
    side: 'request',
    severity: 'error',
    noteWhere: NOT_UPGRADED,
    reference: 'RFC 6455 §4.2.1',
    words: 'the request has no Host field',
    explanation: 'HTTP/1.1 demands `Host` of every request.',
    example: 'GET /connect HTTP/1.1 without `Host`.',
  },
  version: {
    code: 'version-unsupported',
    side: 'request',
    severity: 'error',
    noteWhere: NOT_UPGRADED,
    reference: 'RFC 6455 §4.1',
    words: 'Sec-WebSocket-Version must be 13',
    peerWords: "websocket: unsupported version: 13 not found in 'Sec-Websocket-Version' header",
    explanation:
      "13 is the protocol of RFC 6455; others are drafts that came before it. It is no list: gorilla's server takes one that has 13, node's ws answers 400.",
    example: '`Sec-WebSocket-Version: 8`.',
  },
  key: {
    code: 'key-invalid',
    side: 'request',
    severity: 'warning',
    noteWhere: NOT_UPGRADED,
    reference: 'RFC 6455 §4.1',
    words: 'Sec-WebSocket-Key must be base64 of 16 octets',
    peerWords:
      "websocket: not a websocket handshake: 'Sec-WebSocket-Key' header must be Base64 encoded value of 16-byte in length",
    explanation:
      'The key shows that the server understood, no more. Widespread servers, gorilla 1.5 among them, accept any key that is not empty.',
    example: '`Sec-WebSocket-Key: 12345`.',
  },
  requestSubprotocols: {
    code: 'subprotocols-malformed',
    side: 'request',
    severity: 'warning',
    noteWhere: NOT_UPGRADED,
    reference: 'RFC 6455 §4.1',
    words: "the request's Sec-WebSocket-Protocol must name one subprotocol or more, each a token, and none twice",
    explanation:
      "Several fields are one list, in which an empty element is passed over (RFC 9110 §5.6.1). node's ws answers 400 to what breaks this, and to an empty element; gorilla's server takes both.",
    example: '`Sec-WebSocket-Protocol: chat, chat`.',
  },
  requestExtensions: {
    code: 'extensions-malformed',
    side: 'request',
    severity: 'warning',
    noteWhere: NOT_UPGRADED,
    reference: 'RFC 6455 §9.1',
    words: "the request's Sec-WebSocket-Extensions breaks its grammar",
    explanation:
      "What comes before the fault is read. A field that names no extension breaks it too; node's ws answers 400 to that.",
    example: '`Sec-WebSocket-Extensions: permessage-deflate;`.',
  },
  requestRepeated: {
    code: 'field-repeated',
    side: 'request',
    severity: 'error',
    noteWhere: NOT_UPGRADED,
    reference: 'RFC 6455 §11.3',
    words: 'the request repeats a field that must stand once',
    explanation:
      'Key and version stand once, and so does `Host`, of which a server must answer 400 to two (RFC 9112 §3.2). The first is taken.',
    example: 'Two `Sec-WebSocket-Key` fields.',
  },
  foreignOrigin: {
    code: 'origin-foreign',
    side: 'request',
    severity: 'note',
    reference: 'RFC 6455 §10.2',
    words: 'the Origin is of another host than the request is for, which many servers refuse',
    peerWords: 'websocket: request origin not allowed by Upgrader.CheckOrigin',
    explanation:
      'Told where a server refused with 403: pages of other sites may not use the connection unless it allows them.',
    example: '`Origin: https://example.org` for `Host: example.com`.',
  },
  requestDeflate: {
    code: 'deflate-parameter-invalid',
    side: 'request',
    severity: 'warning',
    noteWhere: NOT_UPGRADED,
    reference: 'RFC 7692 §7.1',
    words: 'an offer of permessage-deflate has a parameter that is not as it should be',
    explanation:
      'A server must decline such an offer. Window bits go from 8 to 15, without leading zeros; no parameter stands twice.',
    example: '`Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=16`.',
  },
  keyRepeated: {
    code: 'key-repeated',
    side: 'request',
    severity: 'note',
    reference: 'RFC 6455 §4.1',
    words: 'Sec-WebSocket-Key is that of another connection in this capture too',
    explanation:
      'A key is drawn anew for each connection. A proxy passes it on, so that both sides of one show the same key; otherwise the client does not draw it. Of the last 5,000 keys at least.',
    example: 'Two connections with `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==`.',
  },
  octetsBeforeAnswer: {
    code: 'octets-before-answer',
    side: 'request',
    severity: 'warning',
    reference: 'RFC 6455 §4.1',
    words: 'the client sent octets behind its request before the answer was captured',
    peerWords: 'websocket: client sent data before handshake is complete',
    explanation:
      'A client waits for the answer, as it does not know yet whether it may send frames. gorilla closes such a connection without an answer. The octets are read as frames. Where a capture shows packets out of order, it need not be so.',
    example: 'A frame in the segment of the upgrade request.',
  },
  /** Of either side: told of the one that sent it. */
  framesAfterRefusal: {
    code: 'frames-after-refusal',
    side: 'request',
    severity: 'error',
    reference: 'RFC 6455 §4.1',
    words: 'what looks like a frame follows though the upgrade was refused',
    explanation:
      'Without 101 there is no WebSocket, and nobody will read the frame, whichever side sent it. It is not read here either, so its first octet is all that it is known by.',
    example: 'HTTP/1.1 403 Forbidden, then 81 82 37 fa 21 3d 5f 93 from the client, or 88 02 03 ea from the server.',
  },
  proxyHeader: {
    code: 'proxy-header',
    side: 'request',
    severity: 'note',
    reference: 'PROXY protocol §2',
    words: 'the connection begins with a header of the PROXY protocol',
    explanation:
      'A proxy or load balancer (HAProxy `send-proxy`, nginx `proxy_protocol`, an AWS or Azure one) names in it the client that it speaks for. It is passed over, and what follows is read as if it were not there; the client of the events is who opened this TCP connection.',
    example: 'PROXY TCP4 192.0.2.7 192.0.2.8 53538 443, then GET /connect HTTP/1.1.',
  },
  socks: {
    code: 'socks',
    side: 'request',
    severity: 'note',
    reference: 'RFC 1928 §1',
    words: 'the connection begins with a SOCKS exchange, in which the client asks a proxy for its target',
    explanation:
      'It is passed over where it is without authentication or with user and password, and what follows is read as if it were not there; the server of the events is the proxy.',
    example:
      '05 01 00, 05 00, 05 01 00 01 c0 00 02 08 1f 40, 05 00 00 01 00 00 00 00 00 00, then GET /connect HTTP/1.1.',
  },
} as const satisfies Record<string, HandshakeRule>;
