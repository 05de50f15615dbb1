// What the layer above is told of TCP: streams that open, octets in order, what is lost, how each ends.

import type { Origin } from '../capture/packet.ts';
import type { Segment } from '../link/segment.ts';
import type { Connection, GapReason, Memo, Side, TcpEnd } from './connection.ts';
import type { TcpRuleCode } from './rules.ts';

/** Takes the octets of one half, instead of the sink, once the layer above has made it the half's receiver. */
export interface Receiver {
  feed(buffer: Uint8Array, start: number, end: number, origin: Origin): void;
}

/** What was told of a connection, by side. */
export type SidesTold = readonly [readonly ToldPiece[], readonly ToldPiece[]];

/** Octets that were told, and their packet. */
export interface ToldPiece {
  readonly octets: Uint8Array;
  readonly origin: Origin;
}

/** Takes the streams of all connections; buffers and origins are valid during the call only. */
export interface StreamSink<Upper> {
  onOpen(connection: Connection<Upper>, segment: Segment, origin: Origin): void;
  /** The connection just opened is one that was let go, whose memo this is; `swapped` where its sides have changed. */
  onResume?(connection: Connection<Upper>, memo: Memo, swapped: boolean, origin: Origin): void;
  onOctets(
    connection: Connection<Upper>,
    side: Side,
    buffer: Uint8Array,
    start: number,
    end: number,
    origin: Origin,
  ): void;
  /** `length` octets of this side will never be seen. */
  onGap(connection: Connection<Upper>, side: Side, length: number, reason: GapReason, origin: Origin): void;
  onFinding(connection: Connection<Upper>, side: Side, code: TcpRuleCode, detail: string, origin: Origin): void;
  /**
   * Whether the octets of a side's segment, which are so far apart from all that was captured of it (`apart.ts`), can only be the
   * first of another connection between the same endpoints. `upper` is null where the connection is over.
   */
  beginsAnother?(connection: Connection<Upper>, side: Side, segment: Segment, octetsApart: number): boolean;
  /**
   * A half begins before what was told of it. Returns, by side, all octets told of the connection, as nothing came of them yet: they are
   * told anew when it is known where both begin. Null where they are not known any more.
   */
  takeBack?(connection: Connection<Upper>): SidesTold | null;
  /** The connection will be let go before its end: what it says later is heard only where this returns a memo. */
  onLetGo?(connection: Connection<Upper>): Memo | null;
  onEnd(connection: Connection<Upper>, how: TcpEnd, origin: Origin): void;
}
