// Connections that speak draft-ietf-hybi-thewebsocketprotocol-00 (hixie-76): told as that, with their handshake, and no frames looked
// for in what is none; and what only resembles them is read as ever.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CaptureClock } from '../../src/dissect/clock.ts';
import { runDissectionSync } from '../../src/dissect/run.ts';
import { StatsOutput } from '../../src/output/stats/stats-output.ts';
import { captureOf } from '../support/capture-builder.ts';
import { TcpConversation } from '../support/tcp-conversation.ts';
import {
  concat,
  type Fields,
  frame,
  head,
  TEXT,
  upgradeRequest,
  upgradeResponse,
  utf8,
} from '../support/websocket-writer.ts';
import { dissectionOf } from './dissection.ts';

const KEYS: Fields = [
  ['Sec-WebSocket-Key1', '4 @1  46546xW%0l 1 5'],
  ['Sec-WebSocket-Key2', '12998 5 Y3 1  .P00'],
];
const UPGRADE: Fields = [
  ['Host', 'localhost:8888'],
  ['Connection', 'Upgrade'],
  ['Upgrade', 'WebSocket'],
];
const request = head('GET /demo HTTP/1.1', [...UPGRADE, ['Origin', 'http://localhost:8888'], ...KEYS]);
const answer = head('HTTP/1.1 101 WebSocket Protocol Handshake', [
  ...UPGRADE.slice(1),
  ['Sec-WebSocket-Origin', 'http://localhost:8888'],
  ['Sec-WebSocket-Location', 'ws://localhost:8888/demo'],
]);
const third = utf8('^n:ds[4U');
const digest = utf8("8jKS'y:G*Co,Wxa-");

/** As the draft frames it. */
const said = (text: string) => concat(Uint8Array.of(0), utf8(text), Uint8Array.of(0xff));

function talk(conversation: TcpConversation): TcpConversation['packets'] {
  conversation.exchange('c2s', said('hello')).exchange('s2c', said('hello'));
  return conversation.exchange('c2s', Uint8Array.of(0xff, 0)).exchange('s2c', Uint8Array.of(0xff, 0)).close().packets;
}

const begun = () => new TcpConversation().open();
const whole = () => talk(begun().exchange('c2s', concat(request, third)).exchange('s2c', concat(answer, digest)));

function codesOf(packets: TcpConversation['packets']): string[] {
  return dissectionOf(packets)
    .of('diagnostic')
    .map(({ code }) => code);
}

describe('the protocol of a draft', () => {
  it('is told once, with its handshake and its end, and no frames are read of it', () => {
    const dissection = dissectionOf(whole());
    assert.deepEqual(codesOf(whole()), ['draft-protocol']);
    const [handshake] = dissection.of('handshake');
    assert.deepEqual([handshake.upgraded, handshake.request.target], [true, '/demo']);
    const [end] = dissection.of('end');
    assert.deepEqual([end.how, end.c2s.frames, end.s2c.frames], ['fin', 0, 0]);
    assert.equal(dissection.of('summary')[0].webSocketConnections, 1);
  });

  it('is told wherever the octets behind the heads are cut, and where some of what follows was lost', () => {
    const apart = begun().exchange('c2s', request).exchange('c2s', third);
    assert.deepEqual(codesOf(talk(apart.exchange('s2c', answer).exchange('s2c', digest))), ['draft-protocol']);
    const late = begun()
      .exchange('c2s', request)
      .exchange('s2c', answer)
      .exchange('c2s', third)
      .exchange('s2c', digest);
    assert.deepEqual(codesOf(talk(late)), ['draft-protocol']);
    const lossy = whole().filter((_, index) => index !== 7);
    assert.deepEqual(codesOf(lossy), ['draft-protocol']);
  });

  it('gives the statistics no faults either, which keep no heads', () => {
    const outputs: StatsOutput[] = [];
    runDissectionSync(captureOf(whole()), (clock: CaptureClock) => {
      outputs.push(new StatsOutput({ codec: null }, clock));
      return outputs[0];
    });
    const report = outputs[0].report();
    assert.deepEqual([report.diagnostics, report.webSocketConnections], [[], 1]);
  });

  it('is not told where the answer accepts by RFC 6455, or the request has its key too', () => {
    const both = begun()
      .exchange('c2s', upgradeRequest({ fields: KEYS }))
      .exchange('s2c', upgradeResponse());
    const { said: messages } = dissectionOf(both.exchange('s2c', frame(TEXT, 'hi')).close().packets);
    assert.equal(messages.length, 1);
    const accepted = begun()
      .exchange('c2s', request)
      .exchange('s2c', concat(upgradeResponse(), frame(TEXT, 'hi')));
    const codes = codesOf(accepted.close().packets);
    assert.ok(codes.includes('version-unsupported') && !codes.includes('draft-protocol'), codes.join());
  });

  it('is a refused attempt as any where the answer is no 101', () => {
    const refused = begun()
      .exchange('c2s', concat(request, third))
      .exchange('s2c', head('HTTP/1.1 400 Bad Request', []));
    const codes = codesOf(refused.close().packets);
    assert.ok(codes.includes('upgrade-refused') && !codes.includes('draft-protocol'), codes.join());
  });
});
