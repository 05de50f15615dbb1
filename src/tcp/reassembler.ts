// Puts segments back into the order in which they were sent, whatever the capture did to them: out of order, doubled,
// cut anew, overlapping, lost. Octets in order are handed on where they lie; only what must wait is copied. It does not
// know what flows inside, nor which end is the client.

import type { Origin } from '../capture/packet.ts';
import { ACK, FIN, RST, type Segment, SYN } from '../link/segment.ts';
import { acknowledge, acknowledgeUnseen, startAt } from './acknowledgments.ts';
import type { Connection, GapReason, Half, LiveState, Side, TcpEnd } from './connection.ts';
import { Connections } from './connections.ts';
import { endOf, firstWaiting, isFinished, isLost, isOver } from './ends.ts';
import { defaultTcpLimits, type TcpLimits } from './limits.ts';
import { Lingering } from './lingering.ts';
import { RecentOctets } from './recent-octets.ts';
import { goOn, letGoOf, whatFollows } from './resumption.ts';
import type { TcpRuleCode } from './rules.ts';
import type { StreamSink } from './stream-sink.ts';
import { countBehindFin, countPlaced, countSyn, identityOf, setWindow } from './transport-facts.ts';
import { type Waiter, Waiters } from './waiters.ts';

export class Reassembler<Upper> {
  readonly #connections: Connections<Upper>;
  readonly #sink: StreamSink<Upper>;
  readonly #limits: TcpLimits;
  readonly #connectionLimit: string;
  /** Seconds of capture time before which nobody is let go for being idle, and nothing ends at all in time. */
  #nextIdle: number;
  #nextEnd: number;
  readonly #waiters = new Waiters<Upper>();
  readonly #lingering = new Lingering<Upper>();
  readonly #recent = new RecentOctets();

  constructor(sink: StreamSink<Upper>, limits: TcpLimits = defaultTcpLimits) {
    this.#sink = sink;
    this.#limits = limits;
    this.#connections = new Connections(limits);
    this.#nextIdle = limits.idleSeconds > 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    this.#nextEnd = this.#nextIdle;
    this.#connectionLimit = `${limits.openConnections} connections`;
  }

  /** TCP connections seen so far. */
  get connections(): number {
    return this.#connections.begun;
  }

  /** Takes the next segment of the capture. No allocation where it carries data in order. */
  onSegment(segment: Segment, origin: Origin): void {
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
    if (live === null) return;
    live.lastPacket = origin.number;
    const side = this.#connections.sideOf(connection);
    const half = side === 0 ? live.half0 : live.half1;
    const peer = side === 0 ? live.half1 : live.half0;

    let sequence = segment.sequence;
    if ((segment.flags & SYN) !== 0) {
      if (side === 0) connection.initialSequence0 = sequence;
      else connection.initialSequence1 = sequence;
      countSyn(half, segment);
      sequence = (sequence + 1) | 0;
    }
    if ((segment.flags & RST) !== 0) {
      // What a reset carries is a text about it (RFC 9293 §3.5.3), and what it acknowledges may be anything.
      this.#onReset(connection, live, origin);
      return;
    }
    if ((segment.window === 0) !== half.windowClosed) setWindow(half, segment);
    if (!live.handshake.isOver) live.handshake.onSegment(side, segment.flags, origin);
    if (!half.started) startAt(half, sequence);
    if ((segment.flags & ACK) !== 0) {
      if (!peer.started && (segment.flags & SYN) !== 0) startAt(peer, segment.acknowledgment);
      const { acknowledgment } = segment;
      if (peer.started ? acknowledge(peer, acknowledgment) : acknowledgeUnseen(peer, acknowledgment)) {
        this.#giveUpAcknowledged(connection, peer, side === 0 ? 1 : 0, origin);
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
        const { buffer, payloadStart, payloadEnd } = segment;
        this.#deliver(connection, half, side, buffer, payloadStart, payloadEnd, origin, identityOf(segment));
      } else {
        this.#place(connection, half, side, segment, distance, origin);
      }
    }
    if (live.ending && connection.live !== null) this.#afterFin(connection, live, origin);
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
    this.#waiters.remove(live.half0);
    this.#waiters.remove(live.half1);
    this.#connections.retire(connection, live);
  }

