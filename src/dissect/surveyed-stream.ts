// One TCP connection of a survey: what each side sent, counted and hashed, and what it looks like. An opening says what it
// is, as in a dissection; here nothing is read beyond that.

import { createHash } from 'node:crypto';
import type { Origin } from '../capture/packet.ts';
import { ACK, type Segment, SYN } from '../link/segment.ts';
import type { Connection, GapReason, Side } from '../tcp/connection.ts';
import type { Allowance } from '../ws/allowance.ts';
import type { Direction, Endpoint, Protocol } from './events.ts';
import type { Midstream } from './midstream.ts';
import { Opening, type OpeningListener } from './opening.ts';
import { Parties } from './parties.ts';
import { beginsAsTlsClient, CLIENT_HELLO_LIMIT, serverNameOf } from './server-name.ts';

/** What one side sent. */
export interface StreamSide {
  /** Octets that were captured. */
  octets: number;
  /** SHA-256 over them, gaps skipped, in hex. */
  sha256: string;
  /** Offset in the stream and length of each gap. */
  gaps: [at: number, length: number][];
}

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

const NOTHING = new Uint8Array(0);

class SurveyedSide {
  octets = 0;
  offset = 0;
  readonly gaps: [number, number][] = [];
  /** The stream's first octets, while they are of use. */
  first = NOTHING;
  readonly #hash = createHash('sha256');

  take(buffer: Uint8Array, start: number, end: number): void {
    const octets = buffer.subarray(start, end);
    if (octets.length > 0 && this.#keepsFirst(octets)) this.first = Buffer.concat([this.first, octets]);
    this.#hash.update(octets);
    this.octets += octets.length;
    this.offset += octets.length;
  }

  /** Of use is only how TLS begins. */
  #keepsFirst(octets: Uint8Array): boolean {
    if (this.offset === 0) return octets[0] === 22;
    return this.first.length === this.offset && this.offset < CLIENT_HELLO_LIMIT;
  }

  lose(length: number): void {
    this.gaps.push([this.offset, length]);
    this.offset += length;
  }

  result(): StreamSide {
    return { octets: this.octets, sha256: this.#hash.digest('hex'), gaps: this.gaps };
  }
}

export class SurveyedStream implements OpeningListener {
  packets = 0;
  /** The end that is the client, as far as it is known. */
  client: Side | null;
  readonly forcedServer = null;
  /** The connection may be another's once it has ended. */
  readonly #number: number;
  readonly #connection: Connection<unknown>;
  readonly #parties = new Parties();
  readonly #sides: readonly [SurveyedSide, SurveyedSide] = [new SurveyedSide(), new SurveyedSide()];
  #opening: Opening | null;
  #midstream: Midstream | null = null;
  #protocol: TcpStream['protocol'] = 'none';
  #result: TcpStream | null = null;

  constructor(connection: Connection<unknown>, first: Segment, allowance: Allowance) {
    this.#connection = connection;
    this.#number = connection.number;
    this.#parties.begin(first);
    const isSyn = (first.flags & SYN) !== 0;
    this.client = isSyn ? ((first.flags & ACK) === 0 ? 0 : 1) : null;
    this.#opening = new Opening(allowance, false);
    this.#opening.begin(this);
  }

  get beganLate(): boolean {
    return this.#connection.initialSequence0 === null && this.#connection.initialSequence1 === null;
  }

  take(side: Side, buffer: Uint8Array, start: number, end: number, origin: Origin): void {
    this.#sides[side].take(buffer, start, end);
    if (this.#protocol === 'none') this.#protocol = 'unknown';
    if (this.#midstream !== null) this.#midstream.onOctets(side, buffer, start, end, origin);
    else this.#opening?.take(side, buffer, start, end, origin);
    this.#afterLooking();
  }

  lose(side: Side, length: number, reason: GapReason, origin: Origin): void {
    this.#sides[side].lose(length);
    if (this.#midstream !== null) this.#midstream.onGap(side, length, reason, origin);
    else this.#opening?.skip(side, length, reason, origin);
    this.#afterLooking();
  }

  /** TCP says that it is over; packets may still come. */
  end(): void {
    this.#opening?.end();
    this.#midstream?.end();
    this.#afterLooking();
    this.#opening = null;
    this.#tellSides();
  }

  result(): TcpStream {
    const result = this.#result ?? this.#tellSides();
    result.packets = this.packets;
    return result;
  }

  directionOf(side: Side): Direction {
    return side === this.#clientSide() ? 'c2s' : 's2c';
  }

  onHandshake(_request: unknown, _origin: Origin, _response: unknown, _body: string, client: Side): void {
    this.client ??= client;
    this.#protocol = 'http';
  }

  onUpgraded(client: Side): void {
    this.#become('websocket', client);
  }

  onHandshakeLost(midstream: Midstream): void {
    this.#opening = null;
    this.#midstream = midstream;
    this.client ??= midstream.client;
    this.#afterLooking();
  }

  onOther(protocol: Protocol): void {
    this.#become(protocol === 'none' || this.#protocol === 'none' ? this.#protocol : protocol, null);
  }

  onOctets(): void {}

  onGap(): void {}

  onHeldLimit(): void {}

  onEarlyOctets(): void {}

  onFramesAfterRefusal(): void {}

  #afterLooking(): void {
    const midstream = this.#midstream;
    if (midstream === null || midstream.verdict === 'undecided') return;
    this.#midstream = null;
    midstream.release();
    if (midstream.verdict === 'websocket') this.#become('websocket', midstream.client);
    else this.#become(midstream.protocol, null);
  }

  #become(protocol: TcpStream['protocol'], client: Side | null): void {
    this.#protocol = protocol;
    this.client ??= client;
    this.#opening = null;
  }

  /** Who began, else who speaks as a client; where nothing tells, the lower port is the server's. */
  #clientSide(): Side {
    if (this.client !== null) return this.client;
    if (beginsAsTlsClient(this.#sides[0].first)) return 0;
    if (beginsAsTlsClient(this.#sides[1].first)) return 1;
    return this.#parties.port0 < this.#parties.port1 ? 1 : 0;
  }

  #tellSides(): TcpStream {
    const client = this.#clientSide();
    const server: Side = client === 0 ? 1 : 0;
    const serverName = this.#protocol === 'tls' ? serverNameOf(this.#sides[client].first) : null;
    for (const side of this.#sides) side.first = NOTHING;
    this.client = client;
    this.#result = {
      type: 'tcp-stream',
      connection: this.#number,
      client: this.#parties.endpoint(client),
      server: this.#parties.endpoint(server),
      packets: this.packets,
      protocol: this.#protocol,
      serverName,
      c2s: this.#sides[client].result(),
      s2c: this.#sides[server].result(),
    };
    return this.#result;
  }
}
