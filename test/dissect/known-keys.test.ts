// Keys that come again are told, with the connection that had them first, as long as they are remembered.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KnownKeys } from '../../src/dissect/known-keys.ts';
import { isValidKey } from '../../src/http/accept-key.ts';
import { Random } from '../support/random.ts';
import { peer } from '../support/tcp-packet.ts';
import { dissectionOf, upgraded } from './dissection.ts';

function keyOf(octets: Uint8Array): string {
  return Buffer.from(octets).toString('base64');
}

test('a key that comes again is told, whatever octet it differs in from others', () => {
  const keys = new KnownKeys();
  const octets = new Uint8Array(16);
  assert.equal(keys.add(keyOf(octets), 1000), null);
  for (let bit = 0; bit < 128; bit++) {
    const other = octets.slice();
    other[bit >> 3] ^= 1 << (bit & 7);
    assert.equal(keys.add(keyOf(other), bit), null, `bit ${bit}`);
  }
  for (let bit = 0; bit < 128; bit++) {
    const other = octets.slice();
    other[bit >> 3] ^= 1 << (bit & 7);
    assert.equal(keys.add(keyOf(other), 2000), bit);
  }
  assert.equal(keys.add(keyOf(octets), 2000), 1000);
  assert.equal(keys.add(keyOf(octets), 1000), null, 'by the same connection');
});

test('five thousand keys are remembered at least, and ten thousand at most', () => {
  const random = new Random(7);
  const keys = new KnownKeys();
  const all = Array.from({ length: 30_000 }, () => keyOf(random.octets(16)));
  for (const [connection, key] of all.entries()) {
    assert.equal(keys.add(key, connection), null);
    if (connection >= 5000) assert.equal(keys.add(all[connection - 4999], -1), connection - 4999);
  }
  assert.equal(keys.add(all[all.length - 10_001], 1), null);
});

test('what is no key is told when it comes again too', () => {
  const keys = new KnownKeys();
  for (const key of ['a', 'AAAAAAAAAAAAAAAAAAAAAA==, AAAAAAAAAAAAAAAAAAAAAA==', 'ÄAAAAAAAAAAAAAAAAAAAAA==']) {
    assert.equal(keys.add(key, 1), null);
    assert.equal(keys.add(key, 2), 1);
  }
});

test('which of two requests with one key came first is not said, as the one that is answered first is told first', () => {
  const [before, after] = [upgraded(), upgraded({ client: peer('10.0.0.1', 40002) })].map(({ packets }) => packets);
  const nested = [...before.slice(0, 5), ...after, ...before.slice(5)];
  const [told] = dissectionOf(nested).of('diagnostic');
  assert.deepEqual(
    [told.connection, told.packet, told.message],
    [0, 4, 'Sec-WebSocket-Key is that of another connection in this capture too: connection 1'],
  );
});

test('a key is base64 of 16 octets, with whatever in the bits that are not used', () => {
  const sound = 'dGhlIHNhbXBsZSBub25jZQ==';
  assert.equal(isValidKey(sound), true);
  assert.equal(isValidKey('dGhlIHNhbXBsZSBub25jZR=='), true);
  assert.equal(isValidKey(''), false);
  assert.equal(isValidKey(sound.slice(1)), false);
  assert.equal(isValidKey(`${sound}=`), false);
  assert.equal(isValidKey('dGhlIHNhbXBsZSBub25jZQA='), false);
  for (let at = 0; at < 22; at++) {
    for (const digit of ['-', '=', ' ', '\u0141', '\u007f', '\u0080']) {
      assert.equal(isValidKey(sound.slice(0, at) + digit + sound.slice(at + 1)), false, `${digit} at ${at}`);
    }
  }
});
