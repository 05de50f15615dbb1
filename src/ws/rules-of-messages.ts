// Rules of messages: text, and what keeps one from being shown.

import type { Rule } from '../tcp/rules.ts';

export const messageRules = [
  {
    code: 'invalid-utf8-text',
    severity: 'error',
    reference: 'RFC 6455 §8.1',
    words: 'a text message is not UTF-8',
    explanation:
      'The payload is given as octets, as wrong text is worse than none. The receiver must close the connection, with 1007; gorilla leaves that to the application. Where octets are not UTF-8 on purpose, the message should be binary.',
    example: '81 04 63 61 66 e9: “café” in Latin-1, broken from octet 3 on.',
  },
  {
    code: 'message-incomplete',
    severity: 'warning',
    reference: 'docs/limits.md',
    words: 'octets of a message or control frame were not captured, so it does not count as one',
    explanation: 'A `gap` event says how many are missing. What is there of it stands in `incomplete`.',
    example: 'One of the three segments that carry a message of 4,000 octets is not in the capture.',
  },
  {
    code: 'message-unfinished',
    severity: 'note',
    reference: 'RFC 6455 §5.4',
    words: 'the stream ends inside a frame or a message in fragments',
    explanation: 'The capture, or the connection, ended before the message did.',
    example: '01 02 68 69, and then FIN.',
  },
  {
    code: 'message-too-large',
    severity: 'warning',
    reference: 'docs/limits.md',
    words: 'a message is larger than the limit, so its payload is not shown',
    explanation: 'Its length is told. `--max-message` raises the limit.',
    example: 'A message of 65 MiB.',
  },
  {
    code: 'held-limit',
    severity: 'warning',
    reference: 'docs/limits.md',
    words: 'more octets would have to be held than may be, so what they belong to is not shown',
    explanation:
      '`--max-held` raises the limit of what is held in all. Before an upgrade no more than 1 MiB of a direction is held, whatever that is: where an answer is lacking, what waits for it is read if it is frames, else the connection is given up.',
    example: 'A hundred messages of 1 MiB, all in progress at once.',
  },
] as const satisfies readonly Rule[];
