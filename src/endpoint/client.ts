// The article's client: a URL, the opening handshake as gorilla's Dialer does it, then a connection. Node's HTTP parser reads
// the answer; what the request says, and in which order, is said here.

import { randomBytes } from 'node:crypto';
import { type IncomingMessage, request as startRequest } from 'node:http';
import { Socket } from 'node:net';
import type { ConnectionOptions as TlsConnectOptions } from 'node:tls';
import { acceptKey } from '../http/accept-key.ts';
import { parseExtensions } from '../http/extensions.ts';
import { DEFAULT_HTTP_LIMITS } from '../http/limits.ts';
import { SWITCHING_PROTOCOLS } from '../http/status-codes.ts';
import { checkOptions } from '../option-checks.ts';
import { isDeflate } from './compression.ts';
import type { ConnectOptions } from './connect-options.ts';
import { WebSocketConnection } from './connection.ts';
import { Handlers, NOTHING } from './handlers.ts';
import { CONNECT_OPTIONS, CONNECT_TLS } from './option-tables.ts';
import { pemOf } from './pem.ts';
import { requestFields } from './request-fields.ts';
import type { SocketTap } from './socket-tap.ts';
import { targetAddress } from './target-address.ts';
import { fieldHasToken, fieldValues } from './upgrade-checks.ts';

/** Milliseconds. */
const HANDSHAKE_TIMEOUT = 10_000;
/** Octets of a message. */
const READ_LIMIT = 64 * 1024 * 1024;
/** Messages that wait, each way. */
const QUEUE_LENGTH = 10;
/** gorilla keeps as much of a refusal's body. */
const BODY_KEPT = 1024;

/** The server did not upgrade the connection. */
export class HandshakeError extends Error {
  override readonly name = 'HandshakeError';
  /** The answer; null where none came. */
  readonly response: { status: number; reason: string; headers: [name: string, value: string][]; body: string } | null;

  constructor(message: string, response: HandshakeError['response'] = null, cause?: unknown) {
    super(message, { cause });
    this.response = response;
  }
}

/** A connection of a client, with what the handshake brought. */
export interface ClientConnection {
  connection: WebSocketConnection;
  url: string;
  /** Fields of the 101, as sent. */
  headers: [name: string, value: string][];
  remoteAddress: string;
  remotePort: number;
}

/**
 * Connects to a WebSocket server.
 *
 * @param url `ws://…` or `wss://…`
 * @throws {TypeError} where the URL, a field or an option cannot be used
 * @throws {HandshakeError} where the server does not upgrade
 * @throws the error of connecting, such as ECONNREFUSED
 */
export async function connect(url: string, options: ConnectOptions = {}): Promise<ClientConnection> {
  checkOptions(options, CONNECT_OPTIONS);
  if (options.tls !== undefined) checkOptions(options.tls, CONNECT_TLS, 'tls');
  const target = targetOf(url);
  const key = randomBytes(16).toString('base64');
  const fields = requestFields(target, key, options);
  options.signal?.throwIfAborted();
  const socket = await startSocket(target, options);
  // The tap has seen the end by then.
  const closed = new Promise<void>((done) => socket.once('close', () => done()));
  const { response, head } = await exchange(socket, closed, target, fields, options);
  let compression: boolean;
  try {
    compression = agreedCompression(response, key);
  } catch (error) {
    socket.destroy();
    await closed;
    throw error;
  }
  const readLimit = options.readLimit ?? READ_LIMIT;
  const connection = new WebSocketConnection(socket, head, {
    role: 'client',
    protocol: options.protocol ?? null,
    readLimit,
    inflatedLimit: readLimit,
    readDeadline: options.readDeadline ?? 0,
    queueLength: options.queueLength ?? QUEUE_LENGTH,
    compression,
    subprotocol: fieldValues(response, 'Sec-WebSocket-Protocol')[0] ?? null,
    onControl: options.onControl,
    onError: options.onError,
  });
  const { remoteAddress = '', remotePort = 0 } = socket;
  return { connection, url: target.href, headers: pairs(response.rawHeaders), remoteAddress, remotePort };
}

function targetOf(url: string): URL {
  const target = URL.canParse(url) ? new URL(url) : null;
  // gorilla's words.
  if (target === null || !['ws:', 'wss:'].includes(target.protocol) || target.hostname === '') {
    throw new TypeError(`malformed ws or wss URL: ${url}`);
  }
  if (target.username !== '' || target.password !== '') {
    throw new TypeError('a WebSocket URL has no user name and no password; use an Authorization field');
  }
  return target;
}

/** A socket that connects; the tap has seen it before. */
async function startSocket(target: URL, { tls, socketTap }: ConnectOptions): Promise<Socket> {
  const { host, port } = targetAddress(target);
  if (target.protocol === 'ws:') {
    const socket = new Socket();
    showTo(socketTap, socket);
    socket.setNoDelay(true);
    return socket.connect({ host, port });
  }
  const { connect: connectTls } = await import('node:tls');
  const { isIP } = await import('node:net');
  const { ca, cert, key, insecure = false, onKeyLog } = tls ?? {};
  const secured: TlsConnectOptions = { host, port, rejectUnauthorized: !insecure, ALPNProtocols: ['http/1.1'] };
  if (isIP(host) === 0) secured.servername = host;
  if (ca !== undefined) secured.ca = pemOf(ca);
  if (cert !== undefined) secured.cert = pemOf(cert);
  if (key !== undefined) secured.key = pemOf(key);
  const socket = connectTls(secured);
  if (onKeyLog !== undefined) giveKeys(socket, onKeyLog);
  showTo(socketTap, socket);
  socket.setNoDelay(true);
  return socket;
}

