// Ties segments to connections, and follows these from their first segment to their end, whatever the capture did to them: out
// of order, doubled, cut anew, overlapping, lost. How octets come into their order is `delivery.ts`. It does not know what flows
// inside, nor which end is the client.

import type { Origin } from '../capture/packet.ts';
import { identityOf } from '../link/identity.ts';
import { ACK, FIN, RST, type Segment, SYN } from '../link/segment.ts';
import { acknowledge, acknowledgeUnseen, startAt } from './acknowledgments.ts';
import type { Connection, LiveState, Side, TcpEnd } from './connection.ts';
import { Connections } from './connections.ts';
import { Delivery } from './delivery.ts';
import { endOf, isFinished, isLost, isOver } from './ends.ts';
import { defaultTcpLimits, type TcpLimits } from './limits.ts';
import { Lingering } from './lingering.ts';
import { Predictions } from './predictions.ts';
import { goOn, letGoOf, whatFollows } from './resumption.ts';
import type { TcpRuleCode } from './rules.ts';
import type { StreamSink } from './stream-sink.ts';
import { countBehindFin, countSyn, setWindow } from './transport-facts.ts';

/** Seconds; before all of them, and a small integer for V8, as what each packet is compared with should be where it can. */
const EARLIEST = -0x8000_0000;

/** Whether it neither begins nor ends anything, and is whole. */
function isPlain(segment: Segment): boolean {
  return (segment.flags & (SYN | FIN | RST | ACK)) === ACK && segment.window !== 0 && segment.missing === 0;
}

/** Octets, RFC 7323 §2.3: a reset further away than this is believed by no end (RFC 9293 §3.10.7.4), as it may be anybody's. */
const LARGEST_WINDOW = 2 ** 30;

export class Reassembler<Upper> {
  readonly #connections: Connections<Upper>;
  readonly #sink: StreamSink<Upper>;
  readonly #limits: TcpLimits;
  readonly #connectionLimit: string;
  /** Seconds of capture time before which nobody is let go for being idle, and nothing ends at all in time. */
  #nextIdle: number;
  #nextEnd: number;
  readonly #delivery: Delivery<Upper>;
  readonly #lingering = new Lingering<Upper>();
  readonly #predictions = new Predictions<Upper>();

  constructor(sink: StreamSink<Upper>, limits: TcpLimits = defaultTcpLimits) {
    this.#sink = sink;
    this.#limits = limits;
    this.#delivery = new Delivery(sink, limits);
    this.#connections = new Connections(limits);
    this.#nextIdle = limits.idleSeconds > 0 ? EARLIEST : Number.POSITIVE_INFINITY;
    this.#nextEnd = this.#nextIdle;
    this.#connectionLimit = `${limits.openConnections} connections`;
  }

  /** TCP connections seen so far. */
  get connections(): number {
    return this.#connections.begun;
  }

