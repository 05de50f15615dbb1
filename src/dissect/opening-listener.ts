// What a connection before its upgrade (opening.ts) tells, and asks, whoever owns it.

import type { Origin } from '../capture/packet.ts';
import type { HandshakeRuleName } from '../http/rules.ts';
import type { UnreadReason } from '../http/unread.ts';
import type { GapReason, Side } from '../tcp/connection.ts';
import type { FoundPrefix } from './connection-prefix.ts';
import type { Protocol } from './events.ts';
import type { HeldListener } from './held-sides.ts';
import type { Midstream } from './midstream.ts';
import type { Parties } from './parties.ts';
import type { AttemptListener } from './upgrade-attempt.ts';

/** What an opening leads to. After `onUpgraded` or `onOther` it is of no further use. */
export interface OpeningListener extends HeldListener, AttemptListener {
  /** The octets of each side behind this are WebSocket: `offset` is where they begin in the side's stream. */
  onUpgraded(client: Side, offset0: number, offset1: number): void;
  /** Octets behind the upgrade that were read or held before it, in the order of capture. */
  onOctets(side: Side, buffer: Uint8Array, start: number, end: number, origin: Origin): void;
  /** What a side said breaks a rule, or is worth knowing. */
  onFinding(rule: HandshakeRuleName, detail: string, side: Side, origin: Origin): void;
  /** Not all of its HTTP can be read. */
  onUnread(reason: UnreadReason, origin: Origin): void;
  onGap(side: Side, length: number, reason: GapReason, origin: Origin): void;
  /** Before its HTTP stands what is not HTTP. */
  onPrefix(prefix: FoundPrefix, client: Side, origin: Origin): void;
  /** More would have to be held for this side than may be; `onOther` follows. */
  onHeldLimit(side: Side, origin: Origin): void;
  /** The handshake is not whole: from now on `midstream` takes the octets, with what was held. */
  onHandshakeLost(midstream: Midstream): void;
  /**
   * No WebSocket will come of it that is read: `websocket` is that of a draft, whose handshake was told.
   *
   * @param client the end that speaks as one; null where nothing that was said tells
   */
  onOther(protocol: Protocol | 'websocket', client: Side | null): void;
  /** Whether the beginning need not be in the capture, as neither end's SYN is. */
  readonly beganLate: boolean;
  readonly parties: Pick<Parties, 'likelyClient'>;
  /** The end that is a WebSocket server because the user says so; null where he does not. */
  readonly forcedServer: Side | null;
}
