// What the end of a conversation leaves open: close frames, pings and pongs without their counterpart, and what is not judged as the
// capture does not show it.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TcpConversation } from '../support/tcp-conversation.ts';
import { CLOSE, clientFrame, closePayload, concat, frame, PING, PONG, TEXT } from '../support/websocket-writer.ts';
import { dissectionOf, upgraded } from './dissection.ts';

const OF_THE_END = /^(close-(missing|unanswered)|ping-unanswered|pong-unsolicited)$/;

/** What is told of the packets' end. */
function openOf(packets: TcpConversation['packets']): string[] {
  const told = dissectionOf(packets).of('diagnostic');
  return told.flatMap(({ code, message }) =>
    OF_THE_END.test(code) ? [`${code} ${message.split(': ')[1] ?? ''}`.trim()] : [],
  );
}

const ping = (data: string) => clientFrame(PING, data);
const pong = (data: string) => frame(PONG, data);

/** A conversation closed as it should be, after which the server went on talking. */
function closed(talk: TcpConversation): TcpConversation['packets'] {
  talk.exchange('s2c', frame(TEXT, 'on')).exchange('c2s', clientFrame(CLOSE, closePayload(1000)));
  return talk.exchange('s2c', frame(CLOSE, closePayload(1000))).close('s2c').packets;
}

describe('pings and pongs', () => {
  it('are matched one by one where pings are equal', () => {
    const talk = upgraded().exchange('c2s', concat(ping(''), ping(''), ping('')));
    assert.deepEqual(openOf(closed(talk.exchange('s2c', concat(pong(''), pong(''), pong(''))))), []);
  });

  it('may be one pong for all pings before it, equal or not', () => {
    for (const pings of [concat(ping(''), ping(''), ping('')), concat(ping('a'), ping('b'), ping(''))])
      assert.deepEqual(openOf(closed(upgraded().exchange('c2s', pings).exchange('s2c', pong('')))), []);
  });

  it('are told where there are more pongs than equal pings, or a ping comes behind the last pong', () => {
    const twice = upgraded().exchange('c2s', concat(ping(''), ping('')));
    const more = twice.exchange('s2c', concat(pong(''), pong(''), pong('')));
    assert.deepEqual(openOf(closed(more)), ['pong-unsolicited 1']);
    const late = upgraded().exchange('c2s', ping('')).exchange('s2c', pong('')).exchange('c2s', ping(''));
    assert.deepEqual(openOf(closed(late)), ['ping-unanswered 1']);
  });

  it('are told of nothing that came before the capture', () => {
    const talk = upgraded().exchange('c2s', ping('here?'));
    const before = talk.packets.length;
    talk.exchange('s2c', pong('here?'));
    for (const text of ['one', 'two', 'three'])
      talk.exchange('c2s', clientFrame(TEXT, text)).exchange('s2c', frame(TEXT, text));
    assert.deepEqual(openOf(closed(talk).slice(before)), []);
  });
});
