// Sequence numbers that begin again at 0 amid a connection, at every place of a short one.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { utf8 } from '../support/websocket-writer.ts';
import { only, streamsOf } from './streams.ts';

describe('wrap of the sequence number', () => {
  for (const before of [0, 1, 2, 3, 4, 5, 6, 7]) {
    it(`wraps ${before} octets behind the SYN`, () => {
      const talk = new TcpConversation({ clientSequence: 2 ** 32 - 1 - before, serverSequence: 2 ** 31 - 1 - before });
      talk.open();
      for (const word of ['ab', 'cd', 'ef']) talk.exchange('c2s', utf8(word)).exchange('s2c', utf8(word));
      const [syn, synAck, ...rest] = talk.close().packets;
      for (const order of [rest, rest.toReversed()]) {
        const stream = only(streamsOf([syn, synAck, ...order]));
        assert.deepEqual(stream.said, ['abcdef', 'abcdef']);
        assert.match(String(stream.end), /^fin/);
      }
    });
  }
});
