// The rules of the opening handshake, one row each: what is said when it is broken, how grave that is, where it is
// written, and in which words gorilla/websocket objects. Knows not how a breach is found (upgrade.ts).

export interface HandshakeRule {
  code: string;
  /** The side that broke it. Some codes stand once for each. */
  side: 'request' | 'response';
  /** Where the server accepted; a breach in a request that was refused is a note, for the server did its duty. */
  severity: 'error' | 'warning' | 'note';
  reference: string;
  /** What is wrong; particulars may follow after a colon. */
  words: string;
  /** What gorilla's server says of a request, or its client of a response, where it objects. */
  peerWords?: string;
}

const NOT_THE_PROTOCOL = 'websocket: the client is not using the websocket protocol: ';
const BAD_HANDSHAKE = 'websocket: bad handshake';

const ROWS = {
  requestConnection: {
    code: 'connection-field-missing',
    side: 'request',
    severity: 'error',
    reference: 'RFC 6455 §4.2.1',
    words: 'the request has no Connection field with the token Upgrade',
    peerWords: `${NOT_THE_PROTOCOL}'upgrade' token not found in 'Connection' header`,
  },
  requestUpgrade: {
    code: 'upgrade-field-missing',
    side: 'request',
    severity: 'error',
    reference: 'RFC 6455 §4.2.1',
    words: 'the request has no Upgrade field with the token websocket',
    peerWords: `${NOT_THE_PROTOCOL}'websocket' token not found in 'Upgrade' header`,
  },
  method: {
    code: 'method-not-get',
    side: 'request',
    severity: 'error',
    reference: 'RFC 6455 §4.1',
    words: 'the method of an upgrade request must be GET',
    peerWords: `${NOT_THE_PROTOCOL}request method is not GET`,
  },
  httpVersion: {
    code: 'http-version-too-old',
    side: 'request',
    severity: 'error',
    reference: 'RFC 6455 §4.1',
    words: 'an upgrade request needs HTTP/1.1 or later',
  },
  host: {
    code: 'host-field-missing',
    side: 'request',
    severity: 'error',
    reference: 'RFC 6455 §4.2.1',
    words: 'the request has no Host field',
  },
  version: {
    code: 'version-unsupported',
    side: 'request',
    severity: 'error',
    reference: 'RFC 6455 §4.1',
    words: 'Sec-WebSocket-Version must be 13',
    peerWords: "websocket: unsupported version: 13 not found in 'Sec-Websocket-Version' header",
  },
  key: {
    code: 'key-invalid',
    side: 'request',
    // Widespread servers, gorilla 1.5 among them, accept any key that is not empty.
    severity: 'warning',
    reference: 'RFC 6455 §4.1',
    words: 'Sec-WebSocket-Key must be base64 of 16 octets',
    peerWords:
      "websocket: not a websocket handshake: 'Sec-WebSocket-Key' header must be Base64 encoded value of 16-byte in length",
  },
  requestExtensions: {
    code: 'extensions-malformed',
    side: 'request',
    severity: 'warning',
    reference: 'RFC 6455 §9.1',
    words: "the request's Sec-WebSocket-Extensions breaks its grammar",
  },
  requestRepeated: {
    code: 'field-repeated',
    side: 'request',
    severity: 'error',
    reference: 'RFC 6455 §11.3',
    words: 'the request repeats a field that must stand once',
  },
  foreignOrigin: {
    code: 'origin-foreign',
    side: 'request',
    severity: 'note',
    reference: 'RFC 6455 §10.2',
    words: 'the Origin is of another host than the request is for, which many servers refuse',
    peerWords: 'websocket: request origin not allowed by Upgrader.CheckOrigin',
  },
  refused: {
    code: 'upgrade-refused',
    side: 'response',
    severity: 'note',
    reference: 'RFC 6455 §4.2.2',
    words: 'the server did not answer the upgrade request with 101',
    peerWords: BAD_HANDSHAKE,
  },
  acceptMissing: {
    code: 'accept-missing',
    side: 'response',
    severity: 'error',
    reference: 'RFC 6455 §4.2.2',
    words: 'the answer has no Sec-WebSocket-Accept',
    peerWords: BAD_HANDSHAKE,
  },
  acceptWrong: {
    code: 'accept-wrong',
    side: 'response',
    severity: 'error',
    reference: 'RFC 6455 §4.2.2',
    words: "Sec-WebSocket-Accept does not fit the request's key",
    peerWords: BAD_HANDSHAKE,
  },
  responseConnection: {
    code: 'connection-field-missing',
    side: 'response',
    severity: 'error',
    reference: 'RFC 6455 §4.2.2',
    words: 'the answer has no Connection field with the token Upgrade',
    peerWords: BAD_HANDSHAKE,
  },
  responseUpgrade: {
    code: 'upgrade-field-missing',
    side: 'response',
    severity: 'error',
    reference: 'RFC 6455 §4.2.2',
    words: 'the answer has no Upgrade field with the token websocket',
    peerWords: BAD_HANDSHAKE,
  },
  subprotocol: {
    code: 'subprotocol-not-offered',
    side: 'response',
    severity: 'error',
    reference: 'RFC 6455 §4.1',
    words: 'the answer chooses a subprotocol that the request did not offer',
  },
  extension: {
    code: 'extension-not-offered',
    side: 'response',
    severity: 'error',
    reference: 'RFC 6455 §4.1',
    words: 'the answer agrees to an extension that the request did not offer',
  },
  responseExtensions: {
    code: 'extensions-malformed',
    side: 'response',
    severity: 'warning',
    reference: 'RFC 6455 §9.1',
    words: "the answer's Sec-WebSocket-Extensions breaks its grammar",
  },
  responseRepeated: {
    code: 'field-repeated',
    side: 'response',
    severity: 'error',
    reference: 'RFC 6455 §11.3',
    words: 'the answer repeats a field that must stand once',
  },
} as const satisfies Record<string, HandshakeRule>;

export type HandshakeRuleName = keyof typeof ROWS;

/** The rules by name. */
export const HANDSHAKE_RULES: Readonly<Record<HandshakeRuleName, HandshakeRule>> = ROWS;

/** Fields that must not occur more than once, RFC 6455 §11.3.1 to §11.3.5, by the side that sends them. */
export const FIELDS_THAT_STAND_ONCE = {
  request: ['key', 'version'],
  response: ['accept', 'protocol', 'extensions'],
} as const;
