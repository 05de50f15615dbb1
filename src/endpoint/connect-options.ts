// What a client may be told when it connects, and how it trusts a server of wss. Types alone.

import type { ConnectionOptions } from './connection.ts';
import type { MessageProtocol } from './message-protocol.ts';
import type { SocketTap } from './socket-tap.ts';

export interface ConnectOptions {
  /** Needed for `send` and `unmarshal`; see `articleProtocol`. */
  protocol?: MessageProtocol | undefined;
  /** Further fields of the request; `Host`, `User-Agent` and `Origin` take the place of ours. */
  headers?: readonly (readonly [name: string, value: string])[] | undefined;
  subprotocols?: readonly string[] | undefined;
  origin?: string | undefined;
  /** Offer permessage-deflate; default false. */
  compression?: boolean | undefined;
  /** For wss. */
  tls?: ClientTls | undefined;
  /** Milliseconds until the answer must be there; default 10,000. */
  handshakeTimeout?: number | undefined;
  /** Ends the attempt, which is rejected with its reason; of no effect once connected. */
  signal?: AbortSignal | undefined;
  /** Octets of a message, on the wire and inflated; default 64 MiB. More closes with 1009. */
  readLimit?: number | undefined;
  /** Milliseconds that the connection is read, set once; default 0, for ever. */
  readDeadline?: number | undefined;
  /** Messages that wait to be taken, and to be written; default 10 each. */
  queueLength?: number | undefined;
  onControl?: ConnectionOptions['onControl'];
  /** Told what `onControl` threw, by which the connection ends; without it `close` is rejected with that. */
  onError?: ConnectionOptions['onError'];
  socketTap?: SocketTap | undefined;
}

export interface ClientTls {
  /** PEM of who may have signed the server's certificate, instead of the usual ones. */
  ca?: string | Uint8Array | undefined;
  /** PEM of the client's own. */
  cert?: string | Uint8Array | undefined;
  key?: string | Uint8Array | undefined;
  /** Take any certificate. */
  insecure?: boolean | undefined;
  /** Given each line of the session's keys, for Wireshark. */
  onKeyLog?: ((line: Uint8Array) => void) | undefined;
}
