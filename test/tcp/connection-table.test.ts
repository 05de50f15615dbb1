// The table against a Map: the same finds, whatever is put, found and swept, for both families and either order of ends.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Segment } from '../../src/link/segment.ts';
import { ConnectionTable } from '../../src/tcp/connection-table.ts';
import { Random } from '../support/random.ts';

/** Few addresses and ports, so that endpoints meet again, and words that differ in one place only. */
function drawSegment(random: Random): Segment {
  const segment = new Segment();
  segment.family = random.pick([4, 4, 6]);
  const word = () => random.pick([0, 1, -1, 0x7fffffff, -0x80000000, 0x0a000001]);
  segment.source3 = word();
  segment.destination3 = word();
  if (segment.family === 6) {
    segment.source0 = word();
    segment.source1 = word();
    segment.source2 = word();
    segment.destination0 = word();
    segment.destination1 = word();
    segment.destination2 = word();
  }
  segment.realm = random.pick([0, 0, 5, -7]);
  segment.sourcePort = random.pick([0, 1, 80, 65535, random.between(0, 65536)]);
  segment.destinationPort = random.pick([0, 1, 80, 65535]);
  return segment;
}

function reversed(segment: Segment): Segment {
  const other = new Segment();
  other.family = segment.family;
  other.realm = segment.realm;
  other.source0 = segment.destination0;
  other.source1 = segment.destination1;
  other.source2 = segment.destination2;
  other.source3 = segment.destination3;
  other.destination0 = segment.source0;
  other.destination1 = segment.source1;
  other.destination2 = segment.source2;
  other.destination3 = segment.source3;
  other.sourcePort = segment.destinationPort;
  other.destinationPort = segment.sourcePort;
  return other;
}

/** The endpoints as text, in one order for both directions. */
function keyOf(segment: Segment): string {
  const end = (s: Segment) => `${s.source0}.${s.source1}.${s.source2}.${s.source3}:${s.sourcePort}`;
  return [String(segment.family), String(segment.realm), ...[end(segment), end(reversed(segment))].sort()].join(' ');
}

describe('the connection table', () => {
  it('finds what a Map under the endpoints as text finds', () => {
    const random = new Random(11);
    const table = new ConnectionTable<number>();
    const model = new Map<string, number>();
    for (let step = 0; step < 60_000; step++) {
      const segment = drawSegment(random);
      const key = keyOf(segment);
      assert.equal(table.find(segment), model.get(key));
      const { sender } = table;
      assert.equal(table.find(reversed(segment)), model.get(key));
      if (segment.sourcePort !== segment.destinationPort) assert.notEqual(table.sender, sender);
      if (random.once(3)) {
        assert.equal(table.set(segment, step), model.get(key));
        model.set(key, step);
      }
      if (random.once(10_000)) {
        assert.deepEqual([...table.entries()].sort(), [...model.values()].sort());
        const keep = (entry: number) => entry % 3 !== 0;
        table.sweep(keep);
        for (const [kept, entry] of model) if (!keep(entry)) model.delete(kept);
      }
    }
    assert.deepEqual([...table.entries()].sort(), [...model.values()].sort());
  });

  it('tells an IPv4 address from the IPv6 address with the same last word', () => {
    const table = new ConnectionTable<string>();
    const four = new Segment();
    four.source3 = 1;
    four.destination3 = 2;
    const six = new Segment();
    Object.assign(six, four, { family: 6 });
    table.find(four);
    table.set(four, 'four');
    assert.equal(table.find(six), undefined);
    table.set(six, 'six');
    assert.deepEqual([table.find(four), table.find(six)], ['four', 'six']);
  });

  it('finds the same endpoints in other realms, the 64 under which entries were put last', () => {
    for (const family of [4, 6]) {
      const table = new ConnectionTable<number>();
      const segment = new Segment();
      Object.assign(segment, { family, source3: 1, destination3: 2, sourcePort: 3, destinationPort: 4 });
      const within = (realm: number) => Object.assign(segment, { realm });
      assert.equal(
        table.kin(within(7), () => true),
        undefined,
      );
      for (let realm = 1; realm <= 401; realm += 4) table.set(within(realm), realm);
      for (let realm = 1; realm <= 401; realm += 4) assert.equal(table.find(within(realm)), realm);
      const kin: number[] = [];
      table.kin(within(401), (entry) => kin.push(entry) === 0);
      assert.deepEqual([kin.length, kin[0], kin.at(-1)], [63, 149, 397]);
      table.set(within(1), 1);
      assert.equal(
        table.kin(within(401), (entry) => entry === 1),
        1,
      );
      assert.equal(table.find(within(405)), undefined);
    }
  });

  it('does not read what a segment of IPv6 left behind in the words that IPv4 does not use', () => {
    const table = new ConnectionTable<string>();
    const segment = new Segment();
    Object.assign(segment, { family: 6, source0: 5, source3: 1, destination3: 2 });
    table.find(segment);
    table.set(segment, 'six');
    segment.family = 4;
    table.find(segment);
    table.set(segment, 'four');
    segment.source0 = 9;
    assert.equal(table.find(segment), 'four');
  });

  for (const [whose, chosen] of [
    ['that make the products of a sum alike', alike],
    ['of IPv6 that differ in one word of their networks only', inManyNetworks],
  ] as const) {
    it(`keeps endpoints ${whose} as quickly as others`, () => {
      const took = Math.min(...[1, 2, 3].map(() => timeToKeep(chosen)));
      const usual = Math.min(...[1, 2, 3].map(() => timeToKeep(drawn)));
      assert.ok(took < 10 * usual, `${took} ms, and ${usual} of endpoints by chance`);
    });
  }
});

const MANY = 20_000;

/** Milliseconds for putting and finding many segments. */
function timeToKeep(segmentOf: (number: number) => Segment): number {
  const segments = Array.from({ length: MANY }, (_, number) => segmentOf(number));
  const table = new ConnectionTable<number>();
  const start = performance.now();
  for (const [number, segment] of segments.entries()) table.set(segment, number);
  for (const [number, segment] of segments.entries()) assert.equal(table.find(segment), number);
  return performance.now() - start;
}

function drawn(number: number): Segment {
  const segment = new Segment();
  segment.family = number % 2 === 0 ? 4 : 6;
  segment.source3 = 1;
  segment.destination3 = Math.imul(number, 0x2c1b3c6d) | 2;
  segment.sourcePort = number % 60_000;
  segment.destinationPort = 80 + Math.floor(number / 60_000);
  segment.destination0 = number;
  return segment;
}

/** For each ports another address, so that both products together are the same. */
function alike(number: number): Segment {
  const segment = new Segment();
  segment.family = 4;
  segment.sourcePort = 1 + (number >>> 8);
  segment.destinationPort = 1 + (number & 255);
  const ports = (segment.sourcePort << 16) | segment.destinationPort;
  let inverse = 1;
  for (let step = 0; step < 6; step++) inverse = Math.imul(inverse, 2 - Math.imul(0x85ebca6b, inverse));
  segment.source3 = -0x80000000;
  segment.destination3 = Math.imul(inverse, 0x12345678 ^ Math.imul(ports, 0xc2b2ae35));
  return segment;
}

function inManyNetworks(number: number): Segment {
  const segment = new Segment();
  segment.family = 6;
  segment.source3 = 1;
  segment.destination3 = 2;
  segment.source1 = number;
  segment.sourcePort = 5000;
  segment.destinationPort = 80;
  return segment;
}
