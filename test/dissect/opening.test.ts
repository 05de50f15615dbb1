// An opening by itself, where what matters does not show in events: that it holds no more than it may, whatever it waits
// for, and gives all of it back.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Origin } from '../../src/capture/packet.ts';
import type { Midstream } from '../../src/dissect/midstream.ts';
import { Opening } from '../../src/dissect/opening.ts';
import type { OpeningListener } from '../../src/dissect/opening-listener.ts';
import { Allowance } from '../../src/ws/allowance.ts';
import {
  clientFrame,
  concat,
  frame,
  head,
  TEXT,
  upgradeRequest,
  upgradeResponse,
  utf8,
} from '../support/websocket-writer.ts';

const MEBIBYTE = 1024 * 1024;

/** Writes down what an opening says. */
class Listener implements OpeningListener {
  readonly told: string[] = [];
  readonly beganLate = false;
  readonly forcedServer = null;
  readonly parties = { likelyClient: 0 as const };
  midstream: Midstream | null = null;

  onHandshakeLost(midstream: Midstream): void {
    this.told.push('handshake lost');
    this.midstream = midstream;
  }

  /** What a conversation does where it is known what it is. */
  afterLooking(): void {
    if (this.midstream === null || this.midstream.verdict === 'undecided') return;
    this.midstream.release();
    this.told.push(`other: ${this.midstream.verdict}`);
  }

  onHandshake(): void {
    this.told.push('handshake');
  }

  onUpgraded(): void {
    this.told.push('upgraded');
  }

  onOctets(_side: number, _buffer: Uint8Array, start: number, end: number): void {
    this.told.push(`${end - start} octets`);
  }

  onGap(_side: number, length: number, reason: string): void {
    this.told.push(`gap of ${length}: ${reason}`);
  }

  onFinding(rule: string): void {
    this.told.push(rule);
  }

  onUnread(reason: string): void {
    this.told.push(`unread: ${reason}`);
  }

  onPrefix(): void {
    this.told.push('prefix');
  }

  onHeldLimit(): void {
    this.told.push('held limit');
  }

  onOther(protocol: string): void {
    this.told.push(`other: ${protocol}`);
  }
}

function begin(limit = 64 * MEBIBYTE) {
  const allowance = new Allowance(limit);
  const listener = new Listener();
  const opening = new Opening(allowance, true);
  opening.begin(listener);
  const origin = new Origin();
  const isOver = () => listener.told.some((line) => line === 'upgraded' || line.startsWith('other'));
  const take = (side: 0 | 1, octets: Uint8Array) => {
    origin.number++;
    if (isOver()) return;
    if (listener.midstream !== null) listener.midstream.onOctets(side, octets, 0, octets.length, origin);
    else opening.take(side, octets, 0, octets.length, origin);
    listener.afterLooking();
  };
  const lose = (side: 0 | 1, length: number) => {
    if (isOver()) return;
    if (listener.midstream !== null) listener.midstream.onGap(side, length, 'not-captured', origin);
    else opening.skip(side, length, 'not-captured', origin);
    listener.afterLooking();
  };
  return { allowance, listener, told: listener.told, opening, take, lose };
}

