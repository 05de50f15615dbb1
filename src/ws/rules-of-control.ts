// Rules of close, ping and pong, RFC 6455 §5.5 and §7, and of what becomes of them in the conversation.

import type { Rule } from '../tcp/rules.ts';

export const controlRules = [
  {
    code: 'close-body-one-octet',
    severity: 'error',
    reference: 'RFC 6455 §5.5.1',
    words: 'the body of a close frame has one octet, which holds no status code',
    peerWords: 'close 1005 (no status)',
    explanation: 'The body is empty, or begins with two octets of status code.',
    example: '88 01 03.',
  },
  {
    code: 'close-code-invalid',
    severity: 'error',
    reference: 'RFC 6455 §7.4',
    words: 'the status code of a close frame may not be sent',
    peerWords: 'bad close code {code}',
    explanation:
      '1004, 1005, 1006 and 1015 stand for what happened without a code, and codes below 1000, from 1016 to 2999 and from 5000 on have no meaning.',
    example: '88 02 03 ed: 1005.',
  },
  {
    code: 'invalid-utf8-close-reason',
    severity: 'error',
    reference: 'RFC 6455 §5.5.1',
    words: 'the reason of a close frame is not UTF-8',
    peerWords: 'invalid utf8 payload in close frame',
    explanation: 'Some libraries cut a reason to 123 octets in the middle of a character.',
    example: '88 03 03 e8 ff.',
  },
  {
    code: 'data-after-close',
    severity: 'error',
    reference: 'RFC 6455 §5.5.1',
    words: 'a frame follows the close frame of its direction',
    explanation:
      'A close frame is the last that an end sends. What follows is read, but not judged by other rules; told once a direction.',
    example: '88 02 03 e8, then 81 02 68 69 in the same direction.',
  },
  {
    code: 'close-missing',
    severity: 'note',
    reference: 'RFC 6455 §7.1.4',
    words: 'TCP ended without a close frame from either end',
    peerWords: 'close 1006 (abnormal closure): unexpected EOF',
    explanation:
      'The connection was not closed but dropped: the other end learns no reason, and reports 1006. Usual where a program exits or a time limit passes. Of a reset gorilla says `read: connection reset by peer`.',
    example: 'Messages, then FIN from both ends.',
  },
  {
    code: 'close-unanswered',
    severity: 'note',
    reference: 'RFC 6455 §5.5.1',
    words: 'a close frame was not answered with another before TCP ended',
    peerWords: 'close 1006 (abnormal closure): unexpected EOF',
    explanation:
      'Who gets a close frame sends one back, unless it has sent one. Usual where who closes does not wait. Where the connection was reset, told only of the end that reset it.',
    example: '88 02 03 ea from the server, then FIN from both ends.',
  },
  {
    code: 'ping-unanswered',
    severity: 'note',
    reference: 'RFC 6455 §5.5.2',
    words: 'pings were not answered though messages of the other end were captured after them',
    explanation:
      'A pong answers the latest ping and all before it. Told at the end of the connection, and only where everything was captured. Where segments were lost on their way, such a message may be one that was sent before the ping came there, and then again.',
    example: '89 01 61, then messages from the other end, but no 8a 01 61.',
  },
  {
    code: 'pong-unsolicited',
    severity: 'note',
    reference: 'RFC 6455 §5.5.3',
    words: 'pongs answer no ping',
    explanation:
      'Allowed, as a sign of life in one direction. But a pong with other octets than those of the ping is no answer to it. Told at the end of the connection, and only where its beginning and everything since were captured.',
    example: '8a 00 without a ping before.',
  },
] as const satisfies readonly Rule[];
