// What is remembered of delivered segments, against a model that remembers the beginning of every one.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { OCTETS_A_SEGMENT, RecentOctets, SEGMENTS } from '../../src/tcp/recent-octets.ts';
import { forSeeds } from '../support/time-box.ts';

interface Half {
  last: number;
  length: number;
  /** Octets remembered, by stream offset. */
  octets: Map<number, number>;
}

it('tells a copy that differs from what is remembered, of each half by itself', () => {
  forSeeds(500, (random) => {
    const recent = new RecentOctets();
    const halves: Half[] = Array.from({ length: 4 }, () => ({ last: 0, length: 0, octets: new Map() }));
    for (let step = 0; step < 300; step++) {
      const half = random.pick(halves);
      const start = random.between(0, 5);
      if (random.once(2)) {
        const segment = random.octets(random.pick([1, 10, OCTETS_A_SEGMENT, OCTETS_A_SEGMENT + 1, 200]));
        const buffer = new Uint8Array(start + segment.length);
        buffer.set(segment, start);
        half.last = recent.remember(half.last, half.length, buffer, start, buffer.length, 0);
        segment.forEach((octet, at) => {
          if (at < OCTETS_A_SEGMENT) half.octets.set(half.length + at, octet);
        });
        half.length += segment.length;
      } else if (half.length > 0) {
        const offset = random.between(0, half.length);
        const copy = Uint8Array.from(
          { length: Math.min(random.between(1, 300), half.length - offset) },
          (_, at) => half.octets.get(offset + at) ?? 0,
        );
        const changed = random.between(0, copy.length);
        const differs = random.once(2) && half.octets.has(offset + changed);
        if (differs) copy[changed] ^= 1;
        assert.equal(recent.differs(half.last, offset, copy, 0, copy.length), differs);
      }
    }
  });
});

it('forgets what lies too many segments back, and mistakes nothing else for it', () => {
  const recent = new RecentOctets();
  const octet = Uint8Array.of(1);
  const other = Uint8Array.of(2);
  const old = recent.remember(0, 0, octet, 0, 1, 0);
  for (let segment = 1; segment < SEGMENTS - 1; segment++) recent.remember(0, segment, octet, 0, 1, 0);
  assert.equal(recent.differs(old, 0, other, 0, 1), true);
  recent.remember(0, 0, octet, 0, 1, 0);
  recent.remember(0, 0, octet, 0, 1, 0);
  assert.equal(recent.differs(old, 0, other, 0, 1), false);
});
