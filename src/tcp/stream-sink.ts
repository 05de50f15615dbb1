// What the layer above is told of TCP: streams that open, octets in order, what is lost, how each ends.

import type { Origin } from '../capture/packet.ts';
import type { Segment } from '../link/segment.ts';
import type { Connection, GapReason, Memo, Side, TcpEnd } from './connection.ts';
import type { TcpRuleCode } from './rules.ts';

/** Takes the octets of one half, instead of the sink, once the layer above has made it the half's receiver. */
export interface Receiver {
  feed(buffer: Uint8Array, start: number, end: number, origin: Origin): void;
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
  /** The connection will be let go before its end: what it says later is heard only where this returns a memo. */
  onLetGo?(connection: Connection<Upper>): Memo | null;
  onEnd(connection: Connection<Upper>, how: TcpEnd, origin: Origin): void;
}
