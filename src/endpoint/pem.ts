// Certificates and keys as Node's TLS takes them: it knows text and its own buffers, a program may have any octets. Reads none.

export function pemOf(given: string | Uint8Array): string | Buffer {
  return typeof given === 'string' ? given : Buffer.from(given);
}
