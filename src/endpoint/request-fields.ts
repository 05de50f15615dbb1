// The fields of a client's upgrade request: which they are, in which order, and which of the caller's cannot be sent.

import { validateHeaderName, validateHeaderValue } from 'node:http';
import { version } from '../version.ts';
import { COMPRESSION_OFFER } from './compression.ts';
import type { ConnectOptions } from './connect-options.ts';

/** Fields that the handshake itself sets. */
const OWN_FIELDS = [
  'Upgrade',
  'Connection',
  'Sec-WebSocket-Key',
  'Sec-WebSocket-Version',
  'Sec-WebSocket-Extensions',
  'Sec-WebSocket-Protocol',
];

/**
 * In the order of Go's net/http: Host, User-Agent, the others by name; name and value in turns.
 *
 * @param key of Sec-WebSocket-Key
 * @throws {TypeError} of a field that the handshake itself sets, or that HTTP cannot carry
 */
export function requestFields(target: URL, key: string, options: ConnectOptions): string[] {
  const { headers = [], subprotocols = [], origin, compression = false } = options;
  const given = new Map<string, string>();
  let host = target.host;
  let agent = `wsdissect/${version}`;
  const others: [string, string][] = [];
  for (const [name, value] of headers) {
    if (OWN_FIELDS.some((own) => own.toLowerCase() === name.toLowerCase())) {
      throw new TypeError(`websocket: duplicate header not allowed: ${name}`);
    }
    if (name.toLowerCase() === 'host') host = value;
    else if (name.toLowerCase() === 'user-agent') agent = value;
    else others.push([name, value]);
  }
  given.set('Connection', 'Upgrade');
  if (origin !== undefined) given.set('Origin', origin);
  if (compression) given.set('Sec-WebSocket-Extensions', COMPRESSION_OFFER);
  given.set('Sec-WebSocket-Key', key);
  if (subprotocols.length > 0) given.set('Sec-WebSocket-Protocol', subprotocols.join(', '));
  given.set('Sec-WebSocket-Version', '13');
  given.set('Upgrade', 'websocket');
  const sorted = [...given, ...others].sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
  const fields: [string, string][] = [['Host', host], ['User-Agent', agent], ...sorted];
  for (const [name, value] of fields) checkField(name, value);
  return fields.flat();
}

/** Node would find it when the socket is open already. @throws {TypeError} */
function checkField(name: string, value: string): void {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch {
    throw new TypeError(`HTTP cannot carry the field ${JSON.stringify(name)} with the value ${JSON.stringify(value)}`);
  }
}
