// The arithmetic of Sec-WebSocket-Key and Sec-WebSocket-Accept. Knows no heads.

import { createRequire } from 'node:module';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

// Loaded at the first handshake: the module costs milliseconds of start-up, which `--version` and captures without
// WebSocket need not pay.
const loadBuiltin = createRequire(import.meta.url);
let crypto: typeof import('node:crypto') | undefined;

/** What a server answers to `key`: base64 of the SHA-1 of the key followed by the protocol's GUID (RFC 6455 §1.3, §4.2.2). */
export function acceptKey(key: string): string {
  crypto ??= loadBuiltin('node:crypto') as typeof import('node:crypto');
  return crypto.hash('sha1', key + GUID, 'base64');
}

/**
 * Whether `key` is base64 of 16 octets (RFC 6455 §4.1). Unused bits of the last digit may be set: decoders take such
 * keys, and so do peers.
 */
export function isValidKey(key: string): boolean {
  return /^[A-Za-z0-9+/]{22}==$/.test(key);
}
