// What the fields of an opening handshake mean, a row a field; where it depends on what else was said, by that. Knows no
// packets.

import type { HandshakeEvent } from '../../dissect/events.ts';
import { isValidKey } from '../../http/accept-key.ts';
import { parseExtensions } from '../../http/extensions.ts';
import { hasToken, listElements } from '../../http/field-text.ts';
import { type Headers, valuesOf } from '../header-values.ts';
import { type Prose, prose } from './document.ts';

/** What the meaning of a field depends on: a handshake, or an answer alone. */
export interface HandshakeFacts {
  /** Null where it is not in the capture. */
  request: HandshakeEvent['request'] | null;
  upgraded: boolean;
  accept: HandshakeEvent['accept'] | 'unknown';
}

type Meaning = Prose | ((value: string, handshake: HandshakeFacts) => Prose);
export type FieldMeanings = ReadonlyMap<string, Meaning>;

export function fieldMeaning(
  meanings: FieldMeanings,
  [name, value]: Headers[number],
  handshake: HandshakeFacts,
): Prose {
  const meaning = meanings.get(name.toLowerCase()) ?? prose`no part of the handshake`;
  return typeof meaning === 'function' ? meaning(value, handshake) : meaning;
}

const ONLY_WITH_101 = prose`belongs to an answer 101 only`;
const IN_FORCE = prose`the extensions that are in force from here on`;

function connectionOfRequest(value: string, { request }: HandshakeFacts): Prose {
  if (hasToken(value, 'upgrade')) {
    return prose`says that Upgrade is meant for the next hop alone; a proxy must not pass it on unread (RFC 9110 §7.6.1)`;
  }
  return hasToken(valuesOf(request?.headers ?? [], 'connection'), 'upgrade')
    ? prose`what is meant for the next hop alone (RFC 9110 §7.6.1)`
    : prose`what is meant for the next hop alone (RFC 9110 §7.6.1); Upgrade must be named here and is not (RFC 6455 §4.1)`;
}

function connectionOfAnswer(value: string): Prose {
  if (hasToken(value, 'upgrade')) return prose`belongs to Upgrade, as in the request`;
  return hasToken(value, 'close')
    ? prose`the server ends the connection behind this answer (RFC 9112 §9.6)`
    : prose`what is meant for the next hop alone (RFC 9110 §7.6.1)`;
}

function upgradeOfAnswer(value: string, { upgraded }: HandshakeFacts): Prose {
  if (!upgraded) return prose`what the server would speak instead (RFC 9110 §7.8)`;
  return hasToken(value, 'websocket')
    ? prose`the protocol that follows (RFC 6455 §4.2.2)`
    : prose`the protocol that follows; it must be websocket (RFC 6455 §4.2.2)`;
}

function acceptOfAnswer(_value: string, { upgraded, accept }: HandshakeFacts): Prose {
  if (!upgraded) return ONLY_WITH_101;
  if (accept === 'unknown') return prose`computed from the client's key, which was not read`;
  return accept === 'ok'
    ? prose`computed from the client's key: proof that a WebSocket server answers (next step)`
    : prose`should be computed from the client's key, and is not (next step)`;
}

function subprotocolOfAnswer(value: string, { upgraded, request }: HandshakeFacts): Prose {
  if (!upgraded) return ONLY_WITH_101;
  if (request === null) return prose`the subprotocol that the server chose; what was offered is not in this capture`;
  return listElements(valuesOf(request.headers, 'sec-websocket-protocol')).includes(value.trim())
    ? prose`the subprotocol that the server chose of those offered`
    : prose`must be one of the subprotocols offered, and is none (RFC 6455 §4.1)`;
}

function extensionsOfAnswer(value: string, { upgraded, request }: HandshakeFacts): Prose {
  if (!upgraded) return ONLY_WITH_101;
  if (request === null) return IN_FORCE;
  const namesIn = (text: string) => parseExtensions(text).extensions.map(({ name }) => name.toLowerCase());
  const offered = new Set(namesIn(valuesOf(request.headers, 'sec-websocket-extensions') ?? ''));
  return namesIn(value).every((name) => offered.has(name))
    ? IN_FORCE
    : prose`${IN_FORCE}; not all of them were offered, as they must be (RFC 6455 §4.1)`;
}

/** Request fields, by their name in lower case. */
export const REQUEST_FIELDS: FieldMeanings = new Map<string, Meaning>([
  ['host', prose`whom the client means, as one address may serve many names (RFC 9110 §7.2)`],
  ['upgrade', prose`which protocol the client wants to speak from here on (RFC 6455 §4.1)`],
  ['connection', connectionOfRequest],
  [
    'sec-websocket-key',
    (value) =>
      isValidKey(value)
        ? prose`16 random octets in base64; the answer must show that the server understood them (RFC 6455 §4.1)`
        : prose`should be 16 random octets in base64, and is not; the answer must show that the server understood it (RFC 6455 §4.1)`,
  ],
  ['sec-websocket-version', prose`the version of the protocol; 13 is that of RFC 6455`],
  ['sec-websocket-protocol', prose`subprotocols that the client can speak, the preferred one first (RFC 6455 §1.9)`],
  ['sec-websocket-extensions', prose`extensions that the client offers, such as compression (RFC 6455 §9.1, RFC 7692)`],
  [
    'origin',
    prose`the web page that asks: browsers set it, so that a server can refuse strangers' pages (RFC 6455 §10.2)`,
  ],
  ['user-agent', prose`the client's software; no part of the handshake`],
  ['cookie', prose`what the server asked the client to remember; often its login`],
  ['authorization', prose`who the client claims to be`],
  ['pragma', prose`asks caches to stand aside; no part of the handshake`],
  ['cache-control', prose`for caches on the way; no part of the handshake`],
  ['accept-encoding', prose`of HTTP answers; it has no say about WebSocket messages`],
  ['accept-language', prose`of HTTP answers; no part of the handshake`],
  ['x-forwarded-for', prose`a proxy names the client that it speaks for`],
]);

/** Fields of the answer, by their name in lower case. */
export const RESPONSE_FIELDS: FieldMeanings = new Map<string, Meaning>([
  ['upgrade', upgradeOfAnswer],
  ['connection', connectionOfAnswer],
  ['sec-websocket-accept', acceptOfAnswer],
  ['sec-websocket-protocol', subprotocolOfAnswer],
  ['sec-websocket-extensions', extensionsOfAnswer],
  ['sec-websocket-version', prose`versions that the server understands (RFC 6455 §4.4)`],
  ['server', prose`the server's software; no part of the handshake`],
  ['date', prose`when the answer was made; no part of the handshake`],
  ['content-type', prose`what kind of body follows`],
  ['content-length', prose`octets of body that follow`],
]);

/** What a status says about a WebSocket handshake. */
export const STATUS_MEANINGS: ReadonlyMap<number, Prose> = new Map([
  [200, prose`The server answered as to any HTTP request: it did not take up the upgrade.`],
  [
    400,
    prose`Something in the request did not satisfy the server: a field that is missing, or one with a wrong value.`,
  ],
  [401, prose`The server wants to know first who asks.`],
  [403, prose`The server understood and will not; often the Origin is none that it trusts (RFC 6455 §10.2).`],
  [404, prose`There is nothing at this target.`],
  [405, prose`This target does not take the method; a handshake must be a GET (RFC 6455 §4.1).`],
  [426, prose`The server speaks other versions or protocols, which it should name (RFC 6455 §4.4).`],
  [500, prose`The server failed.`],
  [502, prose`A proxy could not reach the server behind it.`],
  [503, prose`The server is overloaded or being mended.`],
]);
