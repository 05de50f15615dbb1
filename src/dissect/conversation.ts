// One TCP connection on its way to being understood: first an opening in HTTP, then, where that leads to an upgrade, two
// directions of WebSocket. Turns the sides of TCP into client and server.

import type { Origin } from '../capture/packet.ts';
import { parseExtensions } from '../http/extensions.ts';
import type { RequestHead, ResponseHead } from '../http/head.ts';
import { judgeUpgrade } from '../http/upgrade.ts';
import { formatAddress } from '../link/address.ts';
import type { Connection, GapReason, Side, TcpEnd } from '../tcp/connection.ts';
import type { Rule } from '../tcp/rules.ts';
import { agreedExtensions } from '../ws/extensions.ts';
import type { CaptureClock } from './clock.ts';
import { DirectionReader } from './direction-reader.ts';
import type { Counts, Direction, EndEvent, Endpoint, Located, Protocol } from './events.ts';
import { Opening, type OpeningListener } from './opening.ts';
import {
  CLIENT_TO_SERVER,
  type ConversationView,
  type DirectionIndex,
  type DissectionSink,
  SERVER_TO_CLIENT,
} from './sink.ts';

/** What a conversation needs of the dissector. */
export interface ConversationContext {
  readonly sink: DissectionSink;
  readonly clock: CaptureClock;
  readonly messageLimit: number;
  /** A connection was upgraded. */
  onWebSocket(): void;
  /** No WebSocket will come of the connection: its segments need not be read any more. */
  onOther(conversation: Conversation, protocol: Protocol, connection: TcpConnection): void;
}

export type TcpConnection = Connection<Conversation>;

const directionNames: readonly Direction[] = ['c2s', 's2c'];

export class Conversation implements ConversationView, OpeningListener {
  readonly connection: number;
  client: Endpoint = { address: '', port: 0 };
  server: Endpoint = { address: '', port: 0 };

  readonly #context: ConversationContext;
  readonly #tcp: TcpConnection;
  #opening: Opening | null;
  #clientSide: Side = 0;
  #readers: [DirectionReader, DirectionReader] | null = null;
  #compression = false;
  /** Whether any event told of it, so that its end must be told too. */
  #told = false;
  /** Octets of TCP payload seen, by side. */
  readonly #octets: [number, number] = [0, 0];
  #reason: GapReason = 'not-captured';

  constructor(context: ConversationContext, tcp: TcpConnection) {
    this.#context = context;
    this.#tcp = tcp;
    this.connection = tcp.number;
    this.#opening = new Opening(this);
  }

  get messages(): number {
    return this.#readers === null ? 0 : this.#readers[0].messages + this.#readers[1].messages;
  }

  /** Whether octets of either side were seen. */
  get hasOctets(): boolean {
    return this.#octets[0] + this.#octets[1] > 0;
  }

