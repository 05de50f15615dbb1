// Masking against its definition, RFC 6455 §5.3: octet i is XORed with octet i modulo 4 of the key.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { unmask } from '../../src/ws/masking.ts';
import { Random } from '../support/random.ts';

const random = new Random(3);

function check(key: number, phase: number, length: number, sourceAt: number, targetAt: number): void {
  const source = random.octets(length + sourceAt + 3);
  const before = source.slice();
  // An odd offset into the memory beneath, so that nothing may rely on its alignment.
  const target = new Uint8Array(new ArrayBuffer(length + targetAt + 20), sourceAt & 3).fill(0xee);
  unmask(source, sourceAt, sourceAt + length, key, phase, target, targetAt);
  for (let at = 0; at < length; at++) {
    const octet = (key >>> (24 - 8 * ((phase + at) % 4))) & 0xff;
    if (target[targetAt + at] !== (source[sourceAt + at] ^ octet)) {
      assert.fail(`key ${key >>> 0}, phase ${phase}, octet ${at} of ${length} from ${sourceAt} to ${targetAt}`);
    }
  }
  assert.ok(target.subarray(0, targetAt).every((octet) => octet === 0xee) && target[targetAt + length] === 0xee);
  assert.deepEqual(source, before, 'the capture is not written to');
}

const keys = [0, 1, -1, 0x37fa213d, 0x80000000 | 0, 0xff000000 | 0, 0x000000ff];

describe('a payload', () => {
  it('is unmasked whatever its length up to 300 octets, at every phase and alignment', () => {
    for (let length = 0; length <= 300; length++) {
      for (let phase = 0; phase < 4; phase++) {
        check(random.pick(keys), phase, length, random.between(0, 4), random.between(0, 9));
      }
    }
    for (const length of [127, 128, 129, 130, 131, 256]) {
      for (let phase = 0; phase < 8; phase++) {
        for (let alignment = 0; alignment < 16; alignment++)
          check(0x37fa213d, phase, length, alignment & 3, alignment >> 2);
      }
    }
  });

  it('is unmasked with every kind of key, and copied where it is 0', () => {
    for (const key of keys) for (const length of [1, 5, 127, 128, 1001]) check(key, 2, length, 1, 3);
  });

  it('is unmasked where it is large, and at phases beyond 2^32', () => {
    for (const length of [65535, 65536, 65537, 1 << 20]) check(0x12345678, 3, length, 1, 2);
    check(0x12345678, 2 ** 32 + 3, 1000, 0, 0);
    check(0x12345678, 2 ** 40 + 1, 50, 0, 0);
  });
});
