// The server name that a TLS client asks for (RFC 6066 §3), in the ClientHello (RFC 8446 §4.1.2) with which its stream
// begins. Reads what is there of it; knows nothing else of TLS.

import { word16 } from '../link/octets.ts';
import { TLS_HANDSHAKE, TLS_RECORD_HEADER, tlsClientBy } from './recognition.ts';

const SERVER_NAME = 0;
const HOST_NAME = 0;

/** Octets of a stream beyond which its ClientHello is not looked for. */
export const CLIENT_HELLO_LIMIT = 16 * 1024;

/** The name, as the client spells it; null where it names none, or not in these octets. */
export function serverNameOf(octets: Uint8Array): string | null {
  if (tlsClientBy(0, octets, 0, octets.length) !== 0) return null;
  const hello = withoutRecords(octets);
  // Type, length, version, random.
  let at = 4 + 2 + 32;
  at += 1 + (hello[at] ?? 0);
  at += 2 + word16(hello, at);
  at += 1 + (hello[at] ?? 0);
  const end = Math.min(hello.length, at + 2 + word16(hello, at));
  at += 2;
  while (at + 4 <= end) {
    const type = word16(hello, at);
    const length = word16(hello, at + 2);
    if (type === SERVER_NAME && at + 4 + length <= end) return hostName(hello.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return null;
}

/** A handshake message may lie in several records. */
function withoutRecords(octets: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let at = 0; at + TLS_RECORD_HEADER < octets.length && octets[at] === TLS_HANDSHAKE; ) {
    const end = at + TLS_RECORD_HEADER + word16(octets, at + 3);
    parts.push(octets.subarray(at + TLS_RECORD_HEADER, end));
    at = end;
  }
  return Buffer.concat(parts);
}

function hostName(list: Uint8Array): string | null {
  const length = word16(list, 3);
  if (list[2] !== HOST_NAME || 5 + length > list.length) return null;
  return new TextDecoder().decode(list.subarray(5, 5 + length));
}
