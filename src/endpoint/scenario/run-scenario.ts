// Performs a scenario: starts its server, then lets a client and, where it is scripted, the server take their steps. Each
// step waits until the other end has what was sent, so that a capture shows the order of the file. What is said is checked
// by nobody here.

import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { type AddressInfo, createServer, Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { loadRegistry } from '../../codec/registry-file.ts';
import { CLOSE } from '../../ws/opcodes.ts';
import { articleProtocol } from '../article-protocol.ts';
import { LONGEST_TIMER } from '../longest-timer.ts';
import { MessageProtocol } from '../message-protocol.ts';
import { serve } from '../server.ts';
import type { SocketTap } from '../socket-tap.ts';
import { answerHead, requestHead } from './heads.ts';
import { MessageDeflater } from './message-deflater.ts';
import type { RequestForm, Scenario, ScenarioConnection, Step } from './scenario.ts';
import { PatienceError, ScriptedPeer } from './scripted-peer.ts';
import { octetsOf } from './sending.ts';

/** A step could not be taken; the message says which and why. */
class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
}

/** A server that waits for a scenario's clients. */
export interface ScenarioStage {
  readonly host: string;
  readonly port: number;
  /** Performs all connections. @throws {ScenarioError} */
  perform(tap: SocketTap | null, signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

interface Partner {
  port: number;
  /** The scripted end of the connection that came from a port; null where the server answers by itself. */
  peerOf(clientPort: number): Promise<ScriptedPeer> | null;
  close(): Promise<void>;
}

/** Connections that wait to be accepted, as many as Linux lets wait. */
const BACKLOG = 4096;
/** In milliseconds, as the next is. */
const ACCEPT_PATIENCE = 10_000;
const CLOSE_PATIENCE = 3000;

function listenScripted(host: string, port: number): Promise<Partner> {
  const waiting = new Map<number, (peer: ScriptedPeer) => void>();
  const arrived = new Map<number, ScriptedPeer>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const from = socket.remotePort ?? 0;
    const peer = new ScriptedPeer(socket, 'server');
    const take = waiting.get(from);
    if (take) take(peer);
    else arrived.set(from, peer);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, backlog: BACKLOG }, () =>
      resolve({
        port: (server.address() as AddressInfo).port,
        peerOf: (clientPort) => {
          const peer = arrived.get(clientPort);
          return peer ? Promise.resolve(peer) : new Promise((take) => waiting.set(clientPort, take));
        },
        close: () => new Promise((closed) => server.close(() => closed())),
      }),
    );
  });
}

async function listenArticle(
  scenario: Scenario,
  protocol: MessageProtocol,
  host: string,
  port: number,
): Promise<Partner> {
  const { kind: _, ...options } = scenario.server;
  const server = await serve({ host, port, protocol, ...options });
  return { port: server.port, peerOf: () => null, close: () => server.close() };
}

/** Starts the server of a scenario. @throws the error of listening, or of the scenario's registry */
export async function openStage(scenario: Scenario, host = '127.0.0.1', port = 0): Promise<ScenarioStage> {
  const { registry } = scenario;
  const protocol = registry === null ? await articleProtocol() : MessageProtocol.of(await loadRegistry(registry));
  const isScripted = scenario.server.kind === 'scripted';
  const partner = await (isScripted ? listenScripted(host, port) : listenArticle(scenario, protocol, host, port));
  const address = { host, port: partner.port };
  return {
    ...address,
    async perform(tap, signal) {
      // Each connection listens.
      if (signal) setMaxListeners(0, signal);
      for (const connection of scenario.connections) {
        const run = (time: number) => new ConnectionRun(connection, time, protocol, partner).run(address, tap, signal);
        if (connection.atOnce)
          await Promise.all(Array.from({ length: connection.times }, (_, before) => run(before + 1)));
        else for (let time = 1; time <= connection.times; time++) await run(time);
      }
    },
    close: () => partner.close(),
  };
}

/** One connection, from connecting to the end of both sides. */
class ConnectionRun {
  readonly #connection: ScenarioConnection;
  /** How many times it is performed with this one, from 1. */
  readonly #time: number;
  readonly #protocol: MessageProtocol;
  readonly #partner: Partner;
  #client: ScriptedPeer | null = null;
  #server: ScriptedPeer | null = null;
  #host = '';
  #signal: { signal?: AbortSignal } = {};
  /** Whether a close frame of the client was sent or one of the server came. */
  #closing = false;

  constructor(connection: ScenarioConnection, time: number, protocol: MessageProtocol, partner: Partner) {
    this.#connection = connection;
    this.#time = time;
    this.#protocol = protocol;
    this.#partner = partner;
  }

