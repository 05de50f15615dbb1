// What the end of a conversation leaves open: close frames, pings and pongs without their counterpart, and what is not judged as the
// capture does not show it.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TcpConversation } from '../support/tcp-conversation.ts';
import {
  CLOSE,
  clientFrame,
  closePayload,
  concat,
  frame,
  PING,
  PONG,
  TEXT,
  utf8,
} from '../support/websocket-writer.ts';
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

describe('close frames', () => {
  const peerWordsOf = (packets: TcpConversation['packets']) =>
    dissectionOf(packets)
      .of('diagnostic')
      .flatMap(({ code, peerWords }) => (OF_THE_END.test(code) ? [peerWords] : []));

  it('are missed behind a reset by the end that should have answered, and not where it was reset', () => {
    const closing = () => upgraded().exchange('s2c', frame(CLOSE, closePayload(1011)));
    const unanswered = 'close-unanswered who should have answered reset the connection';
    assert.deepEqual(openOf(closing().reset('c2s').packets), [unanswered]);
    assert.deepEqual(openOf(closing().finish('s2c').reset('c2s').packets), [unanswered]);
    assert.deepEqual(openOf(closing().reset('s2c').packets), []);
  });

  it('are missed in the words in which gorilla finds out: of an end, or of a reset', () => {
    assert.deepEqual(peerWordsOf(upgraded().close().packets), ['close 1006 (abnormal closure): unexpected EOF']);
    assert.deepEqual(peerWordsOf(upgraded().reset('c2s').packets), ['read: connection reset by peer']);
    const behindFin = upgraded().finish('c2s').reset('c2s').packets;
    assert.deepEqual(peerWordsOf(behindFin), ['close 1006 (abnormal closure): unexpected EOF']);
  });

  it('are not missed where octets were passed over, as they may be among those', () => {
    const talk = upgraded().exchange('s2c', frame(TEXT, 'x'.repeat(200)).subarray(0, 100));
    const before = talk.packets.length;
    // The rest of the message, of which no beginning is in the capture, and behind it the answer.
    for (let count = 0; count < 20; count++) talk.exchange('c2s', clientFrame(TEXT, `{"count": ${count}}`));
    talk.exchange('c2s', clientFrame(CLOSE, closePayload(4000)));
    const answered = [...talk.exchange('s2c', concat(utf8('x'.repeat(104)), frame(CLOSE))).close().packets];
    const told = dissectionOf(answered.slice(before)).of('diagnostic');
    assert.ok(told.some(({ code }) => code === 'frames-not-found'));
    assert.deepEqual(openOf(answered.slice(before)), []);
  });

  it('are not missed where they may have come before the capture', () => {
    const talk = upgraded().exchange('c2s', clientFrame(CLOSE));
    const before = talk.packets.length;
    for (let count = 0; count < 20; count++) talk.exchange('s2c', frame(TEXT, `{"count": ${count}}`));
    const packets = talk.exchange('s2c', frame(CLOSE)).close('s2c').packets.slice(before);
    assert.deepEqual(dissectionOf(packets).said.length, 20);
    assert.deepEqual(openOf(packets), []);
  });

  it('are missed in a conversation that began before the capture, where both sides said more in it', () => {
    const talk = upgraded();
    const before = talk.packets.length;
    for (let count = 0; count < 20; count++)
      talk
        .exchange('c2s', clientFrame(TEXT, `{"count": ${count}}`))
        .exchange('s2c', frame(TEXT, `{"count": ${count}}`));
    const ended = talk.exchange('c2s', clientFrame(CLOSE)).close().packets;
    assert.deepEqual(openOf(ended.slice(before)), ['close-unanswered']);
  });
});

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

  it('are counterparts where the pong was recorded a few packets before its ping, unless it is empty', () => {
    for (const [data, told] of [
      ['7f3a', []],
      ['', ['pong-unsolicited 1', 'ping-unanswered 1']],
    ] as const) {
      const talk = upgraded();
      const at = talk.packets.length;
      talk.send('c2s', ping(data)).send('s2c', pong(data));
      talk.exchange('c2s', clientFrame(TEXT, 'more')).exchange('s2c', frame(TEXT, 'more'));
      const packets = closed(talk);
      const [first, second] = [packets[at], packets[at + 1]];
      const swapped = packets.toSpliced(at, 2, second, first);
      assert.deepEqual(openOf(swapped).toSorted(), [...told].toSorted());
    }
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