describe('what is held', () => {
  it('is bounded where the first octets of the side were lost', () => {
    const { allowance, told, take, lose } = begin();
    lose(0, 1);
    for (let packet = 0; packet < 5000; packet++) {
      take(0, new Uint8Array(1000));
      assert.ok(allowance.held <= MEBIBYTE);
    }
    assert.deepEqual(told, ['handshake lost', 'other: other']);
    assert.equal(allowance.held, 0);
  });

  it('is bounded where a gap follows the first octets of a request', () => {
    const { allowance, told, take, lose } = begin();
    take(0, utf8('GE'));
    lose(0, 1);
    for (let packet = 0; packet < 5000; packet++) {
      take(0, new Uint8Array(1000));
      assert.ok(allowance.held <= MEBIBYTE);
    }
    assert.deepEqual(told, ['handshake lost', 'other: other']);
    assert.equal(allowance.held, 0);
  });

  it('is bounded where it is nothing but gaps and single octets', () => {
    const { allowance, told, take, lose } = begin();
    take(0, upgradeRequest());
    for (let packet = 0; packet < 5000; packet++) {
      lose(0, 1);
      take(0, Uint8Array.of(1));
    }
    assert.deepEqual(told, ['handshake', 'held limit', 'other: http']);
    assert.equal(allowance.held, 0);
  });

  it('is bounded by what all may hold together', () => {
    const { allowance, told, take } = begin(10_000);
    assert.ok(allowance.take(9000));
    take(0, upgradeRequest());
    take(0, clientFrame(TEXT, 'x'.repeat(1000)));
    assert.deepEqual(told, ['handshake', 'held limit', 'other: http']);
    assert.equal(allowance.held, 9000);
  });

  it('is given back when it is handed on', () => {
    const { allowance, told, take } = begin();
    take(1, upgradeResponse());
    take(1, frame(TEXT, 'welcome'));
    assert.ok(allowance.held > 0);
    take(0, upgradeRequest());
    assert.deepEqual(told, ['handshake', 'upgraded', '9 octets']);
    assert.equal(allowance.held, 0);
    const eager = begin();
    eager.take(0, upgradeRequest());
    eager.take(0, clientFrame(TEXT, 'hi'));
    eager.lose(0, 7);
    eager.take(1, upgradeResponse());
    assert.deepEqual(eager.told, ['handshake', 'upgraded', 'octetsBeforeAnswer', '8 octets', 'gap of 7: not-captured']);
    assert.equal(eager.allowance.held, 0);
  });

  it('is given back when the connection ends', () => {
    const { allowance, told, take, opening, listener } = begin();
    take(0, upgradeRequest());
    take(0, clientFrame(TEXT, 'hi'));
    opening.end();
    listener.midstream?.end();
    listener.afterLooking();
    assert.deepEqual(told, ['handshake', 'handshake lost', 'other: websocket']);
    assert.equal(allowance.held, 0);
  });
});

describe('what a connection is taken for', () => {
  const cases: [protocol: string, first: Uint8Array][] = [
    ['tls', Uint8Array.of(22, 3, 1, 2, 0, 1)],
    ['http2', utf8('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')],
    ['unknown', utf8('SSH-2.0-OpenSSH_9.2\r\n')],
  ];
  for (const [protocol, first] of cases) {
    it(`is ${protocol} by its first octets, in one piece`, () => {
      const { told, take, opening } = begin();
      take(0, first);
      opening.end();
      assert.deepEqual(told, [`other: ${protocol}`]);
    });
  }

  it('is http where no request asks for an upgrade', () => {
    const { told, take, opening } = begin();
    take(0, utf8('GET / HTTP/1.1\r\nHost: h\r\n\r\n'));
    opening.end();
    assert.deepEqual(told, ['other: http']);
  });

  it('is found by the answer where that comes first', () => {
    const { told, take, opening } = begin();
    take(0, utf8('HTTP/1.1 200 OK\r\n\r\n'));
    opening.end();
    assert.deepEqual(told, ['other: http']);
  });
});

describe('a frame behind a refusal', () => {
  const refusal = head('HTTP/1.1 403 Forbidden', [['Content-Length', '0']]);
  const hasty = concat(upgradeRequest(), clientFrame(TEXT, 'hasty'));

  it('is told of wherever segments end', () => {
    for (let cut = 1; cut < hasty.length; cut++) {
      const { told, take } = begin();
      take(0, hasty.subarray(0, cut));
      take(0, hasty.subarray(cut));
      take(1, refusal);
      assert.deepEqual(told, ['handshake', 'unread: no-head', 'framesAfterRefusal', 'other: http'], `cut at ${cut}`);
    }
  });

  it('is told of where its first octet comes alone, and where it follows another request', () => {
    const behind = concat(head('GET / HTTP/1.1', []), clientFrame(TEXT, 'hasty'));
    for (const pieces of [
      [behind],
      [behind.subarray(0, -11), behind.subarray(-11)],
      [...behind].map((octet) => Uint8Array.of(octet)),
    ]) {
      const { told, take } = begin();
      take(0, upgradeRequest());
      take(1, refusal);
      for (const piece of pieces) take(0, piece);
      assert.deepEqual(told, ['handshake', 'unread: no-head', 'framesAfterRefusal', 'other: http']);
    }
  });

  it('is none where a request that is none has begun, or an empty line came before', () => {
    for (const octets of [utf8('GET\x01'), concat(utf8('\r\n'), clientFrame(TEXT, 'x')), utf8('SSH-2.0')]) {
      for (const cut of [octets.length, 1, 2, 3]) {
        const { told, take } = begin();
        take(0, upgradeRequest());
        take(1, refusal);
        take(0, octets.subarray(0, cut));
        take(0, octets.subarray(cut));
        assert.deepEqual(told, ['handshake', 'unread: no-head', 'requestUnreadable', 'other: http']);
      }
    }
  });
});