  #begin(segment: Segment, origin: Origin): Connection<Upper> {
    if (this.#connections.open.count >= this.#limits.openConnections) this.#letGoOfSilent(origin);
    const connection = this.#connections.begin(origin);
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

  /** The peer acknowledged what was not captured. */
  #giveUpAcknowledged(connection: Connection<Upper>, half: Half, side: Side, origin: Origin): void {
    if (half.waiting !== null) this.#giveUpHole(connection, half, side, 'not-captured', origin);
    else this.#skip(connection, half, side, half.acknowledged - half.offset, 'not-captured', origin);
  }

  /** Each segment since a FIN was seen: the connection is over where nothing is missing, else it stays for a while. */
  #afterFin(connection: Connection<Upper>, live: LiveState, origin: Origin): void {
    const { half0, half1 } = live;
    if (isFinished(half0) && isFinished(half1)) this.#finish(connection, endOf(live), origin);
    else if (live.lingerUntil === 0 && (isLost(half0, half1) || isLost(half1, half0))) this.#linger(connection, origin);
  }

  /** Data may still be captured after a reset, so the connection stays for a while. */
  #onReset(connection: Connection<Upper>, live: LiveState, origin: Origin): void {
    if (live.resetSeen) return;
    live.resetSeen = true;
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
    const side = live.half0.finSeen ? 0 : 1;
    const half = side === 0 ? live.half0 : live.half1;
    if (isOver(live)) this.#finish(connection, endOf(live), live.endOrigin);
    while (connection.live !== null && half.waiting !== null && !isFinished(half)) {
      this.#giveUpHole(connection, half, side, 'not-captured', live.endOrigin);
    }
    this.#flushAcknowledged(connection, side, live.endOrigin);
  }

  /** Data that is not simply the next: old, early, overlapping, or cut by the snaplen. */
  #place(
    connection: Connection<Upper>,
    half: Half,
    side: Side,
    segment: Segment,
    distance: number,
    origin: Origin,
  ): void {
    const captured = segment.payloadEnd - segment.payloadStart;
    const old = distance < 0 ? Math.min(-distance, captured) : 0;
    const start = segment.payloadStart + old;
    // A keep-alive probe repeats the last octet's place with any octet, RFC 9293 §3.8.4.
    const isProbe = distance === -1 && captured === 1;
    const at = half.offset + distance;
    if (old > 0 && !isProbe && this.#recent.differs(half.recent, at, segment.buffer, segment.payloadStart, start)) {
      this.#reportDifference(connection, side, half.offset + distance, origin);
    }
    const offset = half.offset + distance + old;
    if (start === segment.payloadEnd) {
      const isCopy = captured === 0 || isProbe || this.#recent.identityAt(half.recent, at) === identityOf(segment);
      if (!isCopy) half.facts.retransmissions++;
      if (offset <= half.offset) this.#skipCut(connection, half, side, offset + segment.missing, origin);
    } else {
      const before = half.waiting?.length ?? 0;
      const isBehindFin = half.finSeen && (segment.flags & FIN) === 0 && offset < half.finOffset;
      const isLate = isBehindFin || (half.waiting !== null && offset < half.waiting.end);
      const differs = this.#waiters.insert(connection, half, side, offset, segment, start, origin);
      countPlaced(half, segment, old > 0, isLate, half.waiting?.length === before);
      if (differs) this.#reportDifference(connection, side, offset, origin);
    }
    if (connection.live === null) return;
    this.#drain(connection, half, side, origin);
    const most = this.#limits.waitingOctetsADirection;
    for (let { waiting } = half; waiting !== null && waiting.cost > most; waiting = half.waiting) {
      this.#giveUpForLimit({ connection, half, side, waiting }, origin);
    }
    while (this.#waiters.cost > this.#limits.waitingOctets) this.#giveUpForLimit(this.#waiters.longest, origin);
  }

  #giveUpForLimit({ connection, half, side, waiting }: Waiter<Upper>, origin: Origin): void {
    this.#sink.onFinding(connection, side, 'tcp-waiting-limit', `${waiting.length} octets`, origin);
    this.#giveUpHole(connection, half, side, 'waiting-limit', origin);
  }

  #reportDifference(connection: Connection<Upper>, side: Side, offset: number, origin: Origin): void {
    this.#sink.onFinding(connection, side, 'tcp-overlap-differs', `at stream offset ${offset}`, origin);
  }

  /** Delivers what waits and is next now. */
  #drain(connection: Connection<Upper>, half: Half, side: Side, origin: Origin): void {
    const waiting = half.waiting;
    if (waiting === null) return;
    for (let piece = waiting.first; piece !== undefined && piece.offset <= half.offset; piece = waiting.first) {
      this.#waiters.shift(waiting);
      const start = half.offset - piece.offset;
      if (start < piece.octets.length) {
        const { octets, origin, identity } = piece;
        this.#deliver(connection, half, side, octets, start, octets.length, origin, identity);
      }
      if (connection.live === null) return;
      if (piece.missing > 0)
        this.#skipCut(connection, half, side, piece.offset + piece.octets.length + piece.missing, origin);
      if (connection.live === null) return;
    }
    if (waiting.first === undefined) this.#waiters.remove(half);
  }

  /** The snaplen cut the stream up to `cutEnd`: known to be lost, unless what waits covers it. */
  #skipCut(connection: Connection<Upper>, half: Half, side: Side, cutEnd: number, origin: Origin): void {
    const next = half.waiting?.first;
    const end = next === undefined ? cutEnd : Math.min(cutEnd, next.offset);
    if (end > half.offset) this.#skip(connection, half, side, end - half.offset, 'snaplen', origin);
  }

  #deliver(
    connection: Connection<Upper>,
    half: Half,
    side: Side,
    buffer: Uint8Array,
    start: number,
    end: number,
    origin: Origin,
    identity: number,
  ): void {
    half.recent = this.#recent.remember(half.recent, half.offset, buffer, start, end, identity);
    half.next = (half.next + (end - start)) | 0;
    half.offset += end - start;
    half.packetsSinceAcknowledged = 0;
    this.#sink.onOctets(connection, side, buffer, start, end, origin);
  }

  #skip(
    connection: Connection<Upper>,
    half: Half,
    side: Side,
    length: number,
    reason: GapReason,
    origin: Origin,
  ): void {
    half.next = (half.next + length) | 0;
    half.offset += length;
    half.facts.lost += length;
    half.packetsSinceAcknowledged = 0;
    this.#sink.onGap(connection, side, length, reason, origin);
  }

  #giveUpHole(connection: Connection<Upper>, half: Half, side: Side, reason: GapReason, origin: Origin): void {
    const first = half.waiting?.first;
    if (first === undefined) return;
    if (first.offset > half.offset) this.#skip(connection, half, side, first.offset - half.offset, reason, origin);
    if (connection.live !== null) this.#drain(connection, half, side, origin);
  }

  #finish(connection: Connection<Upper>, how: TcpEnd, origin: Origin): void {
    this.#flush(connection, origin);
    const live = connection.live;
    if (live === null) return;
    this.#sink.onEnd(connection, how, live.ending ? live.endOrigin : origin);
    this.release(connection);
  }

  /** All that waits, the side first whose octets were captured first, and then what only acknowledgments tell of. */
  #flush(connection: Connection<Upper>, origin: Origin): void {
    while (connection.live !== null) {
      const { half0, half1 } = connection.live;
      const first0 = firstWaiting(half0);
      const first1 = firstWaiting(half1);
      if (first0 === undefined && first1 === undefined) break;
      const side: Side =
        first1 === undefined || (first0 !== undefined && first0.origin.number <= first1.origin.number) ? 0 : 1;
      this.#giveUpHole(connection, side === 0 ? half0 : half1, side, 'not-captured', origin);
    }
    this.#flushAcknowledged(connection, 0, origin);
    this.#flushAcknowledged(connection, 1, origin);
  }

  #flushAcknowledged(connection: Connection<Upper>, side: Side, origin: Origin): void {
    if (connection.live === null) return;
    const half = side === 0 ? connection.live.half0 : connection.live.half1;
    if (half.guessed) half.started = true;
    const unseen = (half.finSeen ? half.finOffset : half.acknowledged) - half.offset;
    // One octet acknowledged beyond the last is a FIN that was not captured.
    if (half.started && unseen > (half.finSeen ? 0 : 1)) {
      this.#skip(connection, half, side, unseen, 'not-captured', origin);
    }
  }

  /** Lets one of the open connections go that was silent for longest. */
  #letGoOfSilent(origin: Origin): void {
    const connection = this.#connections.open.silent(origin.seconds);
    if (connection !== null) this.#letGo(connection, 'tcp-connection-limit', this.#connectionLimit, origin);
  }

  #letGo(connection: Connection<Upper>, code: TcpRuleCode, detail: string, origin: Origin): void {
    this.#sink.onFinding(connection, 0, code, detail, origin);
    this.#flush(connection, origin);
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
