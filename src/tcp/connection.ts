// The state of one TCP connection: two halves, each with its place in its own sequence space. Plain fields that
// `reassembler.ts` changes; nothing here acts by itself.

import { Origin } from '../capture/packet.ts';
import type { Receiver } from './stream-sink.ts';
import type { Subflow } from './subflow.ts';
import { DirectionFacts, HandshakeTimer, NONE } from './transport-facts.ts';
import type { WaitingOctets } from './waiting-octets.ts';

/** Which end sent a segment: 0 is the end whose packet was captured first. */
export type Side = 0 | 1;

export function otherSide(side: Side): Side {
  return side === 0 ? 1 : 0;
}

/** How TCP itself ended. */
export type TcpEnd = 'fin' | 'rst' | 'capture-end' | 'replaced';

/** Why octets were given up. */
export type GapReason = 'not-captured' | 'snaplen' | 'waiting-limit';

/** One direction of a connection: what one end sent. */
export class Half {
  readonly side: Side;
  /** The other direction; itself where it has none. */
  peer: Half = this;
  // Hot: what the short way asks for stands together, as each line of the processor's cache costs a twentieth of a packet.
  /** Whether its next segment may be taken as predicted; and by what it is found (`predictions.ts`). */
  predictable = false;
  ports = 0;
  source = 0;
  destination = 0;
  /** What it belongs to, where it is found by that. */
  connection: Connection<unknown> | null = null;
  /** What `RecentOctets` knows its last segment by; 0 for none. */
  recent = 0;
  /** Who takes its octets; null where the sink does. */
  receiver: Receiver | null = null;
  /**
   * Stream offset up to which octets that are not there are waited for: a capture may show an ACK before its data
   * (`acknowledgments.ts`). At most `offset` where nothing is waited for.
   */
  awaited = 0;
  /** Sequence number of the next octet to deliver. */
  next = 0;
  /** Octets delivered or given up, so the stream offset of `next`. */
  offset = 0;
  /** Highest stream offset that the peer acknowledged. */
  acknowledged = 0;
  /** Whether the last octet of those was acknowledged by itself: beyond what was seen it is the FIN. */
  lastAlone = false;
  /** Number of the connection's last packet so far; of side 0 alone, where the other's is kept too. */
  lastPacket = 0;
  /** Where it is found; -1 for nowhere. */
  place = -1;
  /** How often the peer acknowledged less than `acknowledged` since, and how often what is `awaited`. */
  denials = 0;
  acknowledgments = 0;
  /** Segments that can be none of this half, since both had `strayAt` octets. */
  strays = 0;
  strayAt = 0;
  /** Whether `next` is known: from the SYN, else from the first segment seen. */
  started = false;
  finSeen = false;
  /** Stream offset of the FIN. */
  finOffset = 0;
  /** Whether `next` is what the peer acknowledged first, as no segment of this half was seen yet. */
  guessed = false;
  /** Whether `next` began where the first segment seen stood, as its SYN was not: octets captured later may stand before it. */
  lacksBeginning = false;
  /** Whether that segment was a FIN alone. */
  beganWithFin = false;
  waiting: WaitingOctets | null = null;
  /** Segments of the connection for which what waits is not delivered, as it is yet to be told where the half begins; 0 where it is not. */
  awaitsBeginning = 0;
  /** Whether the peer's first segment behind its SYN said where this half begins. */
  toldByPeer = false;
  readonly facts = new DirectionFacts();
  /** Whether this end's window is closed. */
  windowClosed = false;
  /** By `identityOf`, of the last SYN and the last FIN. */
  synIdentity = NONE;
  finIdentity = NONE;

  constructor(side: Side) {
    this.side = side;
  }

  /** Octets delivered. */
  get captured(): number {
    return this.offset - this.facts.lost;
  }

  /** Sets every field as it was made, but what it is found by: nothing is found by that where it is not predictable. */
  reset(): void {
    this.started = false;
    this.next = 0;
    this.offset = 0;
    this.finSeen = false;
    this.finOffset = 0;
    this.acknowledged = 0;
    this.lastAlone = false;
    this.denials = 0;
    this.strays = 0;
    this.guessed = false;
    this.lacksBeginning = false;
    this.beganWithFin = false;
    this.awaited = 0;
    this.acknowledgments = 0;
    this.waiting = null;
    this.awaitsBeginning = 0;
    this.toldByPeer = false;
    this.lastPacket = 0;
    this.recent = 0;
    this.predictable = false;
    this.place = -1;
    this.receiver = null;
    this.facts.reset();
    this.windowClosed = false;
    this.synIdentity = NONE;
    this.finIdentity = NONE;
  }
}

