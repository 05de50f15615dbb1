// What a conversation needs of the dissector: where its findings go, and what all conversations share.

import type { Connection } from '../tcp/connection.ts';
import type { Pool } from '../tcp/pool.ts';
import type { CaptureClock } from './clock.ts';
import type { DirectionReader } from './direction-reader.ts';
import type { EndRecord } from './end-record.ts';
import type { Protocol } from './events.ts';
import type { HandshakeRecord } from './handshake-record.ts';
import type { KnownKeys } from './known-keys.ts';
import type { MidstreamRecord } from './midstream-record.ts';
import type { Opening } from './opening.ts';
import type { DissectionSink } from './sink.ts';

/** What all conversations of a dissection share. `Owner` is what a connection of TCP belongs to: the conversation. */
export interface ConversationContext<Owner> {
  readonly sink: DissectionSink;
  readonly clock: CaptureClock;
  /** The view of every handshake. */
  readonly handshake: HandshakeRecord;
  /** The view of every beginning without a handshake. */
  readonly midstream: MidstreamRecord;
  /** The view of every end. */
  readonly ending: EndRecord;
  readonly keys: KnownKeys;
  readonly openings: Pool<Opening>;
  readonly readers: Pool<DirectionReader>;
  /** Ports of which the user says that they speak WebSocket. */
  readonly webSocketPorts: ReadonlySet<number>;
  /** A connection was upgraded. */
  onWebSocket(): void;
  /** No WebSocket will come of the connection, which is with the server at `port`: its segments need not be read any more. */
  onOther(owner: Owner, protocol: Protocol, port: number, connection: Connection<Owner>): void;
}