  /** Takes the next segment of the capture. No allocation where it carries data in order. */
  onSegment(segment: Segment, origin: Origin): void {
    if (this.#predictions.areThere === true && this.#takePredicted(segment, origin) === true) return;
    this.#take(segment, origin);
  }

  /** Hot: what `#take` does of a segment as predicted. False where it is another, and nothing was done. */
  #takePredicted(segment: Segment, origin: Origin): boolean {
    if (!isPlain(segment)) return false;
    const half = this.#predictions.find(segment);
    if (half === null || origin.seconds >= this.#nextEnd) return false;
    const { peer } = half;
    if (peer === half) return this.#predictions.isStillOver(half);
    const acknowledged = peer.offset + ((segment.acknowledgment - peer.next) | 0);
    if (acknowledged > peer.offset) return false;
    const isBare = segment.payloadStart === segment.payloadEnd;
    if (!isBare && segment.sequence !== half.next) return false;
    (half.side === 0 ? half : peer).lastPacket = origin.number;
    if (acknowledged > peer.acknowledged) peer.acknowledged = acknowledged;
    if (!isBare) this.#delivery.takeNext(this.#predictions.connectionOf(half), half, segment, origin);
    return true;
  }

  #take(segment: Segment, origin: Origin): void {
    if (origin.seconds >= this.#nextEnd) this.#endInTime(origin);
    let connection = this.#connections.find(segment);
    if (connection === undefined) {
      connection = this.#connections.elsewhere(segment) ?? this.#begin(segment, origin);
    } else if ((segment.flags & SYN) !== 0 && this.#connections.startsAnew(connection, segment)) {
      const { live } = connection;
      if (live !== null) this.#finish(connection, isOver(live) ? endOf(live) : 'replaced', origin);
      connection = this.#connections.elsewhere(segment) ?? this.#begin(segment, origin);
    }
    if (connection.live === null && connection.memo !== null)
      connection = this.#afterLetGo(connection, segment, origin);
    const live = connection.live;
    if (live === null) {
      this.#predictions.passOver(connection, segment);
      return;
    }
    const side = this.#connections.sideOf(connection);
    const { half0, half1 } = live;
    const half = side === 0 ? half0 : half1;
    const peer = side === 0 ? half1 : half0;
    half0.lastPacket = origin.number;

    let sequence = segment.sequence;
    if ((segment.flags & SYN) !== 0) {
      if (side === 0) connection.initialSequence0 = sequence;
      else connection.initialSequence1 = sequence;
      countSyn(half, segment);
      sequence = (sequence + 1) | 0;
      if (live.resetSeen && (segment.flags & ACK) === 0) takeBackReset(live);
    }
    if ((segment.flags & RST) !== 0) {
      if (half.started && Math.abs((sequence - half.next) | 0) > LARGEST_WINDOW) return;
      half.predictable = false;
      peer.predictable = false;
      // What a reset carries is a text about it (RFC 9293 §3.5.3), and what it acknowledges may be anything.
      this.#onReset(connection, live, side, origin);
      return;
    }
    if ((segment.window === 0) !== half.windowClosed) setWindow(half, segment);
    if (!live.handshake.isOver) live.handshake.onSegment(side, segment.flags, origin);
    if (!half.started) startAt(half, sequence);
    if ((segment.flags & ACK) !== 0) {
      if (!peer.started && (segment.flags & SYN) !== 0) startAt(peer, segment.acknowledgment);
      const { acknowledgment } = segment;
      const overdue = peer.started ? acknowledge(peer, acknowledgment) : acknowledgeUnseen(peer, acknowledgment);
      if (overdue > peer.offset) {
        this.#delivery.giveUpAcknowledged(connection, peer, overdue, origin);
        if (connection.live === null) return;
      }
    }

    const length = segment.payloadEnd - segment.payloadStart;
    const distance = (sequence - half.next) | 0;
    if (half.finSeen) {
      countBehindFin(half, segment, distance === 0 && half.waiting === null && !isFinished(half));
    } else if ((segment.flags & FIN) !== 0) {
      half.finSeen = true;
      half.finIdentity = identityOf(segment);
      half.finOffset = half.offset + distance + length + segment.missing;
      live.ending = true;
      live.endOrigin.copyFrom(origin);
    }
    if (length > 0 || segment.missing > 0) {
      if (live.lingerUntil > 0) this.#extendLinger(connection, origin);
      if (distance === 0 && half.waiting === null && segment.missing === 0) {
        this.#delivery.takeNext(connection, half, segment, origin);
      } else {
        this.#delivery.place(connection, half, segment, distance, origin);
      }
    }
    if (live.ending && connection.live !== null) this.#afterFin(connection, live, origin);
    this.#predictions.update(connection, half, segment);
  }

  /** Number of the connection that a segment belongs to, which was taken before. */
  connectionOf(segment: Segment): number | null {
    return this.#connections.find(segment)?.number ?? null;
  }

  /** The capture is over with the packet `last`: what waits is delivered with its gaps, and every open connection ends. */
  finish(last: Origin): void {
    const connections = this.#connections.all();
    for (let index = 0; index < connections.length; index++) {
      const connection = connections[index];
      if (connection.live !== null) this.#finish(connection, endOf(connection.live), last);
    }
  }

  /** Nothing more is wanted of this connection: its segments are passed over from now on. */
  release(connection: Connection<Upper>): void {
    const live = connection.live;
    if (live === null) return;
    this.#delivery.drop(live);
    this.#connections.retire(connection, live);
  }

  #begin(segment: Segment, origin: Origin): Connection<Upper> {
    if (this.#connections.open.count >= this.#limits.openConnections) this.#letGoOfSilent(origin);
    const connection = this.#connections.begin(segment, origin);
    this.#sink.onOpen(connection, segment, origin);
    return connection;
  }

  /** The connection was let go: where the segment says more, it goes on as another. Returns the one that the segment is of. */
  #afterLetGo(connection: Connection<Upper>, segment: Segment, origin: Origin): Connection<Upper> {
    const what = whatFollows(connection, this.#connections.sideOf(connection), segment);
    if (what === 'nothing') return connection;
    const before = letGoOf(connection);
    this.#connections.dropMemo(connection);
    if (what === 'end' || before.memo === null) return connection;
    const resumed = this.#begin(segment, origin);
    const swapped = goOn(resumed, before);
    this.#sink.onResume?.(resumed, before.memo, swapped, origin);
    return resumed;
  }

  /** Each segment since a FIN was seen: the connection is over where nothing is missing, else it stays for a while. */
  #afterFin(connection: Connection<Upper>, live: LiveState, origin: Origin): void {
    const { half0, half1 } = live;
    if (isFinished(half0) && isFinished(half1)) this.#finish(connection, endOf(live), origin);
    else if (live.lingerUntil === 0 && (isLost(half0, half1) || isLost(half1, half0))) this.#linger(connection, origin);
  }

