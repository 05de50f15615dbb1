// UTF-8 in pieces: the same verdict as Node's on the whole, and the place where it is broken, however the pieces are cut.

import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { it } from 'node:test';
import { placeOfBroken, Utf8Check } from '../../src/ws/utf8-check.ts';
import type { Random } from '../support/random.ts';
import { forSeeds } from '../support/time-box.ts';

/** Text of sequences of all lengths, most of the time with something wrong in it. */
function drawText(random: Random): Uint8Array {
  const parts = Array.from({ length: random.between(0, 12) }, () => {
    if (random.once(8)) return Buffer.from(random.octets(random.between(1, 4)));
    const sequence = Buffer.from(random.pick(['a', 'é', '€', '😀', '\u07ff', '\u0800', '\uffff', '\u{10ffff}']));
    return random.once(20) ? sequence.subarray(0, -1) : sequence;
  });
  return Uint8Array.from(Buffer.concat(parts));
}

/** Where the first sequence is that a decoder would replace, found by decoding. */
function brokenPlace(octets: Uint8Array): number {
  if (isUtf8(octets)) return -1;
  let place = 0;
  for (let end = 1; end <= octets.length; end++) if (isUtf8(octets.subarray(0, end))) place = end;
  return place;
}

it('says of text in pieces what Node says of it whole, and where it is broken', () => {
  const check = new Utf8Check();
  forSeeds(600, (random) => {
    const text = drawText(random);
    check.reset();
    for (let at = 0; at < text.length; ) {
      const end = Math.min(text.length, at + random.between(1, 6));
      check.feed(text, at, end);
      at = end;
    }
    check.finish();
    assert.equal(check.brokenAt, brokenPlace(text), Buffer.from(text).toString('hex'));
    assert.equal(placeOfBroken(text, 0, text.length), isUtf8(text) ? text.length : brokenPlace(text));
  });
});

it('objects as soon as a sequence cannot be right any more', () => {
  for (const [octets, at] of [
    ['61e2ff', 1],
    ['c0', 0],
    ['eda0', 0],
    ['f490', 0],
    ['616180', 2],
  ] as const) {
    const check = new Utf8Check();
    const fed = [...Buffer.from(octets, 'hex')].map((octet) => check.feed(Uint8Array.of(octet), 0, 1));
    assert.equal(fed.at(-1), false, octets);
    assert.equal(check.brokenAt, at, octets);
  }
});
