// The arithmetic of Sec-WebSocket-Key and Sec-WebSocket-Accept. Knows no heads.

import { loadBuiltin } from '../load-builtin.ts';

/** RFC 6455 §1.3: a text that nobody would send who does not mean WebSocket. */
export const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

// Loaded at the first handshake: the module costs milliseconds of start-up, which `--version` and captures without
// WebSocket need not pay.
let crypto: typeof import('node:crypto') | undefined;

/** What a server answers to `key`: base64 of the SHA-1 of the key followed by the protocol's GUID (RFC 6455 §1.3, §4.2.2). */
export function acceptKey(key: string): string {
  crypto ??= loadBuiltin('node:crypto');
  return crypto.hash('sha1', key + GUID, 'base64');
}

/** Words of a key: its 16 octets. */
export const KEY_WORDS = 4;
/** Characters: 22 digits of base64 and two that fill up. */
const KEY_LENGTH = 24;
/** Digits that make up a word, but for its last two bits. */
const DIGITS_A_WORD = 5;
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const NO_DIGIT = 64;
const VALUES = new Uint8Array(128).fill(NO_DIGIT);
for (let value = 0; value < DIGITS.length; value++) VALUES[DIGITS.charCodeAt(value)] = value;

/**
 * Puts the 16 octets of a key (RFC 6455 §4.1) into four words, in an order of our own; false where it is not base64 of so many.
 * Unused bits of the last digit may be set: decoders take such keys, and so do peers.
 */
export function readKey(key: string, words: Int32Array): boolean {
  if (key.length !== KEY_LENGTH || !key.endsWith('==')) return false;
  const last = valueAt(key, 20) | valueAt(key, 21);
  if (last >= NO_DIGIT) return false;
  let rest = (valueAt(key, 20) << 2) | (valueAt(key, 21) >> 4);
  for (let word = 0; word < KEY_WORDS; word++) {
    let bits = 0;
    for (let digit = word * DIGITS_A_WORD; digit < (word + 1) * DIGITS_A_WORD; digit++) {
      const value = valueAt(key, digit);
      if (value === NO_DIGIT) return false;
      bits = (bits << 6) | value;
    }
    words[word] = (bits << 2) | (rest & 3);
    rest >>= 2;
  }
  return true;
}

function valueAt(key: string, at: number): number {
  const code = key.charCodeAt(at);
  return code < VALUES.length ? VALUES[code] : NO_DIGIT;
}

const checked = new Int32Array(KEY_WORDS);

/** Whether `key` is base64 of 16 octets. */
export function isValidKey(key: string): boolean {
  return readKey(key, checked);
}
