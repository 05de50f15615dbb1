// One TCP connection of a survey: what each side sent, counted and hashed, and what it looks like. An opening says what it
// is, as in a dissection; here nothing is read beyond that.

import type { Origin } from '../capture/packet.ts';
import type { Segment } from '../link/segment.ts';
import { type Connection, type GapReason, otherSide, type Side } from '../tcp/connection.ts';
import type { Pool } from '../tcp/pool.ts';
import type { SidesTold } from '../tcp/stream-sink.ts';
import type { FoundPrefix } from './connection-prefix.ts';
import type { Direction, Endpoint, Protocol } from './events.ts';
import type { Midstream } from './midstream.ts';
import type { Opening } from './opening.ts';
import type { OpeningListener } from './opening-listener.ts';
import { Parties } from './parties.ts';
import { tlsClientBy } from './recognition.ts';
import { serverNameOf } from './server-name.ts';
import { type StreamSide, SurveyedSide } from './surveyed-side.ts';

/** A TCP connection of a capture. */
export interface TcpStream {
  type: 'tcp-stream';
  connection: number;
  client: Endpoint;
  server: Endpoint;
  packets: number;
  protocol: Protocol | 'websocket';
  /** The name that a TLS client asked for; null where there is none. */
  serverName: string | null;
  c2s: StreamSide;
  s2c: StreamSide;
}

export class SurveyedStream implements OpeningListener {
  /** The end that is the client, as far as it is known. */
  client: Side | null;
  readonly forcedServer = null;
  readonly parties = new Parties();
  readonly #connection: Connection<unknown>;
  #sides: readonly [SurveyedSide, SurveyedSide] = [new SurveyedSide(), new SurveyedSide()];
  readonly #openings: Pool<Opening>;
  /** Taken for the first octets. */
  #opening: Opening | null = null;
  /** Whether the opening is over: what the connection is is known, or `#midstream` looks for it. */
  #opened = false;
  #midstream: Midstream | null = null;
  #protocol: TcpStream['protocol'] = 'none';
  #isUpgraded = false;

  constructor(connection: Connection<unknown>, first: Segment, openings: Pool<Opening>) {
    this.#connection = connection;
    this.parties.begin(first);
    this.client = this.parties.opener;
    this.#openings = openings;
  }

  get beganLate(): boolean {
    return this.#connection.beganLate;
  }

  /** The client, where it is WebSocket; null where it never will be. */
  get webSocketClient(): Side | 'undecided' | null {
    if (this.#isUpgraded) return this.client;
    return this.#opened && this.#midstream === null ? null : 'undecided';
  }

  take(side: Side, buffer: Uint8Array, start: number, end: number, origin: Origin): void {
    if (this.#protocol === 'none') this.#protocol = 'unknown';
    if (this.#midstream !== null) this.#midstream.onOctets(side, buffer, start, end, origin);
    else if (!this.#opened) this.#lendOpening().take(side, buffer, start, end, origin);
    // The opening may have said where it begins.
    this.#sides[side].take(buffer, start, end);
    this.#afterLooking();
  }

  lose(side: Side, length: number, reason: GapReason, origin: Origin): void {
    this.#sides[side].lose(length);
    if (this.#midstream !== null) this.#midstream.onGap(side, length, reason, origin);
    else if (!this.#opened) this.#lendOpening().skip(side, length, reason, origin);
    this.#afterLooking();
  }

  /** All that was said, to be said anew; null where anything came of it (`StreamSink`). */
  takeBack(): SidesTold | null {
    const told = this.#midstream?.takeBack() ?? null;
    if (told === null) return null;
    this.#midstream = null;
    this.#opened = false;
    this.#sides = [new SurveyedSide(), new SurveyedSide()];
    return told;
  }

  /** TCP says that it is over: all that is to be told of it, but for its packets, of which more may come. */
  end(): TcpStream {
    this.#opening?.end();
    this.#midstream?.end();
    this.#afterLooking();
    const client = this.decideClient();
    const server = otherSide(client);
    return {
      type: 'tcp-stream',
      connection: this.#connection.number,
      client: this.parties.endpoint(client),
      server: this.parties.endpoint(server),
      packets: 0,
      protocol: this.#protocol,
      serverName: this.#protocol === 'tls' ? serverNameOf(this.#sides[client].first) : null,
      c2s: this.#sides[client].result(),
      s2c: this.#sides[server].result(),
    };
  }

  /** Who began, else who speaks as a client; where nothing tells until now, the lower port is the server's. */
  decideClient(): Side {
    this.client ??= this.#tlsClientBy(0) ?? this.#tlsClientBy(1) ?? this.parties.likelyClient;
    return this.client;
  }

  #tlsClientBy(side: Side): Side | null {
    const { first } = this.#sides[side];
    return tlsClientBy(side, first, 0, first.length);
  }

  directionOf(side: Side): Direction {
    return side === this.decideClient() ? 'c2s' : 's2c';
  }

  onHandshake(_request: unknown, _origin: Origin, _response: unknown, _body: string, client: Side): void {
    this.client ??= client;
    this.#protocol = 'http';
  }

  onUpgraded(client: Side): void {
    this.#become('websocket', client);
    this.#isUpgraded = true;
  }

  onHandshakeLost(midstream: Midstream): void {
    this.#opened = true;
    this.#midstream = midstream;
    this.client ??= midstream.client;
    this.#afterLooking();
  }

  onOther(protocol: Protocol | 'websocket', client: Side | null): void {
    this.#become(protocol === 'none' || this.#protocol === 'none' ? this.#protocol : protocol, client);
  }

  onOctets(): void {}

  onGap(): void {}

  onHeldLimit(): void {}

  onPrefix({ client, server }: FoundPrefix, clientSide: Side): void {
    this.client ??= clientSide;
    this.#sides[clientSide].beginBehind(client);
    this.#sides[otherSide(clientSide)].beginBehind(server);
  }

  onFinding(): void {}

  onUnread(): void {}

  #lendOpening(): Opening {
    if (this.#opening === null) {
      this.#opening = this.#openings.take();
      this.#opening.begin(this);
    }
    return this.#opening;
  }

  #afterLooking(): void {
    if (this.#opened && this.#opening !== null) {
      this.#openings.giveBack(this.#opening);
      this.#opening = null;
    }
    const midstream = this.#midstream;
    if (midstream === null || midstream.verdict === 'undecided') return;
    this.#midstream = null;
    midstream.release();
    if (midstream.verdict === 'websocket' && midstream.client !== null) this.onUpgraded(midstream.client);
    else this.#become(midstream.hints.protocol, midstream.client);
  }

  #become(protocol: TcpStream['protocol'], client: Side | null): void {
    this.#protocol = protocol;
    this.client ??= client;
    this.#opened = true;
  }
}
