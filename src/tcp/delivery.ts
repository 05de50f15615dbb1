// Hands on the octets of each half in their order: those that are next where they lie, those that came too early when the hole
// before them is filled or given up. Knows a connection's halves, and neither how it begins nor how it ends.

import type { Origin } from '../capture/packet.ts';
import { identityOf } from '../link/identity.ts';
import { FIN, type Segment } from '../link/segment.ts';
import { firstOf, moveBeginning } from './beginning.ts';
import type { Connection, GapReason, Half, LiveState } from './connection.ts';
import { firstWaiting, isFinAcknowledged } from './ends.ts';
import type { TcpLimits } from './limits.ts';
import { RecentOctets } from './recent-octets.ts';
import { RepeatedSegments } from './repeated-segments.ts';
import type { StreamSink, ToldPiece } from './stream-sink.ts';
import { countPlaced } from './transport-facts.ts';
import { type Waiter, Waiters } from './waiters.ts';

/** The sink may release a connection at any time: then its `live` is null, and nothing more of it is handed on. */
export class Delivery<Upper> {
  readonly #sink: StreamSink<Upper>;
  readonly #limits: TcpLimits;
  readonly #waiters = new Waiters<Upper>();
  readonly #recent = new RecentOctets();
  readonly #repeated = new RepeatedSegments();

  constructor(sink: StreamSink<Upper>, limits: TcpLimits) {
    this.#sink = sink;
    this.#limits = limits;
  }

  /** The segment's octets are the next, and nothing waits. */
  takeNext(connection: Connection<Upper>, half: Half, segment: Segment, origin: Origin): void {
    const { buffer, payloadStart, payloadEnd } = segment;
    half.awaited = 0;
    this.#deliver(connection, half, buffer, payloadStart, payloadEnd, origin, identityOf(segment));
  }

