// The article's server: HTTP in, the checks of an upgrade, then a connection whose messages are answered. Node's HTTP parser
// and its time-outs do the reading; what is answered, and in which octets, is said by the files it calls.

import { createServer, type IncomingMessage, type Server as NodeServer, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { articleAnswer, articleProtocol } from './article-protocol.ts';
import { type ConnectedClient, connectedClient } from './connected-client.ts';
import {
  ConnectionClosedError,
  type ConnectionEnd,
  type ConnectionOptions,
  closeAll,
  type ReceivedMessage,
  WebSocketConnection,
} from './connection.ts';
import { type MessageProtocol, MessageProtocolError, type TypedMessage } from './message-protocol.ts';
import type { SocketTap } from './socket-tap.ts';
import { type Answer, acceptUpgrade, malformedRequestAnswer, notFound, refuseUpgrade } from './upgrade-answer.ts';
import { type Refusal, refusalOf, type UpgradePolicy } from './upgrade-checks.ts';

export interface TlsFiles {
  /** PEM. */
  cert: string | Uint8Array;
  key: string | Uint8Array;
  /** Given each line of the session's keys, for Wireshark. */
  onKeyLog?: ((line: Uint8Array) => void) | undefined;
}

/** What a message is answered with: a message of the protocol, octets as they are, or nothing. */
export type ServerAnswer = { type: string; value: object } | { text: string } | { data: Uint8Array } | null;

export interface ServeOptions {
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
  /** Default: Pong for Ping. It is given the message as the protocol understands it. */
  answer?: ((message: TypedMessage, client: ConnectedClient) => ServerAnswer | Promise<ServerAnswer>) | undefined;
  /** Takes over from the answering of messages: the connection is the caller's to read. */
  converse?: ((client: ConnectedClient) => Promise<void>) | undefined;
  socketTap?: SocketTap | undefined;
  onConnection?: ((client: ConnectedClient) => void) | undefined;
  /** Told of each message as it was received, before it is understood. */
  onMessage?: ((message: ReceivedMessage, client: ConnectedClient) => void) | undefined;
  /** Told of each answer as it is sent. */
  onAnswer?: ((answer: Pick<ReceivedMessage, 'opcode' | 'data'>, client: ConnectedClient) => void) | undefined;
  onEnd?: ((client: ConnectedClient, end: ConnectionEnd) => void) | undefined;
  onRefusal?: ((refusal: Refusal, client: { ip: string; port: number }) => void) | undefined;
}

const DEFAULTS = {
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
  maxHeaderSize: 64 * 1024,
  maxConnections: 10_000,
};

/** Deflate makes at most this much of an octet, so this is what a message within the read limit may inflate to. */
const MOST_INFLATION = 1032;
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
  /** Listens no more, closes all connections with 1001 and waits until they are over. */
  close(): Promise<void>;
}

/**
 * Starts the article's server.
 *
 * @throws the error of listening, such as EADDRINUSE
 */
export async function serve(options: ServeOptions = {}): Promise<WebSocketServer> {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const protocol = options.protocol ?? (await articleProtocol());
  const server = new ArticleServer({ ...DEFAULTS, ...given } as ServerSettings, protocol);
  await server.listen();
  return server;
}

type ServerSettings = typeof DEFAULTS & Omit<ServeOptions, keyof typeof DEFAULTS>;

class ArticleServer implements WebSocketServer {
  readonly protocol: MessageProtocol;
  readonly clients = new Set<ConnectedClient>();
  readonly #settings: ServerSettings;
  readonly #policy: UpgradePolicy;
  #http: NodeServer | null = null;
  #closing = false;
  #connections = 0;
  /** Sockets that the tap has seen: one that goes back to HTTP comes by again. */
  readonly #tapped = new WeakSet<Duplex>();
  readonly #sockets = new Set<Duplex>();