  /** Data may still be captured after a reset, so the connection stays for a while. */
  #onReset(connection: Connection<Upper>, live: LiveState, side: Side, origin: Origin): void {
    if (live.resetSeen) return;
    live.resetSeen = true;
    live.resetSide = side;
    live.ending = true;
    live.endOrigin.copyFrom(origin);
    this.#linger(connection, origin);
  }

  #linger(connection: Connection<Upper>, origin: Origin): void {
    const first = this.#lingering.add(connection, origin.seconds);
    this.#setNextEnd();
    if (first !== undefined) this.#endLinger(first);
  }

  #extendLinger(connection: Connection<Upper>, origin: Origin): void {
    this.#lingering.extend(connection, origin.seconds);
    this.#setNextEnd();
  }

  /** Ends what capture time ends: connections that linger, and idle ones. */
  #endInTime(origin: Origin): void {
    if (origin.seconds >= this.#lingering.nextEnd) {
      for (const connection of this.#lingering.takeDue(origin.seconds)) this.#endLinger(connection);
    }
    if (origin.seconds >= this.#nextIdle) this.#letGoOfIdle(origin);
    this.#setNextEnd();
  }

  #letGoOfIdle(origin: Origin): void {
    const { idleSeconds } = this.#limits;
    this.#nextIdle = origin.seconds + Math.ceil(idleSeconds / 8);
    for (;;) {
      const connection = this.#connections.open.silentSince(origin.seconds - idleSeconds, origin.seconds);
      if (connection === null) break;
      this.#letGo(connection, 'tcp-idle', `${idleSeconds} s`, origin);
    }
  }

  #setNextEnd(): void {
    this.#nextEnd = Math.min(this.#lingering.nextEnd, this.#nextIdle);
  }

  /** Where only one end is done, its holes are given up, and the other may go on. */
  #endLinger(connection: Connection<Upper>): void {
    const { live } = connection;
    if (live === null) return;
    live.lingerUntil = 0;
    if (!live.ending) return;
    const half = live.half0.finSeen ? live.half0 : live.half1;
    if (isOver(live)) this.#finish(connection, endOf(live), live.endOrigin);
    while (connection.live !== null && half.waiting !== null && !isFinished(half)) {
      this.#delivery.giveUpHole(connection, half, 'not-captured', live.endOrigin);
    }
    if (connection.live !== null) this.#delivery.flushAcknowledged(connection, half, live.endOrigin);
  }

  #finish(connection: Connection<Upper>, how: TcpEnd, origin: Origin): void {
    this.#delivery.flush(connection, origin);
    const live = connection.live;
    if (live === null) return;
    this.#sink.onEnd(connection, how, how === 'fin' || how === 'rst' ? live.endOrigin : origin);
    this.release(connection);
  }

  /** Lets one of the open connections go that was silent for longest. */
  #letGoOfSilent(origin: Origin): void {
    const connection = this.#connections.open.silent(origin.seconds);
    if (connection !== null) this.#letGo(connection, 'tcp-connection-limit', this.#connectionLimit, origin);
  }

  #letGo(connection: Connection<Upper>, code: TcpRuleCode, detail: string, origin: Origin): void {
    this.#sink.onFinding(connection, 0, code, detail, origin);
    this.#delivery.flush(connection, origin);
    const { live } = connection;
    if (live === null) return;
    const { half0, half1 } = live;
    if (!live.ending) {
      connection.memo = this.#sink.onLetGo?.(connection) ?? null;
      connection.next0 = half0.started ? half0.next : null;
      connection.next1 = half1.started ? half1.next : null;
    }
    this.#finish(connection, endOf(live), origin);
  }
}

/** The SYN that was refused is said again, and nothing was said between: the refusal was of the first (RFC 9293 §3.10.7.3). */
function takeBackReset(live: LiveState): void {
  if (live.half0.offset > 0 || live.half1.offset > 0) return;
  live.resetSeen = false;
  live.ending = false;
}