  /** Octets of TCP payload, the next of their side. */
  take(side: Side, buffer: Uint8Array, start: number, end: number, origin: Origin): void {
    this.#octets[side] += end - start;
    if (this.#readers !== null) this.#readers[this.#directionOf(side)].feed(buffer, start, end, origin);
    else this.#opening?.take(side, buffer, start, end, origin);
  }

  lose(side: Side, length: number, reason: GapReason, origin: Origin): void {
    this.#reason = reason;
    if (this.#readers !== null) this.onGap(side, length, origin);
    else this.#opening?.skip(side, length, origin);
  }

  end(how: TcpEnd, origin: Origin): void {
    this.#opening?.end();
    this.#readers?.[0].end(origin);
    this.#readers?.[1].end(origin);
    if (!this.#told) return;
    const bothClosed = this.#readers?.[0].closed && this.#readers[1].closed;
    const event: EndEvent = {
      type: 'end',
      ...this.#locate(origin),
      how: bothClosed && how !== 'replaced' ? 'close' : how,
      c2s: this.#countsOf(CLIENT_TO_SERVER),
      s2c: this.#countsOf(SERVER_TO_CLIENT),
    };
    this.#context.sink.onEvent(event);
  }

  report(rule: Rule, direction: DirectionIndex | null, message: string, origin: Origin): void {
    if (!this.#told) return;
    this.#context.sink.onEvent({
      type: 'diagnostic',
      ...this.#locate(origin),
      code: rule.code,
      severity: rule.severity,
      direction: direction === null ? null : directionNames[direction],
      message,
      reference: rule.reference,
      ...(rule.peerWords === undefined ? {} : { peerWords: rule.peerWords }),
    });
  }

  /** A finding of TCP, told by side. */
  reportSide(rule: Rule, side: Side, message: string, origin: Origin): void {
    this.report(rule, this.#directionOf(side), message, origin);
  }

  onHandshake(request: RequestHead, response: ResponseHead | null, body: string, client: Side, origin: Origin): void {
    this.#setClient(client);
    this.#told = true;
    const verdict = judgeUpgrade(request, response);
    this.#context.sink.onEvent({
      type: 'handshake',
      ...this.#locate(origin),
      client: this.client,
      server: this.server,
      request: { method: request.method, target: request.target, headers: request.headers },
      response: response && {
        status: response.status,
        reason: response.reason,
        headers: response.headers,
        body,
      },
      upgraded: verdict.upgraded,
      accept: verdict.accept,
      subprotocol: verdict.subprotocol,
      extensions: verdict.extensions,
    });
    const names = parseExtensions(verdict.extensions ?? '').extensions.map((extension) => extension.name);
    this.#compression = agreedExtensions(names).compression;
    for (const finding of verdict.findings) {
      const { peerWords, ...rest } = finding;
      const rule: Rule = { ...rest, words: finding.message, ...(peerWords === undefined ? {} : { peerWords }) };
      this.report(rule, finding.side === 'request' ? CLIENT_TO_SERVER : SERVER_TO_CLIENT, finding.message, origin);
    }
  }

  onUpgraded(client: Side, offset0: number, offset1: number): void {
    this.#setClient(client);
    this.#opening = null;
    const offsets = client === 0 ? [offset0, offset1] : [offset1, offset0];
    const reader = (direction: DirectionIndex) =>
      new DirectionReader(
        this,
        direction,
        this.#context.sink,
        this.#compression,
        offsets[direction],
        this.#context.messageLimit,
      );
    this.#readers = [reader(CLIENT_TO_SERVER), reader(SERVER_TO_CLIENT)];
    this.#context.onWebSocket();
  }

  onOctets(side: Side, buffer: Uint8Array, start: number, end: number, origin: Origin): void {
    this.#readers?.[this.#directionOf(side)].feed(buffer, start, end, origin);
  }

  onGap(side: Side, length: number, origin: Origin): void {
    const direction = this.#directionOf(side);
    this.#context.sink.onEvent({
      type: 'gap',
      ...this.#locate(origin),
      direction: directionNames[direction],
      length,
      reason: this.#reason,
    });
    this.#readers?.[direction].skip(length, origin);
  }

  onOther(protocol: Protocol): void {
    this.#opening = null;
    // Of a connection whose handshake was told the end must be told too.
    if (!this.#told) this.#context.onOther(this, protocol, this.#tcp);
  }

  #directionOf(side: Side): DirectionIndex {
    return side === this.#clientSide ? CLIENT_TO_SERVER : SERVER_TO_CLIENT;
  }

  #setClient(client: Side): void {
    this.#clientSide = client;
    const tcp = this.#tcp;
    const first: Endpoint = {
      address: formatAddress(tcp.family, tcp.source0, tcp.source1, tcp.source2, tcp.source3),
      port: tcp.port0,
    };
    const second: Endpoint = {
      address: formatAddress(tcp.family, tcp.destination0, tcp.destination1, tcp.destination2, tcp.destination3),
      port: tcp.port1,
    };
    this.client = client === 0 ? first : second;
    this.server = client === 0 ? second : first;
  }

  #countsOf(direction: DirectionIndex): Counts {
    const reader = this.#readers?.[direction];
    const side = direction === CLIENT_TO_SERVER ? this.#clientSide : 1 - this.#clientSide;
    return {
      messages: reader?.messages ?? 0,
      controls: reader?.controls ?? 0,
      frames: reader?.frames ?? 0,
      octets: this.#octets[side],
    };
  }

  #locate(origin: Origin): Located {
    const { clock } = this.#context;
    return {
      connection: this.connection,
      packet: origin.number,
      time: clock.time(origin),
      elapsed: clock.elapsed(origin),
    };
  }
}