/** What a connection has only while it may still say something. Taken from a pool, as most connections are short. */
export class LiveState {
  readonly half0 = new Half(0);
  readonly half1 = new Half(1);
  readonly handshake = new HandshakeTimer();
  /** When it took its place among the open ones: number of its last packet, and seconds of capture time. */
  placedAt = 0;
  placedSeconds = 0;
  /** Whether its place is among those that have said something. */
  placedAsSpeaker = false;
  /** Whether a half awaits its beginning. */
  awaitsBeginning = false;
  resetSeen = false;
  /** Who sent the first reset, where there was one. */
  resetSide: Side = 0;
  /** Seconds of capture time until which a connection that is over is kept for its late data; 0 where it does not linger. */
  lingerUntil = 0;
  /**
   * The SYN of another connection between the same endpoints, which takes this one's place unless this one says more; and how
   * many segments since were not of this one.
   */
  replacement: Origin | null = null;
  passedBy = 0;
  /** Whether it was told that others go on between the same endpoints. */
  toldShared = false;
  /** Whether `endOrigin` is set. */
  ending = false;
  /** The packet that reset the connection, or its last FIN. */
  readonly endOrigin = new Origin();

  constructor() {
    this.half0.peer = this.half1;
    this.half1.peer = this.half0;
  }

  /** Number of the connection's last packet so far. */
  get lastPacket(): number {
    return this.half0.lastPacket;
  }

  /** Sets every field as it was made. */
  reset(): void {
    this.half0.reset();
    this.half1.reset();
    this.handshake.reset();
    this.placedAsSpeaker = false;
    this.awaitsBeginning = false;
    this.resetSeen = false;
    this.resetSide = 0;
    this.lingerUntil = 0;
    this.ending = false;
    this.replacement = null;
    this.passedBy = 0;
    this.toldShared = false;
  }
}

/** What `side` sent; its peer is what the other end did. */
export function halfOf(live: LiveState, side: Side): Half {
  return side === 0 ? live.half0 : live.half1;
}

/** What is kept of a connection that was let go before its end, and may say more. The layer above has its own. */
export interface Memo {
  /** Whether it is kept for longer than what says only that a connection ended. */
  readonly lasting: boolean;
}

/** A TCP connection; `Upper` is whatever the layer above ties to it. Used again once it is forgotten: a scan makes millions. */
export class Connection<Upper> {
  number = -1;
  /** Which side the lower endpoint of the table's key is. */
  lowerSide: Side = 0;
  /** Null once nothing more is to be learned: the entry stays, so that late packets find it. */
  live: LiveState | null = null;
  /** A SYN with another initial sequence number than its side's is a new connection. */
  initialSequence0: number | null = null;
  initialSequence1: number | null = null;
  /** Entries of the table that lead to it: one for each realm in which it was seen. */
  entries = 0;
  upper: Upper | null = null;
  /** What the layer above wants to know again if the connection, let go before its end, says more; null where it will not be heard. */
  memo: Memo | null = null;
  /** Whether others between the same endpoints go on, or may, so that each segment is asked which of them it is of. */
  shared = false;
  /**
   * Of one that is over, or was let go, or is shared and was released: sequence numbers of the next octets of both sides, as far as
   * they are known, and how many octets each side had said.
   */
  next0: number | null = null;
  next1: number | null = null;
  said0 = 0;
  said1 = 0;
  /** What it is of a multipath connection; null where it is none (`multipath.ts`). */
  subflow: Subflow | null = null;
  /** Segments of it since it is over. */
  passedOver = 0;
  /** Its neighbours among the open connections (`open-connections.ts`). */
  before: Connection<Upper> | null = null;
  after: Connection<Upper> | null = null;

  /** Sets every field, but for its place in the table and among the open ones: those who put it there do. */
  begin(number: number, lowerSide: Side, live: LiveState | null): void {
    this.number = number;
    this.lowerSide = lowerSide;
    this.live = live;
    this.initialSequence0 = null;
    this.initialSequence1 = null;
    this.upper = null;
    this.memo = null;
    this.subflow = null;
    this.shared = false;
    this.next0 = null;
    this.next1 = null;
    this.said0 = 0;
    this.said1 = 0;
    this.passedOver = 0;
  }

  /** Whether octets of either side were seen, as far as it still may say something. */
  get hasOctets(): boolean {
    return this.live !== null && this.live.half0.captured + this.live.half1.captured > 0;
  }

  /** Whether its beginning need not be in the capture, as neither end's SYN is. */
  get beganLate(): boolean {
    return this.initialSequence0 === null && this.initialSequence1 === null;
  }
}

export function initialSequenceOf(connection: Connection<unknown>, side: Side): number | null {
  return side === 0 ? connection.initialSequence0 : connection.initialSequence1;
}
