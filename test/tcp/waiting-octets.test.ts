// Waiting octets against a naive model, an array with one entry an octet, in which what came first stays.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Origin } from '../../src/capture/packet.ts';
import { WaitingOctets } from '../../src/tcp/waiting-octets.ts';
import { Random } from '../support/random.ts';

const OCTET = Uint8Array.of(1);

function originOf(packet: number): Origin {
  const origin = new Origin();
  origin.number = packet;
  return origin;
}

/** Takes the first piece out and compares it with the first run of the model. */
function forget(waiting: WaitingOctets, model: ({ octet: number; packet: number } | undefined)[]): void {
  const piece = waiting.shift();
  if (piece === undefined) return;
  assert.equal(
    piece.offset,
    model.findIndex((entry) => entry !== undefined),
  );
  piece.octets.forEach((octet, at) => {
    assert.deepEqual(model[piece.offset + at], { octet, packet: piece.origin.number });
    model[piece.offset + at] = undefined;
  });
}

describe('the store of waiting octets', () => {
  it('keeps of every octet the first copy, tied to its packet, and tells whether copies differ', () => {
    const random = new Random(5);
    for (let round = 0; round < 400; round++) {
      const waiting = new WaitingOctets();
      const model: ({ octet: number; packet: number } | undefined)[] = [];
      // Seldom so many pieces that the places of those taken out are given up.
      const reach = round % 20 === 0 ? 4000 : 60;
      for (let packet = 1; packet <= reach / 2; packet++) {
        const offset = random.between(0, reach);
        const length = random.between(1, 20);
        const buffer = new Uint8Array(length + 7);
        for (let at = 0; at < buffer.length; at++) buffer[at] = random.once(40) ? 0xff : offset + at - 3;
        let differs = false;
        for (let at = 0; at < length; at++) {
          const octet = buffer[3 + at];
          const known = model[offset + at];
          if (known === undefined) model[offset + at] = { octet, packet };
          else differs ||= known.octet !== octet;
        }
        assert.equal(waiting.insert(offset, buffer, 3, 3 + length, 0, originOf(packet)), differs);
        if (random.once(reach === 60 ? 6 : 3)) forget(waiting, model);
        assert.equal(waiting.length, model.filter((entry) => entry !== undefined).length);
      }
      while (waiting.first !== undefined) forget(waiting, model);
      assert.equal(waiting.length, 0);
      assert.equal(waiting.cost, 0);
    }
  });

  it('takes time with the number of pieces, in whatever order they come and go', () => {
    const orders: ((waiting: WaitingOctets, count: number) => void)[] = [
      (waiting, count) => {
        for (let offset = count; offset > 0; offset--) waiting.insert(offset, OCTET, 0, 1, 0, originOf(1));
      },
      (waiting, count) => {
        for (let offset = 1; offset <= count; offset++) waiting.insert(count + offset, OCTET, 0, 1, 0, originOf(1));
        for (let offset = count; offset > 0; offset--) {
          waiting.insert(offset, OCTET, 0, 1, 0, originOf(1));
          waiting.shift();
        }
      },
      (waiting, count) => {
        waiting.insert(1, OCTET, 0, 1, 0, originOf(1));
        for (let offset = count; offset > 1; offset--) waiting.insert(2 * offset, OCTET, 0, 1, 0, originOf(1));
      },
    ];
    for (const order of orders) {
      const work = (count: number): number => {
        const waiting = new WaitingOctets();
        const begun = process.cpuUsage();
        order(waiting, count);
        while (waiting.first !== undefined) waiting.shift();
        const { user, system } = process.cpuUsage(begun);
        return (user + system) / 1000;
      };
      // In turns, as the machine may be another from one moment to the next. By the square it would be 64 times as much.
      let [few, many] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
      for (let round = 0; round < 5; round++) {
        few = Math.min(few, work(10_000));
        many = Math.min(many, work(80_000));
      }
      assert.ok(many < 600 || many < 40 * few, `10,000: ${few.toFixed(1)} ms, 80,000: ${many.toFixed(1)} ms`);
    }
  });

  it('copies what it keeps, as the buffer is read over', () => {
    const waiting = new WaitingOctets();
    const buffer = Uint8Array.of(1, 2, 3);
    const origin = originOf(7);
    waiting.insert(0, buffer, 0, 3, 0, origin);
    buffer.fill(9);
    origin.number = 8;
    assert.deepEqual([...(waiting.first?.octets ?? [])], [1, 2, 3]);
    assert.equal(waiting.first?.origin.number, 7);
  });
});

describe('what the snaplen cut', () => {
  it('is remembered behind the piece', () => {
    const waiting = new WaitingOctets();
    waiting.insert(10, Uint8Array.of(1, 2), 0, 2, 5, originOf(1));
    assert.equal(waiting.shift()?.missing, 5);
  });

  it('is not remembered where a later piece covers it', () => {
    const waiting = new WaitingOctets();
    waiting.insert(12, Uint8Array.of(3, 4), 0, 2, 0, originOf(1));
    waiting.insert(10, Uint8Array.of(1, 2, 3), 0, 3, 1, originOf(2));
    assert.deepEqual([waiting.shift()?.missing, waiting.shift()?.missing], [0, 0]);
  });
});
