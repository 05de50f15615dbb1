// Masking keys that cannot be foretold, RFC 6455 §10.3. Knows no frames.

import { randomFillSync } from 'node:crypto';

const KEY = 4;
/** Asking for 4 octets costs as much as asking for these. */
const pool = new Uint8Array(KEY * 1024);
let used = pool.length;

export function newMaskingKey(): Uint8Array {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += KEY;
  return pool.slice(used - KEY, used);
}
