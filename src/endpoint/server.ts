// The article's server: HTTP in, the checks of an upgrade, then a connection whose messages are answered. Node's HTTP parser
// and its time-outs do the reading; what is answered, and in which octets, is said by the files it calls.

import { createServer, type IncomingMessage, type Server as NodeServer, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { hasToken } from '../http/field-text.ts';
import { HANDSHAKE_RULES } from '../http/rules.ts';
import { converse, type ServerHandlers } from './article-conversation.ts';
import { articleProtocol } from './article-protocol.ts';
import { type ConnectedClient, connectedClient } from './connected-client.ts';
import { type ConnectionOptions, closeAll, WebSocketConnection } from './connection.ts';
import { Handlers, NOTHING } from './handlers.ts';
import type { MessageProtocol } from './message-protocol.ts';
import { clientOf, onClientError, pathOf, send } from './node-http.ts';
import { pemOf } from './pem.ts';
import { type ServeOptions, type ServerSettings, serverSettings } from './server-settings.ts';
import { type Answer, acceptUpgrade, notFound, refuseUpgrade } from './upgrade-answer.ts';
import { type Refusal, refusalOf, type UpgradePolicy } from './upgrade-checks.ts';

/** Octets that a compressed message may inflate to where the read limit is below; 1,024 octets of deflate make little more than 1 MiB. */
const INFLATED_LIMIT = 16 * 1024 * 1024;
/** Milliseconds between looks at who takes too long over a request. */
const TIMEOUT_CHECK = 500;

/** A server that listens. */
export interface WebSocketServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** `ws://127.0.0.1:8888/connect`, to be reached from this machine. */
  readonly url: string;
  readonly protocol: MessageProtocol;
  readonly clients: ReadonlySet<ConnectedClient>;
  /**
   * Listens no more, closes all connections with 1001 and waits until they are over.
   *
   * @throws the first that a function of the caller threw, where there is no `onError`
   */
  close(): Promise<void>;
}

/**
 * Starts the article's server.
 *
 * @throws {TypeError} of an option that is not as it must be
 * @throws the error of listening, such as EADDRINUSE
 */
export async function serve(options: ServeOptions = {}): Promise<WebSocketServer> {
  const settings = serverSettings(options);
  const server = new ArticleServer(settings, options.protocol ?? (await articleProtocol()));
  await server.listen();
  return server;
}

class ArticleServer implements WebSocketServer {
  readonly protocol: MessageProtocol;
  readonly clients = new Set<ConnectedClient>();
  readonly #settings: ServerSettings;
  readonly #policy: UpgradePolicy;
  readonly #handlers: ServerHandlers;
  #http: NodeServer | null = null;
  #closing = false;
  #connections = 0;
  /** Sockets that the tap has seen: one that goes back to HTTP comes by again. */
  readonly #tapped = new WeakSet<Duplex>();
  readonly #sockets = new Set<Duplex>();
  /** The last answer that is still under way, by its socket. */
  readonly #answering = new WeakMap<Duplex, ServerResponse>();

  constructor(settings: ServerSettings, protocol: MessageProtocol) {
    this.protocol = protocol;
    this.#settings = settings;
    this.#handlers = new Handlers(settings.onError);
    const { origins, subprotocols, compression, headers } = settings;
    this.#policy = { origins, subprotocols, compression, headers };
  }

  get host(): string {
    return this.#address.address;
  }

  get port(): number {
    return this.#address.port;
  }

  get url(): string {
    const { tls, path } = this.#settings;
    const { address, family, port } = this.#address;
    const here = address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address;
    return `${tls ? 'wss' : 'ws'}://${family === 'IPv6' ? `[${here}]` : here}:${port}${path}`;
  }