/** What the tap throws leaves no socket behind. */
function showTo(socketTap: SocketTap | undefined, socket: Socket): void {
  try {
    socketTap?.attach(socket, 'client');
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** What the function throws ends the socket as its error, not before the call is over: it is from within the handshake. */
function giveKeys(socket: Socket, onKeyLog: (line: Uint8Array) => void): void {
  const end = (error: unknown) => socket.destroy(error instanceof Error ? error : new Error(String(error)));
  const handlers = new Handlers<[]>((error) => void setImmediate(end, error));
  socket.on('keylog', (line: Buffer) => handlers.call(() => onKeyLog(line), NOTHING));
}

/** Sends the request and waits for the answer that upgrades. */
function exchange(
  socket: Socket,
  closed: Promise<void>,
  target: URL,
  fields: string[],
  { handshakeTimeout = HANDSHAKE_TIMEOUT, signal }: ConnectOptions,
): Promise<{ response: IncomingMessage; head: Uint8Array }> {
  return new Promise((upgraded, failed) => {
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
    const fail = (error: Error) => {
      settle();
      socket.destroy();
      void closed.then(() => failed(error));
    };
    const abort = () => fail(signal?.reason);
    signal?.addEventListener('abort', abort);
    let refusal: IncomingMessage | null = null;
    const timer = setTimeout(() => {
      // Of a refusal whose body goes on what is there is enough.
      if (refusal !== null) refusal.destroy();
      else fail(new HandshakeError(`no answer to the upgrade request within ${handshakeTimeout / 1000} s`));
    }, handshakeTimeout);
    const request = startRequest({
      createConnection: () => socket,
      method: 'GET',
      path: `${target.pathname}${target.search}`,
      headers: fields,
      maxHeaderSize: DEFAULT_HTTP_LIMITS.headOctets,
    });
    request.on('upgrade', (response, _socket, head) => {
      settle();
      upgraded({ response, head });
    });
    request.on('response', (response) => {
      refusal = response;
      refusedBy(response).then(fail, fail);
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      const words = answerFault(error);
      fail(words === null ? error : new HandshakeError(words, null, error));
    });
    request.end();
  });
}

/** What is wrong with the answer, by the error of Node's parser; null where it is none of its. */
function answerFault({ code = '', message }: NodeJS.ErrnoException): string | null {
  if (message === 'socket hang up') return 'the server closed the connection, without an answer to the upgrade request';
  if (code === 'HPE_HEADER_OVERFLOW') {
    return `the head of the answer to the upgrade request has more than ${DEFAULT_HTTP_LIMITS.headOctets / 1024} KiB`;
  }
  return code.startsWith('HPE_') ? 'what came is no HTTP' : null;
}

async function refusedBy(response: IncomingMessage): Promise<HandshakeError> {
  const { statusCode = 0, statusMessage = '' } = response;
  let body = '';
  try {
    response.setEncoding('utf8');
    for await (const piece of response) {
      body += piece;
      if (body.length >= BODY_KEPT) break;
    }
  } catch {
    // What came of the body is enough to be told.
  }
  // Without these Node takes a 101 for an answer that upgrades to nothing.
  const missing = statusCode === SWITCHING_PROTOCOLS ? missingField(response) : null;
  return badHandshake(missing ?? `${statusCode} ${statusMessage}`.trimEnd(), response, body.slice(0, BODY_KEPT));
}

function missingField(response: IncomingMessage): string | null {
  if (!fieldHasToken(response, 'Upgrade', 'websocket'))
    return 'the answer has no Upgrade field with the token websocket';
  if (!fieldHasToken(response, 'Connection', 'upgrade'))
    return 'the answer has no Connection field with the token Upgrade';
  return null;
}

function badHandshake(what: string, response: IncomingMessage, body: string): HandshakeError {
  const { statusCode: status = 0, statusMessage: reason = '', rawHeaders } = response;
  return new HandshakeError(`websocket: bad handshake (${what})`, { status, reason, headers: pairs(rawHeaders), body });
}

/** gorilla's checks of the answer; whether permessage-deflate was agreed upon. */
function agreedCompression(response: IncomingMessage, key: string): boolean {
  const refuse = (what: string): never => {
    throw badHandshake(what, response, '');
  };
  const missing = missingField(response);
  if (missing !== null) refuse(missing);
  const [accept = ''] = fieldValues(response, 'Sec-WebSocket-Accept');
  if (accept !== acceptKey(key)) refuse(`Sec-WebSocket-Accept ${JSON.stringify(accept)} does not fit the key`);
  const { extensions } = parseExtensions(fieldValues(response, 'Sec-WebSocket-Extensions').join(', '));
  const deflate = extensions.find(isDeflate);
  if (deflate === undefined) return false;
  const names = deflate.parameters.map(([name]) => name);
  const agreed = ['server_no_context_takeover', 'client_no_context_takeover'].every((name) => names.includes(name));
  return (
    agreed || refuse('invalid compression negotiation: only permessage-deflate without context takeover is spoken')
  );
}

function pairs(rawHeaders: readonly string[]): [name: string, value: string][] {
  const found: [string, string][] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) found.push([rawHeaders[at], rawHeaders[at + 1]]);
  return found;
}