  /**
   * Data that is not simply the next: old, early, overlapping, or cut by the snaplen.
   * @param distance from the next octet to the segment's first
   */
  place(connection: Connection<Upper>, half: Half, segment: Segment, distance: number, origin: Origin): void {
    const captured = segment.payloadEnd - segment.payloadStart;
    const old = distance < 0 ? Math.min(-distance, captured) : 0;
    const start = segment.payloadStart + old;
    // A keep-alive probe repeats the last octet's place with any octet, RFC 9293 §3.8.4.
    const isProbe = distance === -1 && captured === 1;
    const sequence = (half.next + distance) | 0;
    if (
      old > 0 &&
      !isProbe &&
      this.#recent.differs(half.recent, sequence, segment.buffer, segment.payloadStart, start)
    ) {
      this.#reportDifference(connection, half, half.offset + distance, origin);
      if (connection.live === null) return;
    }
    if (half.lacksBeginning && captured > 1 && half.offset + distance < 0) {
      this.#reportBefore(connection, half, -half.offset - distance, origin);
      if (connection.live === null) return;
    }
    const offset = half.offset + distance + old;
    if (start === segment.payloadEnd) {
      if (captured > 0 && !isProbe && !this.#isCopy(half, sequence, segment)) half.facts.retransmissions++;
      if (offset <= half.offset) this.#skipCut(connection, half, offset + segment.missing, origin);
    } else {
      const before = half.waiting?.length ?? 0;
      const isBehindFin = half.finSeen && (segment.flags & FIN) === 0 && offset < half.finOffset;
      const isLate = isBehindFin || (half.waiting !== null && offset < half.waiting.end);
      const differs = this.#waiters.insert(connection, half, offset, segment, start, origin);
      const isKnown = half.waiting?.length === before;
      if (!this.#repeated.add(segment)) countPlaced(half, old > 0, isLate, isKnown);
      if (differs) this.#reportDifference(connection, half, offset, origin);
    }
    if (connection.live === null) return;
    const before = half.offset;
    this.#drain(connection, half, origin);
    // Where a hole is filled, the next may be too.
    if (half.offset > before) half.awaited = 0;
    this.#keepLimits(connection, half, origin);
  }

  /** Keeps octets of a half until it is known where that begins. */
  hold(connection: Connection<Upper>, half: Half, segment: Segment, origin: Origin): void {
    const offset = half.offset + ((segment.sequence - half.next) | 0);
    this.#waiters.insert(connection, half, offset, segment, segment.payloadStart, origin);
    this.#keepLimits(connection, half, origin);
  }

  /** Keeps what was delivered of a half, from its first octet on, until it is known where that begins. */
  holdAgain(connection: Connection<Upper>, half: Half, told: readonly ToldPiece[]): void {
    half.next = firstOf(half);
    half.offset = 0;
    half.recent = 0;
    this.#waiters.putBack(connection, half, told);
  }

  /** Nothing told where the half begins: with its first octets where a SYN says that it is young, else where it seemed to at first. */
  settleUntold(connection: Connection<Upper>, half: Half, origin: Origin): void {
    const first = half.waiting?.first?.offset ?? 0;
    const before = connection.beganLate ? 0 : Math.min(first, 0);
    this.settle(connection, half, (half.next + before) | 0, origin);
  }

  /** The half begins with this number. */
  settle(connection: Connection<Upper>, half: Half, sequence: number, origin: Origin): void {
    half.awaitsBeginning = 0;
    moveBeginning(half, sequence);
    const first = half.waiting?.first?.offset ?? 0;
    if (first < 0 && half.lacksBeginning) this.#reportBefore(connection, half, -first, origin);
    if (connection.live !== null) this.#drain(connection, half, origin);
  }

  #reportBefore(connection: Connection<Upper>, half: Half, octets: number, origin: Origin): void {
    half.lacksBeginning = false;
    this.#sink.onFinding(connection, half.side, 'tcp-before-beginning', `${octets} octets`, origin);
  }

  /** The peer acknowledged what was not captured: what is missing before `overdue`. What lies behind may still be sent again. */
  giveUpAcknowledged(connection: Connection<Upper>, half: Half, overdue: number, origin: Origin): void {
    if (half.awaitsBeginning > 0) return;
    if (half.waiting === null) {
      this.#skip(connection, half, Math.min(overdue, half.acknowledged) - half.offset, 'not-captured', origin);
      return;
    }
    while (connection.live !== null && half.waiting !== null && half.offset < overdue) {
      this.#giveUp(connection, half, overdue, 'not-captured', origin);
    }
  }

  /** The octets before the first that waits will not come. */
  giveUpHole(connection: Connection<Upper>, half: Half, reason: GapReason, origin: Origin): void {
    if (half.awaitsBeginning > 0) {
      this.settleUntold(connection, half, origin);
      if (connection.live === null || half.waiting === null) return;
    }
    this.#giveUp(connection, half, Number.POSITIVE_INFINITY, reason, origin);
  }

  /** Of the octets before the first that waits, those before `end`. */
  #giveUp(connection: Connection<Upper>, half: Half, end: number, reason: GapReason, origin: Origin): void {
    const first = half.waiting?.first;
    if (first === undefined) return;
    const length = Math.min(end, first.offset) - half.offset;
    if (length > 0) this.#skip(connection, half, length, reason, origin);
    if (connection.live !== null) this.#drain(connection, half, origin);
  }

  /** All that waits, the half first whose octets were captured first, and then what only acknowledgments tell of. */
  flush(connection: Connection<Upper>, origin: Origin): void {
    while (connection.live !== null) {
      const { half0, half1 } = connection.live;
      const first0 = firstWaiting(half0);
      const first1 = firstWaiting(half1);
      if (first0 === undefined && first1 === undefined) break;
      const isHalf0 = first1 === undefined || (first0 !== undefined && first0.origin.number <= first1.origin.number);
      this.giveUpHole(connection, isHalf0 ? half0 : half1, 'not-captured', origin);
    }
    if (connection.live !== null) this.flushAcknowledged(connection, connection.live.half0, origin);
    if (connection.live !== null) this.flushAcknowledged(connection, connection.live.half1, origin);
  }

