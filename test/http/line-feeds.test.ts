// Line feeds are found wherever they lie among words of octets.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineFeedIn } from '../../src/http/line-feeds.ts';
import { Random } from '../support/random.ts';

/** Octets that are nearly line feeds, in sight of those that are. */
const OCTETS = [0x0a, 0x0b, 0x09, 0x0d, 0x00, 0x8a, 0xff, 0x61];

test('finds the first line feed between any two offsets, at any place in memory of any size', () => {
  const random = new Random(15);
  for (let round = 0; round < 200; round++) {
    const memory = new ArrayBuffer(random.between(8, 40));
    const before = random.between(0, 8);
    const octets = new Uint8Array(memory, before);
    for (let at = 0; at < octets.length; at++) octets[at] = random.pick(OCTETS);
    if (random.once(3)) octets.fill(0x61, 2);
    for (let start = 0; start <= octets.length; start++) {
      for (let end = start; end <= octets.length; end++) {
        const place = octets.subarray(start, end).indexOf(0x0a);
        const found = lineFeedIn(octets, start, end);
        assert.equal(found, place < 0 ? end : start + place, `[${octets}] ${start} ${end}`);
      }
    }
  }
});
