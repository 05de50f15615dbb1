// Connections that are let go before their end, to make room or as they were idle, and then say more: nothing that is said is
// lost, but for what an open message or compressed context needs.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { peer, type TcpPacket } from '../support/tcp-packet.ts';
import { BINARY, clientFrame, frame, TEXT, utf8 } from '../support/websocket-writer.ts';
import { dissectionOf, upgraded } from './dissection.ts';

const LIMITS = { openConnections: 16 };
const DEFLATE = [['Sec-WebSocket-Extensions', 'permessage-deflate']] as const;
/** `Hello` as RFC 7692 §7.2.3.1 compresses it. */
const HELLO = Uint8Array.of(0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00);

/** So many conversations, each with what it says before and after all others have begun. */
function inTurns(count: number, after: (talk: TcpConversation, number: number) => void): TcpPacket[] {
  const talks = Array.from({ length: count }, (_, number) => upgraded({ client: peer('10.0.0.7', 1000 + number) }));
  const before = talks.flatMap((talk) => talk.packets.splice(0));
  for (const [number, talk] of talks.entries()) after(talk, number);
  return [...before, ...talks.flatMap((talk) => talk.packets)];
}

/** Port scans: SYNs that nobody answers. */
function scan(count: number): TcpPacket[] {
  return Array.from(
    { length: count },
    (_, port) => new TcpConversation({ client: peer('10.9.9.9', 1 + port) }).open().packets[0],
  );
}

describe('a conversation that was let go', () => {
  it('goes on with its next frame, whoever says it', () => {
    const packets = inTurns(40, (talk, number) => {
      if (number % 2 === 0) talk.exchange('c2s', clientFrame(TEXT, `ping ${number}`));
      else talk.exchange('s2c', frame(TEXT, `pong ${number}`));
    });
    const dissection = dissectionOf(packets, { limits: LIMITS });
    const expected = Array.from({ length: 40 }, (_, number) =>
      number % 2 === 0 ? `c2s ping ${number}` : `s2c pong ${number}`,
    );
    assert.deepEqual(dissection.said, expected);
    const resumed = dissection.of('midstream');
    assert.equal(resumed.length, 40);
    assert.ok(resumed.every(({ confidence, server }) => confidence === 1 && server.port === 8888));
    assert.deepEqual([...new Set(dissection.codes)], ['tcp-connection-limit']);
  });

  it('has a gap where something was lost meanwhile, and is found again behind it', () => {
    const packets = inTurns(40, (talk) => {
      talk.skip('s2c', 5);
      for (let count = 0; count < 8; count++) talk.exchange('s2c', frame(TEXT, `{"count": ${count}, "more": true}`));
    });
    const dissection = dissectionOf(packets, { limits: LIMITS });
    assert.ok(dissection.of('gap').filter(({ length }) => length === 5).length >= 24);
    assert.ok(dissection.said.filter((said) => said.includes('"count": 7')).length === 40);
  });

  it('does not go on for copies of what it said, nor for acknowledgments, and its end is its end', () => {
    const first = upgraded().exchange('s2c', frame(TEXT, 'once'));
    const { packets } = first;
    const end = first.close('c2s').packets.slice(packets.length);
    const message = packets[5];
    const others = inTurns(20, () => {});
    const dissection = dissectionOf([...packets, ...others, message, packets[6], ...end, message], { limits: LIMITS });
    assert.deepEqual(dissection.said, ['s2c once']);
    assert.equal(dissection.of('midstream').length, 0);
  });

  it('goes on also after many acknowledgments that say nothing', () => {
    const packets = inTurns(40, (talk, number) => {
      for (let count = 0; count < 20; count++) talk.acknowledge('c2s').acknowledge('s2c');
      talk.exchange('s2c', frame(TEXT, `${number}`));
    });
    assert.equal(dissectionOf(packets, { limits: LIMITS }).said.length, 40);
  });

  it('does not go on inside a message, as the rest of it alone says nothing', () => {
    const talk = upgraded({ segmentSize: 100 });
    talk.send('s2c', frame(BINARY, new Uint8Array(150)));
    const rest = talk.packets.splice(-1);
    const dissection = dissectionOf([...talk.packets, ...inTurns(20, () => {}), ...rest], { limits: LIMITS });
    assert.deepEqual(dissection.said, []);
  });

  it('shows of compressed messages only what is certain', () => {
    const talk = upgraded({ client: peer('10.0.0.8', 5) }, DEFLATE).exchange('s2c', frame(TEXT, HELLO, { rsv: 4 }));
    const before = talk.packets.splice(0);
    // Refers to the first, RFC 7692 §7.2.3.2; then one that refers to nothing.
    talk.exchange('s2c', frame(TEXT, Uint8Array.of(0xf2, 0x00, 0x11, 0x00, 0x00), { rsv: 4 }));
    talk.exchange('s2c', frame(TEXT, HELLO, { rsv: 4 }));
    const dissection = dissectionOf([...before, ...inTurns(20, () => {}), ...talk.packets], { limits: LIMITS });
    assert.deepEqual(dissection.said, ['s2c Hello', 's2c (not shown)', 's2c Hello']);
    assert.deepEqual(
      dissection.of('message').map(({ inflated }) => inflated),
      [undefined, false, undefined],
    );
  });

  it('is forgotten where too many are remembered', () => {
    const packets = inTurns(200, (talk, number) => talk.exchange('s2c', frame(TEXT, `${number}`)));
    const limits = { ...LIMITS, rememberedConnections: 16, resumableConnections: 32 };
    const { said } = dissectionOf(packets, { limits });
    assert.ok(said.length > 0 && said.length < 100, String(said.length));
  });
});

