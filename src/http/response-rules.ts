// The rules that a server keeps in the opening handshake, one row each.

import type { HandshakeRule } from './rules.ts';

/** TCP told so of the connection before the answer was read. */
export const ANSWER_OF_ANOTHER =
  'octets of the connection are not read, or may be those of another, so that the answer may be to another request';

const BAD_HANDSHAKE = 'websocket: bad handshake';

export const responseRules = {
  refused: {
    code: 'upgrade-refused',
    side: 'response',
    severity: 'note',
    reference: 'RFC 6455 §4.2.2',
    words: 'the server did not answer the upgrade request with 101',
    peerWords: BAD_HANDSHAKE,
    explanation: "The answer's status and body say why.",
    example: 'HTTP/1.1 400 Bad Request.',
  },
  acceptMissing: {
    code: 'accept-missing',
    side: 'response',
    severity: 'error',
    reference: 'RFC 6455 §4.2.2',
    words: 'the answer has no Sec-WebSocket-Accept',
    peerWords: BAD_HANDSHAKE,
    explanation: 'Without it, the client cannot know that the server understood, and must close the connection.',
    example: 'HTTP/1.1 101 without `Sec-WebSocket-Accept`.',
  },
  acceptWrong: {
    code: 'accept-wrong',
    side: 'response',
    severity: 'error',
    noteWhere: ANSWER_OF_ANOTHER,
    reference: 'RFC 6455 §4.2.2',
    words: "Sec-WebSocket-Accept does not fit the request's key",
    peerWords: BAD_HANDSHAKE,
    explanation:
      'It is base64 of the SHA-1 of the key and a fixed text. A wrong one comes from a cache, a proxy, or a faulty server; the client must close the connection.',
    example: 'The accept value of another request.',
  },
  responseConnection: {
    code: 'connection-field-missing',
    side: 'response',
    severity: 'error',
    reference: 'RFC 6455 §4.2.2',
    words: 'the answer has no Connection field with the token Upgrade',
    peerWords: BAD_HANDSHAKE,
    explanation: 'The client must close the connection.',
    example: 'HTTP/1.1 101 without `Connection`.',
  },
  responseUpgrade: {
    code: 'upgrade-field-missing',
    side: 'response',
    severity: 'error',
    reference: 'RFC 6455 §4.2.2',
    words: 'the answer has no Upgrade field with the token websocket',
    peerWords: BAD_HANDSHAKE,
    explanation: 'The client must close the connection.',
    example: 'HTTP/1.1 101 without `Upgrade`.',
  },
  responseUpgradeList: {
    code: 'upgrade-field-list',
    side: 'response',
    severity: 'error',
    reference: 'RFC 6455 §4.1',
    words: "the answer's Upgrade field says more than websocket",
    explanation:
      "It is no list here: the client must close the connection unless the value is websocket, in any case. node's ws does (`Invalid Upgrade header`); gorilla's takes a list that has the token.",
    example: 'HTTP/1.1 101 with `Upgrade: websocket, h2c`.',
  },
  subprotocol: {
    code: 'subprotocol-not-offered',
    side: 'response',
    severity: 'error',
    reference: 'RFC 6455 §4.1',
    words: 'the answer chooses a subprotocol that the request did not offer',
    explanation:
      "The client must close the connection; gorilla's accepts it. Subprotocols are compared with their case.",
    example: '`Sec-WebSocket-Protocol: chat` to a request without the field.',
  },
  extension: {
    code: 'extension-not-offered',
    side: 'response',
    severity: 'error',
    reference: 'RFC 6455 §4.1',
    words: 'the answer agrees to an extension that the request did not offer',
    explanation: "The client must close the connection; gorilla's accepts it.",
    example: '`Sec-WebSocket-Extensions: x-strange` to a request without the field.',
  },
  responseExtensions: {
    code: 'extensions-malformed',
    side: 'response',
    severity: 'warning',
    reference: 'RFC 6455 §9.1',
    words: "the answer's Sec-WebSocket-Extensions breaks its grammar",
    explanation: 'What comes before the fault is read.',
    example: '`Sec-WebSocket-Extensions: permessage-deflate;`.',
  },
  responseRepeated: {
    code: 'field-repeated',
    side: 'response',
    severity: 'error',
    reference: 'RFC 6455 §11.3',
    words: 'the answer repeats a field that must stand once',
    explanation: 'Accept, subprotocol and extensions stand once in an answer.',
    example: 'Two `Sec-WebSocket-Accept` fields.',
  },
  responseHttpVersion: {
    code: 'http-version-too-old',
    side: 'response',
    severity: 'error',
    reference: 'RFC 6455 §4.2.2',
    words: 'an answer with 101 needs HTTP/1.1 or later',
    explanation: 'HTTP/1.0 has no upgrade.',
    example: 'HTTP/1.0 101 Switching Protocols.',
  },
  responseDeflate: {
    code: 'deflate-parameter-invalid',
    side: 'response',
    severity: 'error',
    reference: 'RFC 7692 §7.1',
    words: 'the agreement on permessage-deflate has a parameter that is not as it should be',
    explanation: 'The client must close the connection. The parameter is passed over here.',
    example: '`Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=7`.',
  },
  deflateMisfit: {
    code: 'deflate-parameter-not-offered',
    side: 'response',
    severity: 'error',
    reference: 'RFC 7692 §7.1',
    words: 'the agreement on permessage-deflate fits none of the offers',
    explanation:
      'A server keeps to server_no_context_takeover and server_max_window_bits where an offer asks for them, and may set client_max_window_bits only where an offer names it. The client must close the connection.',
    example: '`permessage-deflate; client_max_window_bits=10` in answer to `permessage-deflate`.',
  },
  extensionUnknown: {
    code: 'extension-unknown',
    side: 'response',
    severity: 'note',
    reference: 'RFC 6455 §9',
    words: 'an extension is agreed upon that is not known here, so frames that use reserved bits are shown as they are',
    explanation:
      'Only permessage-deflate (RFC 7692) is understood. Messages with a reserved bit set are given as octets and neither decoded nor judged as text.',
    example: '`Sec-WebSocket-Extensions: x-webkit-deflate-frame` in the answer.',
  },
  draftProtocol: {
    code: 'draft-protocol',
    side: 'response',
    severity: 'error',
    reference: 'RFC 6455 §4.1',
    words: 'both ends speak the draft that came before RFC 6455 (hybi-00, hixie-76), whose frames are not read here',
    explanation:
      'The request has Sec-WebSocket-Key1 and Sec-WebSocket-Key2 and no Sec-WebSocket-Key, and the 101 no Sec-WebSocket-Accept: so draft-ietf-hybi-thewebsocketprotocol-00 has it. Its messages stand between 00 and ff, with no header, mask or length, and an end that keeps to RFC 6455 understands none of it. What the connection said is written by `wsdissect streams FILE --raw N --direction c2s`, or s2c.',
    example:
      '`Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5`, `Sec-WebSocket-Key2: 12998 5 Y3 1  .P00`, and a 101 with 16 octets behind it.',
  },
} as const satisfies Record<string, HandshakeRule>;