  async run(address: { host: string; port: number }, tap: SocketTap | null, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (signal) this.#signal = { signal };
    const abort = () => this.#destroy();
    signal?.addEventListener('abort', abort);
    try {
      await this.#connect(address, tap);
      await this.#take(this.#connection.steps, '', this.#time);
      await this.#finish();
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof PatienceError)) throw error;
      throw new ScenarioError(`${JSON.stringify(this.#connection.name)}, ${error.message}`, { cause: error });
    } finally {
      signal?.removeEventListener('abort', abort);
      this.#destroy();
    }
  }

  async #connect(address: { host: string; port: number }, tap: SocketTap | null): Promise<void> {
    const socket = new Socket({ allowHalfOpen: true });
    tap?.attach(socket, 'client');
    const connected = new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    socket.connect(address.port, address.host);
    await connected;
    this.#client = new ScriptedPeer(socket, 'client');
    this.#server = await this.#accepted(this.#client);
    this.#host = `${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
  }

  /** A connection may be made and never accepted, where very many come at once. */
  async #accepted(client: ScriptedPeer): Promise<ScriptedPeer | null> {
    const accepted = this.#partner.peerOf(client.port);
    if (accepted === null) return null;
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, ...(this.#signal.signal ? [this.#signal.signal] : [])]);
    const late = setTimeout(ACCEPT_PATIENCE, null, { signal });
    const peer = await Promise.race([accepted, late]).finally(() => stop.abort());
    if (peer === null) throw new PatienceError(`the server did not accept it within ${ACCEPT_PATIENCE / 1000} s`);
    return peer;
  }

  async #take(steps: readonly Step[], before: string, repetition: number): Promise<void> {
    for (const [index, step] of steps.entries()) {
      const name = `${before}step ${index + 1}`;
      if (step.kind === 'repeat') {
        for (let time = 1; time <= step.times; time++) await this.#take(step.steps, `${name}, time ${time}, `, time);
        continue;
      }
      try {
        await this.#step(step, repetition);
      } catch (error) {
        if (error instanceof PatienceError) throw new PatienceError(`${name}: ${error.message}`, { cause: error });
        throw error;
      }
    }
  }

  async #step(step: Exclude<Step, { kind: 'repeat' }>, repetition: number): Promise<void> {
    if (step.kind === 'upgrade') return this.#upgrade(step);
    if (step.kind === 'wait') return setTimeout(Math.min(step.milliseconds, LONGEST_TIMER), undefined, this.#signal);
    const peer = this.#peer(step.by);
    const other = step.by === 'client' ? this.#server : this.#client;
    switch (step.kind) {
      case 'receive':
        for (let time = 0; time < step.times; time++) await peer.receive(step.what);
        return;
      case 'end':
        peer.end();
        return other?.until(() => other.ended, 'the end of the other half');
      case 'reset':
        peer.reset();
        return other?.until(() => other.closed, 'the reset');
      case 'send':
        this.#closing ||= step.what.some((each) => each.kind === 'frame' && each.opcode === CLOSE);
        await peer.send(await octetsOf(step.what, peer, this.#protocol, repetition));
        return this.#arrived(peer, other);
    }
  }

  async #upgrade({ request, answer }: Extract<Step, { kind: 'upgrade' }>): Promise<void> {
    const client = this.#peer('client');
    const server = this.#server;
    const key = keyOf(request);
    const early = await octetsOf(request.early, client, this.#protocol, this.#time);
    await client.send(Buffer.concat([requestHead(request, this.#host, key), early]));
    await this.#arrived(client, server);
    if (request.compression !== 'none') {
      for (const peer of [client, server]) {
        if (peer) peer.deflater = new MessageDeflater(request.compression === 'takeover');
      }
    }
    if (server === null) return client.receive('answer');
    server.beginFrames();
    const behind = await octetsOf(answer.early, server, this.#protocol, this.#time);
    await server.send(Buffer.concat([answerHead(answer, request.compression, key), behind]));
    return this.#arrived(server, client);
  }

  /** What one end sent is with the other; of a server that answers by itself nobody knows. */
  #arrived(from: ScriptedPeer, to: ScriptedPeer | null): Promise<void> | undefined {
    return to?.until(() => to.received >= from.sent, `the ${from.who}'s octets`);
  }

  /** Both halves end: the server's first after a close, as RFC 6455 §7.1.1 has it, else the client's. */
  async #finish(): Promise<void> {
    const client = this.#peer('client');
    if (client.closed) return;
    if (this.#server) {
      if (!this.#server.finished) this.#server.end();
      await client.until(() => client.ended, 'the end of the server');
      if (!client.finished) client.end();
      await this.#server.until(() => this.#server?.closed === true, 'the end of the client');
    } else {
      if (this.#closing && !client.finished)
        await Promise.race([
          client.until(() => client.ended, 'the end'),
          setTimeout(CLOSE_PATIENCE, undefined, { ref: false }),
        ]);
      if (!client.finished) client.end();
    }
    await client.until(() => client.closed, 'the end of the connection');
  }

  #peer(who: 'client' | 'server'): ScriptedPeer {
    const peer = who === 'client' ? this.#client : this.#server;
    if (peer === null) throw new ScenarioError(`the article's server answers by itself; write server: scripted`);
    return peer;
  }

  #destroy(): void {
    this.#client?.destroy();
    this.#server?.destroy();
  }
}

/** The key that a request states, else a new one. */
function keyOf({ fields }: RequestForm): string {
  const stated = fields.find(([name]) => name.toLowerCase() === 'sec-websocket-key')?.[1][0];
  return stated ?? randomBytes(16).toString('base64');
}
