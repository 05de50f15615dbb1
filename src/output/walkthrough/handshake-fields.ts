// What the fields of an opening handshake mean, a row a field. Knows no particular handshake.

import { type Prose, prose } from './document.ts';

/** Request fields, by their name in lower case. */
export const REQUEST_FIELDS: ReadonlyMap<string, Prose> = new Map([
  ['host', prose`whom the client means, as one address may serve many names (RFC 9110 §7.2)`],
  ['upgrade', prose`which protocol the client wants to speak from here on (RFC 6455 §4.1)`],
  [
    'connection',
    prose`says that Upgrade is meant for the next hop alone; a proxy must not pass it on unread (RFC 9110 §7.6.1)`,
  ],
  [
    'sec-websocket-key',
    prose`16 random octets in base64; the answer must show that the server understood them (RFC 6455 §4.1)`,
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
  ['cache-control', prose`asks caches to stand aside; no part of the handshake`],
  ['accept-encoding', prose`of HTTP answers; it has no say about WebSocket messages`],
  ['accept-language', prose`of HTTP answers; no part of the handshake`],
  ['x-forwarded-for', prose`a proxy names the client that it speaks for`],
]);

/** Fields of the answer, by their name in lower case. */
export const RESPONSE_FIELDS: ReadonlyMap<string, Prose> = new Map([
  ['upgrade', prose`the protocol that follows (RFC 6455 §4.2.2)`],
  ['connection', prose`belongs to Upgrade, as in the request`],
  ['sec-websocket-accept', prose`computed from the client's key: proof that a WebSocket server answers (next step)`],
  ['sec-websocket-protocol', prose`the subprotocol that the server chose of those offered`],
  ['sec-websocket-extensions', prose`the extensions that are in force from here on`],
  ['sec-websocket-version', prose`the version that the server would have understood (RFC 6455 §4.4)`],
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
  [405, prose`The handshake must be a GET (RFC 6455 §4.1).`],
  [426, prose`The server speaks other versions or protocols and says which (RFC 6455 §4.4).`],
  [500, prose`The server failed.`],
  [502, prose`A proxy could not reach the server behind it.`],
  [503, prose`The server is overloaded or being mended.`],
]);
