// What may be wrong with frames and messages, one row a rule. `peerWords` are gorilla/websocket's.

import type { Rule } from '../tcp/rules.ts';

export const webSocketRules = [
  {
    code: 'unmasked-client-frame',
    severity: 'error',
    reference: 'RFC 6455 §5.1',
    words: 'the client sent a frame without a mask',
    peerWords: 'bad MASK',
  },
  {
    code: 'masked-server-frame',
    severity: 'error',
    reference: 'RFC 6455 §5.1',
    words: 'the server sent a masked frame',
    peerWords: 'bad MASK',
  },
  {
    code: 'rsv1-without-extension',
    severity: 'error',
    reference: 'RFC 6455 §5.2',
    words: 'RSV1 is set where no negotiated extension gives it a meaning',
    peerWords: 'RSV1 set',
  },
  {
    code: 'rsv2',
    severity: 'error',
    reference: 'RFC 6455 §5.2',
    words: 'RSV2 is set where no negotiated extension gives it a meaning',
    peerWords: 'RSV2 set',
  },
  {
    code: 'rsv3',
    severity: 'error',
    reference: 'RFC 6455 §5.2',
    words: 'RSV3 is set where no negotiated extension gives it a meaning',
    peerWords: 'RSV3 set',
  },
  {
    code: 'reserved-opcode',
    severity: 'error',
    reference: 'RFC 6455 §5.2',
    words: 'the opcode is reserved',
    peerWords: 'bad opcode {opcode}',
  },
  {
    code: 'control-too-long',
    severity: 'error',
    reference: 'RFC 6455 §5.5',
    words: 'a control frame has more than 125 octets of payload',
    peerWords: 'len > 125 for control',
  },
  {
    code: 'control-fragmented',
    severity: 'error',
    reference: 'RFC 6455 §5.5',
    words: 'a control frame is fragmented',
    peerWords: 'FIN not set on control',
  },
  {
    code: 'continuation-without-start',
    severity: 'error',
    reference: 'RFC 6455 §5.4',
    words: 'a continuation frame continues nothing',
    peerWords: 'continuation after FIN',
  },
  {
    code: 'message-inside-message',
    severity: 'error',
    reference: 'RFC 6455 §5.4',
    words: 'a new message begins before the one in fragments has ended',
    peerWords: 'data before FIN',
  },
  {
    code: 'length-not-minimal',
    severity: 'error',
    reference: 'RFC 6455 §5.2',
    words: 'the length is not written in its shortest form',
  },
  {
    code: 'length-top-bit',
    severity: 'error',
    reference: 'RFC 6455 §5.2',
    words: 'the top bit of the 64-bit length is set',
  },
  {
    code: 'invalid-utf8-text',
    severity: 'error',
    reference: 'RFC 6455 §8.1',
    words: 'a text message is not UTF-8',
  },
  {
    code: 'close-body-one-octet',
    severity: 'error',
    reference: 'RFC 6455 §5.5.1',
    words: 'the body of a close frame has one octet, which holds no status code',
  },
  {
    code: 'close-code-invalid',
    severity: 'error',
    reference: 'RFC 6455 §7.4',
    words: 'the status code of a close frame may not be sent',
    peerWords: 'bad close code {code}',
  },
  {
    code: 'invalid-utf8-close-reason',
    severity: 'error',
    reference: 'RFC 6455 §5.5.1',
    words: 'the reason of a close frame is not UTF-8',
    peerWords: 'invalid utf8 payload in close frame',
  },
  {
    code: 'data-after-close',
    severity: 'error',
    reference: 'RFC 6455 §5.5.1',
    words: 'a frame follows the close frame of its direction',
  },
  {
    code: 'masking-key-zero',
    severity: 'note',
    reference: 'RFC 6455 §10.3',
    words: 'the masking key is zero, so the payload stands unmasked on the wire',
  },
  {
    code: 'frame-header-lost',
    severity: 'warning',
    reference: 'docs/limits.md',
    words: 'a gap hid the header of a frame, so what follows in this direction is not read',
  },
  {
    code: 'message-incomplete',
    severity: 'warning',
    reference: 'docs/limits.md',
    words: 'octets of a message were not captured, so it is not shown',
  },
  {
    code: 'message-unfinished',
    severity: 'note',
    reference: 'RFC 6455 §5.4',
    words: 'the stream ends inside a frame or a message in fragments',
  },
  {
    code: 'message-too-large',
    severity: 'warning',
    reference: 'docs/limits.md',
    words: 'a message is larger than the limit, so its payload is not shown',
  },
  {
    code: 'held-limit',
    severity: 'warning',
    reference: 'docs/limits.md',
    words: 'more octets would have to be held than may be, so what they belong to is not shown',
  },
] as const satisfies readonly Rule[];

export type WebSocketRuleCode = (typeof webSocketRules)[number]['code'];
