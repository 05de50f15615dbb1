// A capture that shows the first segments of a WebSocket connection in another order, in pieces, or with a SYN behind what it begins:
// what the user sees is one connection with its handshake and all its messages.

import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { surveyStreams } from '../../src/dissect/stream-survey.ts';
import { captureOf } from '../support/capture-builder.ts';
import { splitPacket, TcpConversation } from '../support/tcp-conversation.ts';
import type { TcpPacket } from '../support/tcp-packet.ts';
import { clientFrame, frame, TEXT, upgradeRequest, upgradeResponse } from '../support/websocket-writer.ts';
import { dissectionOf } from './dissection.ts';

const talk = new TcpConversation().open().exchange('c2s', upgradeRequest()).exchange('s2c', upgradeResponse());
for (let turn = 0; turn < 12; turn++) {
  talk.exchange('c2s', clientFrame(TEXT, `question ${turn}`)).exchange('s2c', frame(TEXT, `answer ${turn}`));
}
const [SYN, SYN_ACK, ACK, request, HEARD, response, THANKS, ...REST] = talk.packets;
const [ASK, ING] = splitPacket(request, 100);
const [ANS, WER] = splitPacket(response, 30);
const WHOLE = REST.filter(({ payload }) => payload.length > 0).length;

const ORDERS: Record<string, TcpPacket[]> = {
  'the SYN behind the second half of the request': [ING, SYN, response, ASK],
  'the SYN behind both halves of the request, the wrong way round': [ING, ASK, WER, SYN, ANS],
  'the second half of the answer first, and no SYN/ACK': [SYN, WER, request, ANS],
  'the second half of the answer before any SYN': [WER, SYN, SYN_ACK, request, ANS],
  'an acknowledgment of the answer first': [SYN, THANKS, request, WER, ANS],
  'the answer, the SYN/ACK and the SYN before the request': [response, THANKS, SYN_ACK, SYN, ACK, request, HEARD],
  'the answer and the SYN before the request': [response, THANKS, SYN, SYN_ACK, ACK, request, HEARD],
};

describe('a handshake is told, and all that follows, where there is captured', () => {
  for (const [what, first] of Object.entries(ORDERS)) {
    it(what, async () => {
      const packets = [...first, ...REST];
      const found = dissectionOf(packets);
      assert.deepEqual(
        found.of('handshake').map((told) => told.response?.status),
        [101],
      );
      assert.equal(found.of('message').length, WHOLE);
      assert.deepEqual([found.of('midstream'), found.of('gap'), found.codes], [[], [], []]);
      assert.equal(found.of('summary')[0].tcpConnections, 1);
      const { streams } = await surveyStreams(Readable.from([captureOf(packets)]));
      const octets = (port: number) =>
        talk.packets.reduce((sum, { source, payload }) => sum + (source.port === port ? payload.length : 0), 0);
      assert.deepEqual(
        streams.map(({ protocol, c2s, s2c }) => [protocol, c2s.octets, s2c.octets]),
        [['websocket', octets(SYN.source.port), octets(SYN_ACK.source.port)]],
      );
    });
  }
});
