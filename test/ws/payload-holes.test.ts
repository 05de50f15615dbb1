// A payload of which pieces were not captured, as by a snap length: what its holes cost.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Allowance } from '../../src/ws/allowance.ts';
import { BINARY } from '../../src/ws/opcodes.ts';
import { Payload } from '../../src/ws/payload.ts';

const OCTET = Uint8Array.of(7);

/** A payload that has one octet and a hole of two, again and again. */
function withHoles(count: number, allowance: Allowance): Payload {
  const payload = new Payload(allowance);
  payload.begin(BINARY, 1);
  for (let hole = 0; hole < count; hole++) {
    if (payload.readable) payload.append(OCTET, 0, 1, 0, 0, 3 * count);
    payload.skip(1);
    payload.skip(1);
  }
  return payload;
}

test('a hole costs the same however many there are: half a million take no minutes', () => {
  const payload = withHoles(500_000, new Allowance(64 * 1024 * 1024));
  assert.equal(payload.missing, 1_000_000);
  const pieces = payload.pieces();
  assert.equal(pieces.length, 500_000);
  assert.deepEqual(pieces.at(-1), { at: 1_499_997, octets: OCTET });
});

test('holes count among what is held, and are given back with the payload', () => {
  const allowance = new Allowance(64 * 1024);
  const payload = withHoles(100, allowance);
  assert.ok(allowance.held >= 100 * 64);
  payload.trim();
  assert.equal(allowance.held, 0);
});

test('of a payload with more holes than may be held nothing is kept, but how much is missing', () => {
  const allowance = new Allowance(64 * 1024);
  const payload = withHoles(10_000, allowance);
  assert.deepEqual([payload.readable, payload.withheld, payload.missing], [false, 'held-limit', 20_000]);
  assert.deepEqual(payload.pieces(), []);
  assert.equal(allowance.held, 0);
});