  get #address(): AddressInfo {
    const address = this.#http?.address();
    if (address === null || typeof address !== 'object') throw new Error('the server does not listen');
    return address;
  }

  async listen(): Promise<void> {
    const http = await this.#makeServer();
    this.#http = http;
    http.maxConnections = this.#settings.maxConnections;
    http.keepAliveTimeout = this.#settings.handshakeTimeout;
    // Of who does not read the answer.
    http.timeout = this.#settings.handshakeTimeout;
    http.on('request', (request, response) => this.#onRequest(request, response));
    http.on('upgrade', (request, socket, head) => this.#onUpgrade(request, socket, head));
    http.on('clientError', (error: NodeJS.ErrnoException, socket) => onClientError(error, socket));
    http.on('connection', (socket: Socket) => this.#keep(socket));
    http.on(this.#connectionEvent, (socket: Socket) => this.#onSocket(socket));
    await new Promise<void>((listening, failed) => {
      http.once('error', failed);
      http.listen({ host: this.#settings.host, port: this.#settings.port }, () => {
        http.off('error', failed);
        listening();
      });
    });
    // Whatever else is wrong with it must not end the process.
    http.on('error', () => {});
  }

  async close(): Promise<void> {
    if (this.#http === null) return;
    this.#closing = true;
    const http = this.#http;
    const stopped = new Promise<void>((done) => http.close(() => done()));
    http.closeIdleConnections();
    await closeAll([...this.clients].map(({ connection }) => connection));
    for (const socket of this.#sockets) socket.destroy();
    await stopped;
    this.#handlers.throwUntold();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  get #connectionEvent(): 'connection' | 'secureConnection' {
    return this.#settings.tls === undefined ? 'connection' : 'secureConnection';
  }

  async #makeServer(): Promise<NodeServer> {
    const { handshakeTimeout, maxHeaderSize, tls } = this.#settings;
    const limits = {
      headersTimeout: handshakeTimeout,
      requestTimeout: handshakeTimeout,
      connectionsCheckingInterval: Math.min(TIMEOUT_CHECK, handshakeTimeout),
      maxHeaderSize,
      requireHostHeader: false,
    };
    if (tls === undefined) return createServer(limits);
    const https = await import('node:https');
    const secured = { cert: pemOf(tls.cert), key: pemOf(tls.key), handshakeTimeout };
    const server = https.createServer({ ...limits, ...secured });
    server.on('tlsClientError', () => {});
    const { onKeyLog } = tls;
    if (onKeyLog !== undefined) server.on('keylog', (line, socket) => this.#ofSocket(socket, () => onKeyLog(line)));
    return server;
  }

  /** Also what never begins TLS is closed with the server. */
  #keep(socket: Socket): void {
    if (this.#sockets.has(socket)) return;
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
  }

  #onSocket(socket: Socket): void {
    if (this.#tapped.has(socket)) return;
    this.#tapped.add(socket);
    // A peer that resets its connection is no error of ours.
    socket.on('error', () => {});
    socket.setNoDelay(true);
    this.#ofSocket(socket, () => this.#settings.socketTap?.attach(socket, 'server'));
  }

  /** Not before the call is over, which may be from within what would be destroyed. */
  #ofSocket(socket: Duplex, what: () => unknown): void {
    this.#handlers.call(what, () => setImmediate(() => socket.destroy()), null);
  }

  /** What Node's parser does not take for an upgrade, which the checks name by what is missing. */
  #onRequest(request: IncomingMessage, response: ServerResponse): void {
    const answer = this.#answerTo(request);
    const { socket } = request;
    this.#answering.set(socket, response);
    response.on('close', () => {
      if (this.#answering.get(socket) === response) this.#answering.delete(socket);
    });
    // A request that passes all checks is an upgrade to Node's parser as well.
    send(response, answer ?? refuseUpgrade(400, new Date()));
    request.resume();
  }

  #onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const before = this.#answering.get(socket);
    if (before === undefined) this.#judgeUpgrade(request, socket, head);
    // Requests that come at once are answered one after the other.
    else before.once('close', () => this.#onUpgrade(request, socket, head));
  }

  #judgeUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (socket.destroyed) return;
    const answer = this.#answerTo(request);
    if (answer !== null) {
      this.#refuse(request, socket, head, answer);
    } else if (head.length > 0 || this.#closing) {
      // The client has sent something before it was answered.
      this.#refused({ status: 0, words: HANDSHAKE_RULES.octetsBeforeAnswer.peerWords ?? '' }, socket);
      socket.destroy();
    } else {
      this.#accept(request, socket);
    }
  }

  /** The answer to a request that is refused; null where it is not. */
  #answerTo(request: IncomingMessage): Answer | null {
    const upgrade = { method: request.method ?? '', rawHeaders: request.rawHeaders };
    if (pathOf(request) !== this.#settings.path) {
      this.#refused({ status: 404, words: `no route ${pathOf(request)}` }, request.socket);
      return notFound(new Date());
    }
    const refusal = refusalOf(upgrade, this.#policy);
    if (refusal === null) return null;
    this.#refused(refusal, request.socket);
    return refuseUpgrade(refusal.status, new Date());
  }

  #refused(refusal: Refusal, socket: Duplex): void {
    this.#handlers.call(() => this.#settings.onRefusal?.(refusal, clientOf(socket)), NOTHING, null);
  }

  /** Answers, and gives the socket back to HTTP: the client may try again on it, if it takes the answer in time. */
  #refuse(request: IncomingMessage, socket: Duplex, head: Buffer, answer: Answer): void {
    const response = new ServerResponse(request);
    const hasBody =
      request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
    response.shouldKeepAlive &&= !hasBody && !hasToken(request.headers.connection ?? null, 'close');
    response.assignSocket(socket as Socket);
    const late = setTimeout(() => socket.destroy(), this.#settings.handshakeTimeout);
    const closed = () => clearTimeout(late);
    socket.once('close', closed);
    response.on('finish', () => {
      response.detachSocket(socket as Socket);
      if (!response.shouldKeepAlive || this.#closing) {
        socket.end();
        socket.resume();
        return;
      }
      socket.off('close', closed);
      closed();
      if (head.length > 0) socket.unshift(head);
      this.#http?.emit(this.#connectionEvent, socket as Socket);
    });
    send(response, answer);
  }

  #accept(request: IncomingMessage, socket: Duplex): void {
    const upgrade = { method: request.method ?? '', rawHeaders: request.rawHeaders };
    const { head, subprotocol, compression, windowBits } = acceptUpgrade(upgrade, this.#policy);
    const { readLimit, readDeadline, queueLength } = this.#settings;
    (socket as Socket).setTimeout(0);
    socket.write(head, 'latin1');
    const options: ConnectionOptions = {
      role: 'server',
      protocol: this.protocol,
      readLimit,
      inflatedLimit: Math.max(readLimit, INFLATED_LIMIT),
      readDeadline,
      queueLength,
      compression,
      windowBits,
      subprotocol,
    };
    const connection = new WebSocketConnection(socket, new Uint8Array(0), options);
    const { ip, port } = clientOf(socket);
    const facts = { ip, port, target: request.url ?? '', since: Date.now(), number: this.#connections++ };
    const client = connectedClient(connection, facts);
    this.clients.add(client);
    void connection.ended.then((end) => {
      this.clients.delete(client);
      this.#handlers.call(() => this.#settings.onEnd?.(client, end), NOTHING, client);
    });
    const { onConnection } = this.#settings;
    const isTold = this.#handlers.call(
      () => onConnection?.(client),
      (words) => connection.fail(words),
      client,
    );
    if (isTold) void converse(client, this.#settings, this.#handlers);
  }
}