  constructor(settings: ServerSettings, protocol: MessageProtocol) {
    this.protocol = protocol;
    this.#settings = settings;
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
    http.on('request', (request, response) => this.#onRequest(request, response));
    http.on('upgrade', (request, socket, head) => this.#onUpgrade(request, socket, head));
    http.on('clientError', (error: NodeJS.ErrnoException, socket) => onClientError(error, socket));
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
    const asText = (pem: string | Uint8Array) => (typeof pem === 'string' ? pem : Buffer.from(pem));
    const secured = { cert: asText(tls.cert), key: asText(tls.key), handshakeTimeout };
    const server = https.createServer({ ...limits, ...secured });
    server.on('tlsClientError', () => {});
    const { onKeyLog } = tls;
    if (onKeyLog !== undefined) server.on('keylog', (line) => onKeyLog(line));
    return server;
  }

  #onSocket(socket: Socket): void {
    if (this.#tapped.has(socket)) return;
    this.#tapped.add(socket);
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    // A peer that resets its connection is no error of ours.
    socket.on('error', () => {});
    socket.setNoDelay(true);
    this.#settings.socketTap?.attach(socket, 'server');
  }

  /** What Node's parser does not take for an upgrade, which the checks name by what is missing. */
  #onRequest(request: IncomingMessage, response: ServerResponse): void {
    const answer = this.#answerTo(request);
    // A request that passes all checks is an upgrade to Node's parser as well.
    send(response, answer ?? refuseUpgrade(400, new Date()));
    request.resume();
  }

  #onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const answer = this.#answerTo(request);
    if (answer !== null) {
      this.#refuse(request, socket, head, answer);
    } else if (head.length > 0 || this.#closing) {
      // The client has sent something before it was answered.
      this.#settings.onRefusal?.(
        { status: 0, words: 'websocket: client sent data before handshake is complete' },
        clientOf(socket),
      );
      socket.destroy();
    } else {
      this.#accept(request, socket);
    }
  }

  /** The answer to a request that is refused; null where it is not. */
  #answerTo(request: IncomingMessage): Answer | null {
    const upgrade = { method: request.method ?? '', rawHeaders: request.rawHeaders };
    if (pathOf(request) !== this.#settings.path) {
      this.#settings.onRefusal?.({ status: 404, words: `no route ${pathOf(request)}` }, clientOf(request.socket));
      return notFound(new Date());
    }
    const refusal = refusalOf(upgrade, this.#policy);
    if (refusal === null) return null;
    this.#settings.onRefusal?.(refusal, clientOf(request.socket));
    return refuseUpgrade(refusal.status, new Date());
  }

  /** Answers, and gives the socket back to HTTP: the client may try again on it. */
  #refuse(request: IncomingMessage, socket: Duplex, head: Buffer, answer: Answer): void {
    const response = new ServerResponse(request);
    const hasBody =
      request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
    response.shouldKeepAlive &&= !hasBody;
    response.assignSocket(socket as Socket);
    response.on('finish', () => {
      response.detachSocket(socket as Socket);
      if (!response.shouldKeepAlive || this.#closing) {
        socket.end();
        socket.resume();
        return;
      }
      if (head.length > 0) socket.unshift(head);
      this.#http?.emit(this.#connectionEvent, socket as Socket);
    });
    send(response, answer);
  }

  #accept(request: IncomingMessage, socket: Duplex): void {
    const upgrade = { method: request.method ?? '', rawHeaders: request.rawHeaders };
    const { head, subprotocol, compression } = acceptUpgrade(upgrade, this.#policy);
    const { readLimit, readDeadline, queueLength } = this.#settings;
    (socket as Socket).setTimeout(0);
    socket.write(head, 'latin1');
    const options: ConnectionOptions = {
      role: 'server',
      protocol: this.protocol,
      readLimit,
      inflatedLimit: Math.max(readLimit * MOST_INFLATION, 1024),
      readDeadline,
      queueLength,
      compression,
      subprotocol,
    };
    const connection = new WebSocketConnection(socket, new Uint8Array(0), options);
    const { ip, port } = clientOf(socket);
    const facts = { ip, port, target: request.url ?? '', since: Date.now(), number: this.#connections++ };
    const client = connectedClient(connection, facts);
    this.clients.add(client);
    this.#settings.onConnection?.(client);
    void connection.ended.then((end) => {
      this.clients.delete(client);
      this.#settings.onEnd?.(client, end);
    });
    void this.#converse(client);
  }

  /** As the article: what cannot be read, understood or answered ends the connection. */
  async #converse(client: ConnectedClient): Promise<void> {
    const { connection } = client;
    try {
      if (this.#settings.converse !== undefined) {
        await this.#settings.converse(client);
        return;
      }
      for await (const received of connection) {
        this.#settings.onMessage?.(received, client);
        const answer = await this.#answerOf(connection.unmarshal(received), client);
        if (answer !== null) await this.#sendAnswer(answer, client);
      }
    } catch (error) {
      // The client has closed meanwhile, and is owed no answer.
      if (error instanceof ConnectionClosedError) return;
      const code = error instanceof MessageProtocolError ? `${error.code}: ` : '';
      connection.fail(code + (error instanceof Error ? error.message : String(error)));
    }
  }

  async #sendAnswer(answer: NonNullable<ServerAnswer>, client: ConnectedClient): Promise<void> {
    const { connection } = client;
    const { onAnswer } = this.#settings;
    if ('text' in answer) {
      onAnswer?.({ opcode: 'text', data: new TextEncoder().encode(answer.text) }, client);
      await connection.sendText(answer.text);
    } else {
      const data = 'data' in answer ? answer.data : this.protocol.marshal(answer.type, answer.value);
      onAnswer?.({ opcode: 'binary', data }, client);
      await connection.sendBinary(data);
    }
  }

  #answerOf(message: TypedMessage, client: ConnectedClient): ServerAnswer | Promise<ServerAnswer> {
    const { answer } = this.#settings;
    return answer === undefined ? articleAnswer(message, this.protocol) : answer(message, client);
  }
}

function send(response: ServerResponse, { status, fields, body }: Answer): void {
  response.sendDate = false;
  // Go says nothing of a connection that stays.
  if (response.shouldKeepAlive) response.removeHeader('Connection');
  response.writeHead(status, fields.flat());
  response.end(body);
}

function onClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  const tooLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const malformed = tooLarge || error.code?.startsWith('HPE_') === true;
  // Go's net/http is silent where a request takes too long.
  if (malformed && socket.writable) socket.end(malformedRequestAnswer(tooLarge ? 431 : 400));
  else socket.destroy();
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').replace(/^[a-z]+:\/\/[^/]*/i, '').split(/[?#]/, 1)[0];
}

function clientOf(socket: Duplex): { ip: string; port: number } {
  const { remoteAddress = '', remotePort = 0 } = socket as Socket;
  return { ip: remoteAddress.replace(/^::ffff:(?=\d+\.)/i, ''), port: remotePort };
}
