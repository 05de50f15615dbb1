// A client as the article's server knows it: an id (UUID version 5), its ip, and the time of its coming as uid. Knows nothing
// of how it came to be upgraded.

import { createHash } from 'node:crypto';
import type { WebSocketConnection } from './connection.ts';

/** The namespace of URLs, RFC 9562 §6.6. */
const URL_NAMESPACE = Buffer.from('6ba7b8119dad11d180b400c04fd430c8', 'hex');

export interface ConnectedClient {
  /** UUID version 5 of who connected and when. */
  id: string;
  /** Empty where it was gone before its address was asked for. */
  ip: string;
  port: number;
  /** Unix seconds as uint32. */
  uid: number;
  /** The request's target, query and all. */
  target: string;
  connection: WebSocketConnection;
}

/** What the id is made of. */
export interface ClientFacts {
  ip: string;
  port: number;
  target: string;
  /** Milliseconds since 1970. */
  since: number;
  /** Of the connection at its server, from 0: two may come in one millisecond. */
  number: number;
}

export function connectedClient(connection: WebSocketConnection, facts: ClientFacts): ConnectedClient {
  const { ip, port, target, since, number } = facts;
  const id = uuidOfName(`ws://${ip}:${port}${target}#${since}.${number}`);
  return { id, ip, port, uid: Math.floor(since / 1000) >>> 0, target, connection };
}

/** UUID version 5 in the namespace of URLs, RFC 9562 §5.5. */
function uuidOfName(name: string): string {
  const octets = createHash('sha1').update(URL_NAMESPACE).update(name).digest().subarray(0, 16);
  octets[6] = (octets[6] & 0x0f) | 0x50;
  octets[8] = (octets[8] & 0x3f) | 0x80;
  return octets.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
