// What a server may be told, and what holds where it is not: the article's figures. Does not know how they are kept to.

import { DEFAULT_HTTP_LIMITS } from '../http/limits.ts';
import { checkOptions } from '../option-checks.ts';
import type { ConversationOptions } from './article-conversation.ts';
import type { ConnectedClient } from './connected-client.ts';
import type { ConnectionEnd } from './connection-end.ts';
import type { OnError } from './handlers.ts';
import type { MessageProtocol } from './message-protocol.ts';
import { SERVE_OPTIONS, SERVE_TLS } from './option-tables.ts';
import type { SocketTap } from './socket-tap.ts';
import type { Refusal } from './upgrade-checks.ts';

export interface TlsFiles {
  /** PEM. */
  cert: string | Uint8Array;
  key: string | Uint8Array;
  /** Given each line of the session's keys, for Wireshark. */
  onKeyLog?: ((line: Uint8Array) => void) | undefined;
}

export interface ServeOptions extends ConversationOptions {
  /** Default `0.0.0.0`. */
  host?: string | undefined;
  /** Default 8888; 0 is any that is free. */
  port?: number | undefined;
  /** Default `/connect`. */
  path?: string | undefined;
  /** Default the article's, with pb.Ping 1 and pb.Pong 2. */
  protocol?: MessageProtocol | undefined;
  /** Octets of payload that a message may have; default 1,024. More closes with 1009. */
  readLimit?: number | undefined;
  /** Milliseconds that a connection is read, set once; default 20,000. 0 is for ever. */
  readDeadline?: number | undefined;
  /** Messages that wait to be taken, and to be written; default 10 each. */
  queueLength?: number | undefined;
  /** Agree to permessage-deflate; default false. */
  compression?: boolean | undefined;
  /** Hosts or origins that may connect besides the server's own; `*` is all. */
  origins?: readonly string[] | undefined;
  subprotocols?: readonly string[] | undefined;
  /** Further fields of the 101. */
  headers?: readonly (readonly [name: string, value: string])[] | undefined;
  tls?: TlsFiles | undefined;
  /** Milliseconds for a request to come and its answer to go; default 10,000. */
  handshakeTimeout?: number | undefined;
  /** Octets of a request's head; default 64 KiB. */
  maxHeaderSize?: number | undefined;
  /** Connections at once; default 10,000. More are closed as they come. */
  maxConnections?: number | undefined;
  socketTap?: SocketTap | undefined;
  onConnection?: ((client: ConnectedClient) => void) | undefined;
  onEnd?: ((client: ConnectedClient, end: ConnectionEnd) => void) | undefined;
  onRefusal?: ((refusal: Refusal, client: { ip: string; port: number }) => void) | undefined;
  /**
   * Told what a function above threw, or one for a socket; the connection that it was called for ends by that, without a close
   * frame. Null where there was none yet. Without it `close` is rejected with the first.
   */
  onError?: OnError<[client: ConnectedClient | null]> | undefined;
}

export const SERVER_DEFAULTS = {
  host: '0.0.0.0',
  port: 8888,
  path: '/connect',
  readLimit: 1024,
  readDeadline: 20_000,
  queueLength: 10,
  compression: false,
  origins: [] as readonly string[],
  subprotocols: [] as readonly string[],
  headers: [] as readonly (readonly [string, string])[],
  handshakeTimeout: 10_000,
  maxHeaderSize: DEFAULT_HTTP_LIMITS.headOctets,
  maxConnections: 10_000,
};

/** All that a server is told, with the defaults filled in. */
export type ServerSettings = typeof SERVER_DEFAULTS & Omit<ServeOptions, keyof typeof SERVER_DEFAULTS>;

/** @throws {TypeError} of an option that is not as it must be */
export function serverSettings(options: ServeOptions): ServerSettings {
  checkOptions(options, SERVE_OPTIONS);
  if (options.tls !== undefined) checkOptions(options.tls, SERVE_TLS, 'tls');
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  return { ...SERVER_DEFAULTS, ...given } as ServerSettings;
}