describe('room for connections', () => {
  it('is made by ports that were only knocked at, not by conversations', () => {
    const talk = upgraded();
    const before = talk.packets.splice(0);
    talk.exchange('c2s', clientFrame(TEXT, 'still here'));
    const dissection = dissectionOf([...before, ...scan(200), ...talk.packets], { limits: LIMITS });
    assert.deepEqual(dissection.said, ['c2s still here']);
    assert.deepEqual(dissection.codes, []);
  });

  it('is kept for some of those that have said nothing, so that they may begin', () => {
    const talks = inTurns(16, () => {});
    const late = upgraded({ client: peer('10.0.0.9', 9) }).exchange('c2s', clientFrame(TEXT, 'late'));
    const { said } = dissectionOf([...talks, ...late.packets], { limits: LIMITS });
    assert.deepEqual(said, ['c2s late']);
  });

  it('a connection that had said nothing when it was let go begins like any other', () => {
    const late = upgraded({ client: peer('10.0.0.9', 9) }).exchange('c2s', clientFrame(TEXT, 'late'));
    const dissection = dissectionOf([...late.packets.slice(0, 3), ...scan(64), ...late.packets.slice(3)], {
      limits: LIMITS,
    });
    assert.deepEqual(dissection.said, ['c2s late']);
    assert.equal(dissection.of('handshake').length, 1);
  });
});

describe('an idle connection', () => {
  /** A packet a second. */
  const options = { interval: 1e9, limits: { idleSeconds: 60 } };

  it('is let go in capture time, and told', () => {
    const talk = upgraded();
    const before = talk.packets.splice(0);
    talk.exchange('c2s', clientFrame(TEXT, 'still here'));
    const busy = new TcpConversation({ client: peer('10.9.9.9', 1) }).open();
    for (let count = 0; count < 200; count++) busy.send('c2s', utf8('.'));
    const dissection = dissectionOf([...before, ...busy.packets, ...talk.packets], options);
    assert.deepEqual(dissection.codes, ['tcp-idle']);
    const [end] = dissection.of('end');
    assert.equal(end.how, 'capture-end');
    assert.ok(end.packet > 60 && end.packet < 150, String(end.packet));
    assert.deepEqual(dissection.said, ['c2s still here']);
  });

  it('is not let go where nobody asked for it', () => {
    const talk = upgraded();
    talk.exchange('c2s', clientFrame(TEXT, 'still here'));
    const dissection = dissectionOf(talk.packets, { interval: 1e9 * 86_400 });
    assert.deepEqual([dissection.codes, dissection.said], [[], ['c2s still here']]);
  });
});
