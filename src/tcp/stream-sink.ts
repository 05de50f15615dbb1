// What the layer above is told of TCP: streams that open, octets in order, what is lost, how each ends.

import type { Origin } from '../capture/packet.ts';
import type { Segment } from '../link/segment.ts';
import type { Connection, GapReason, Memo, Side, TcpEnd } from './connection.ts';
import type { TcpRuleCode } from './rules.ts';

/** Takes octets of one direction without detour, where the layer above has set it as the receiver of a half. */
export interface Receiver {
  /** The next octets of the direction. Unless it returns true, nothing was done with them, and the sink is told of them. */
  take(buffer: Uint8Array, start: number, end: number, origin: Origin): boolean;
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
  /** The connection will be let go before its end: what it says later is heard only where this returns a memo. */
  onLetGo?(connection: Connection<Upper>): Memo | null;
  onEnd(connection: Connection<Upper>, how: TcpEnd, origin: Origin): void;
}