  /** What was acknowledged, and never seen. */
  flushAcknowledged(connection: Connection<Upper>, half: Half, origin: Origin): void {
    if (half.guessed) half.started = true;
    const unseen = (half.finSeen ? half.finOffset : half.acknowledged) - half.offset;
    const lost = isFinAcknowledged(half) ? unseen - 1 : unseen;
    if (half.started && lost > 0) this.#skip(connection, half, lost, 'not-captured', origin);
  }

  /** What waits is not wanted any more. */
  drop({ half0, half1 }: LiveState): void {
    this.#waiters.remove(half0);
    this.#waiters.remove(half1);
  }

  #keepLimits(connection: Connection<Upper>, half: Half, origin: Origin): void {
    const { waitingOctets, waitingOctetsADirection } = this.#limits;
    for (let { waiting } = half; waiting !== null && waiting.cost > waitingOctetsADirection; waiting = half.waiting) {
      this.#giveUpForLimit({ connection, half, waiting }, origin);
    }
    while (this.#waiters.cost > waitingOctets) this.#giveUpForLimit(this.#waiters.longest, origin);
  }

  #giveUpForLimit({ connection, half, waiting }: Waiter<Upper>, origin: Origin): void {
    this.#sink.onFinding(connection, half.side, 'tcp-waiting-limit', `${waiting.length} octets`, origin);
    this.giveUpHole(connection, half, 'waiting-limit', origin);
  }

  /** Whether all of a segment was delivered before, and it is that one or the last that came again, captured once more. */
  #isCopy(half: Half, sequence: number, segment: Segment): boolean {
    if (this.#recent.identityAt(half.recent, sequence) === identityOf(segment)) return true;
    return this.#repeated.add(segment);
  }

  #reportDifference(connection: Connection<Upper>, half: Half, offset: number, origin: Origin): void {
    this.#sink.onFinding(connection, half.side, 'tcp-overlap-differs', `at stream offset ${offset}`, origin);
  }

  /** Delivers what waits and is next now. */
  #drain(connection: Connection<Upper>, half: Half, origin: Origin): void {
    const waiting = half.waiting;
    if (waiting === null) return;
    for (let piece = waiting.first; piece !== undefined && piece.offset <= half.offset; piece = waiting.first) {
      this.#waiters.shift(waiting);
      const { octets, missing } = piece;
      const start = half.offset - piece.offset;
      if (start < octets.length) {
        this.#deliver(connection, half, octets, start, octets.length, piece.origin, piece.identity);
      }
      if (connection.live === null) return;
      if (missing > 0) this.#skipCut(connection, half, piece.offset + octets.length + missing, origin);
      if (connection.live === null) return;
    }
    if (waiting.first === undefined) this.#waiters.remove(half);
  }

  /** The snaplen cut the stream up to `cutEnd`: known to be lost, unless what waits covers it. */
  #skipCut(connection: Connection<Upper>, half: Half, cutEnd: number, origin: Origin): void {
    const next = half.waiting?.first;
    const end = next === undefined ? cutEnd : Math.min(cutEnd, next.offset);
    if (end > half.offset) this.#skip(connection, half, end - half.offset, 'snaplen', origin);
  }

  #deliver(
    connection: Connection<Upper>,
    half: Half,
    buffer: Uint8Array,
    start: number,
    end: number,
    origin: Origin,
    identity: number,
  ): void {
    half.recent = this.#recent.remember(half.recent, half.next, buffer, start, end, identity);
    half.next = (half.next + (end - start)) | 0;
    half.offset += end - start;
    if (half.receiver !== null) half.receiver.feed(buffer, start, end, origin);
    else this.#sink.onOctets(connection, half.side, buffer, start, end, origin);
  }

  #skip(connection: Connection<Upper>, half: Half, length: number, reason: GapReason, origin: Origin): void {
    half.next = (half.next + length) | 0;
    half.offset += length;
    half.facts.lost += length;
    this.#sink.onGap(connection, half.side, length, reason, origin);
  }
}
