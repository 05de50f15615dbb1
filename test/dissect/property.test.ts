// A capture cut anew says the same: the octets of a conversation in other segments, a little out of order and in part
// twice, give the same handshakes, messages, control frames and diagnostics in each direction.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { WsdissectEvent } from '../../src/dissect/events.ts';
import type { Random } from '../support/random.ts';
import { withoutSharedCaptures } from '../support/shared-captures.ts';
import { splitPacket, TcpConversation } from '../support/tcp-conversation.ts';
import { SYN, type TcpPacket } from '../support/tcp-packet.ts';
import { forSeeds } from '../support/time-box.ts';
import {
  BINARY,
  CLOSE,
  CONTINUATION,
  clientFrame,
  closePayload,
  concat,
  frame,
  head,
  PING,
  PONG,
  TEXT,
  upgradeRequest,
  upgradeResponse,
} from '../support/websocket-writer.ts';
import { type Dissection, dissectionOf } from './dissection.ts';
import { contentLength, sayHttp } from './http-talk.ts';
import { packetsOf } from './recorded-packets.ts';
import { truthsOf } from './truth.ts';

/** HTTP, perhaps a refusal, and an upgrade, the request for which has a body now and then. */
function drawOpening(random: Random, talk: TcpConversation): void {
  for (let turn = random.between(0, 3); turn > 0; turn--) sayHttp(random, talk);
  const refusal = random.octets(random.pick([1, 40])).map((octet) => 0x61 + (octet % 26));
  if (random.once(3)) {
    talk.exchange('c2s', upgradeRequest());
    talk.exchange('s2c', concat(head('HTTP/1.1 403 Forbidden', contentLength(refusal.length)), refusal));
  }
  const body = random.octets(random.pick([0, 0, 0, 30]));
  const fields = body.length === 0 ? [] : contentLength(body.length);
  talk.exchange('c2s', concat(upgradeRequest({ fields }), body)).exchange('s2c', upgradeResponse());
}

/** Both directions say messages of all kinds, some of which break rules. */
function drawConversation(random: Random): TcpPacket[] {
  const talk = new TcpConversation({ clientSequence: random.word(), serverSequence: random.word() }).open();
  drawOpening(random, talk);
  for (let turn = random.between(3, 15); turn > 0; turn--) {
    const length = random.pick([0, 1, 5, 125, 126, 300]);
    const payload = random.octets(length).map((octet) => octet & 0x7f);
    const rsv = random.once(20) ? random.between(1, 8) : 0;
    talk.exchange('c2s', clientFrame(random.pick([TEXT, BINARY]), payload, { fin: true, rsv, key: random.octets(4) }));
    talk.send('s2c', frame(TEXT, payload, { fin: false }));
    talk.exchange('s2c', frame(PING, 'in between')).send('c2s', clientFrame(PONG, 'in between'));
    talk.exchange('s2c', frame(CONTINUATION, payload));
  }
  talk.exchange('c2s', clientFrame(CLOSE, closePayload(1000, 'bye'))).exchange('s2c', frame(CLOSE, closePayload(1000)));
  return talk.close().packets;
}

/** Data packets cut into pieces, some of them twice; all behind the SYNs up to `window` places late. */
function cutAnew(random: Random, packets: readonly TcpPacket[], window: number): TcpPacket[] {
  const longest = random.pick([2, 7, 100, 1000]);
  const pieces = packets.flatMap((packet) => {
    const cut: TcpPacket[] = [];
    let rest = packet;
    while (rest.payload.length > longest) {
      const [left, right] = splitPacket(rest, random.between(1, longest + 1));
      cut.push(left);
      rest = right;
    }
    cut.push(rest);
    return random.once(5) ? [...cut, ...cut] : cut;
  });
  const opening = pieces.filter((packet) => (packet.flags & SYN) !== 0);
  const rest = pieces.filter((packet) => (packet.flags & SYN) === 0);
  const places = new Map(rest.map((packet, at) => [packet, at + random.between(0, window)]));
  rest.sort((one, other) => (places.get(one) as number) - (places.get(other) as number));
  return [...opening, ...rest];
}

/** What the segments do not change, by direction, as the directions' order depends on them. */
function substanceOf(dissection: Dissection): unknown {
  const events = dissection.events.filter((event) => event.type !== 'diagnostic' || !relative.has(event.code));
  const inDirection = (direction: string) =>
    events.filter((event) => 'direction' in event && event.direction === direction).map(withoutPlace);
  const apart = events.filter((event) => !('direction' in event) && event.type !== 'summary').map(withoutPlace);
  const { tcpConnections, webSocketConnections, messages, otherConnections } = dissection.summary;
  const summary = { tcpConnections, webSocketConnections, messages, otherConnections };
  return { c2s: inDirection('c2s'), s2c: inDirection('s2c'), apart, summary };
}

/** Diagnostics that hang on the order between the directions. */
const relative = new Set(['octets-before-answer', 'ping-unanswered', 'pong-unsolicited']);

function withoutPlace(event: WsdissectEvent): object {
  return { ...event, packet: 0, firstPacket: 0, time: '', elapsed: 0 };
}

describe('the dissector', () => {
  it('says the same of a conversation in other segments, late, early and twice', () => {
    forSeeds(2500, (random) => {
      const packets = drawConversation(random);
      const options = { frames: true };
      const expected = dissectionOf(packets, options);
      const anew = dissectionOf(cutAnew(random, packets, random.pick([1, 1, 3, 12])), options);
      assert.deepEqual(substanceOf(anew), substanceOf(expected));
      assert.ok(expected.of('message').length >= 6);
    });
  });

  it('says the same of recorded captures whose segments are cut anew', { skip: withoutSharedCaptures }, () => {
    const captures = truthsOf('core').flatMap(({ name, capture }) =>
      /big|burst/.test(name) ? [] : [packetsOf(capture)],
    );
    forSeeds(1500, (random) => {
      const packets = random.pick(captures);
      // In order, as several connections, and uses of one port pair, share a capture.
      const pieces = packets.flatMap((packet) => {
        if (packet.payload.length < 2) return [packet];
        return splitPacket(packet, random.between(1, packet.payload.length));
      });
      assert.deepEqual(substanceOf(dissectionOf(pieces)), substanceOf(dissectionOf(packets)));
    });
  });
});
