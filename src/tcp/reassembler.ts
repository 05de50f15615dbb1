// Ties segments to connections, and follows these from their first segment to their end, whatever the capture did to them: out
// of order, doubled, cut anew, overlapping, lost. How octets come into their order is `delivery.ts`, how connections end
// `endings.ts`. It does not know what flows inside, nor which end is the client.

import type { Origin } from '../capture/packet.ts';
import { identityOf } from '../link/identity.ts';
import { ACK, FIN, RST, type Segment, SYN } from '../link/segment.ts';
import { acknowledge, acknowledgeUnseen, distanceTo, startAt } from './acknowledgments.ts';
import { opensAnother, takeBackAcknowledged } from './apart.ts';
import { Beginnings } from './beginnings.ts';
import { type Connection, type Half, initialSequenceOf, type LiveState, type Side } from './connection.ts';
import { Connections } from './connections.ts';
import { Delivery } from './delivery.ts';
import { Endings, takeBackReset } from './endings.ts';
import { endOf, isFinished, isOver } from './ends.ts';
import { defaultTcpLimits, LARGEST_WINDOW, type TcpLimits } from './limits.ts';
import { Multipaths } from './multipath.ts';
import { hasMultipathOption } from './multipath-options.ts';
import { isPlain, Predictions } from './predictions.ts';
import { goOn, letGoOf, whatFollows } from './resumption.ts';
import { followNumbers, saysMore } from './shared-endpoints.ts';
import type { StreamSink } from './stream-sink.ts';
import type { End, Subflow } from './subflow.ts';
import { countBehindFin, countSyn, setWindow } from './transport-facts.ts';

/** Segments between the same endpoints that are not of a connection, after which a new one there has taken its place. */
const REPLACED_AFTER = 64;
/** Segments that can be none of a connection, while neither end says more, after which they are another's of which no SYN was captured. */
const STRAYS = 64;

export class Reassembler<Upper> {
  readonly #connections: Connections<Upper>;
  readonly #sink: StreamSink<Upper>;
  readonly #limits: TcpLimits;
  readonly #delivery: Delivery<Upper>;
  readonly #beginnings: Beginnings<Upper>;
  readonly #endings: Endings<Upper>;
  readonly #predictions = new Predictions<Upper>();
  readonly #multipaths: Multipaths;
  /** Connections between the endpoints of a segment that it is not of. */
  readonly #others: Connection<Upper>[] = [];

  constructor(sink: StreamSink<Upper>, limits: TcpLimits = defaultTcpLimits) {
    this.#sink = sink;
    this.#limits = limits;
    this.#delivery = new Delivery(sink, limits);
    this.#beginnings = new Beginnings(sink, this.#delivery);
    this.#connections = new Connections(limits);
    this.#multipaths = new Multipaths(limits);
    this.#endings = new Endings(sink, limits, this.#connections, this.#delivery);
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
    if (half === null || origin.seconds >= this.#endings.nextEnd) return false;
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
    if (origin.seconds >= this.#endings.nextEnd) this.#endings.endInTime(origin);
    let connection = this.#connections.find(segment);
    if (connection === undefined) {
      connection = this.#connections.elsewhere(segment) ?? this.#begin(segment, origin);
    } else {
      if (connection.shared) connection = this.#bySequenceNumbers(connection, segment, origin);
      const startsAnew =
        (segment.flags & SYN) !== 0
          ? this.#connections.startsAnew(connection, segment)
          : opensAnother(segment, connection, this.#connections.sideOf(connection), this.#sink);
      if (startsAnew) connection = this.#beginAnew(connection, segment, origin);
    }
    const { subflow } = connection;
    if (subflow === null) this.#takeOf(connection, this.#connections.sender, segment, origin);
    else this.#takeOfSubflow(subflow, connection, segment, origin);
  }

  /** What the segment says stands in the streams of the connection that the first subflow began. */
  #takeOfSubflow(subflow: Subflow, connection: Connection<Upper>, segment: Segment, origin: Origin): void {
    const { multipath } = subflow;
    if (!multipath.isAlive) {
      this.#predictions.passOver(connection, segment);
      return;
    }
    const end = this.#connections.sender;
    for (const said of this.#multipaths.segmentsOf(subflow, segment, end)) {
      const whole = multipath.connection as Connection<Upper>;
      // One that was let go goes on where its first subflow does.
      if (whole.live === null && !subflow.isFirst) return;
      if (multipath.isMapped && !multipath.isTold) {
        multipath.isTold = true;
        const detail = `version ${multipath.version ?? 'not captured'}`;
        this.#sink.onFinding(whole, whole.lowerSide, 'tcp-multipath', detail, origin);
      }
      this.#takeOf(whole, subflow.endInFirst(end), said, origin);
    }
    if (subflow.isRefused) connection.subflow = null;
  }

  #takeOf(known: Connection<Upper>, end: End, segment: Segment, origin: Origin): void {
    let connection = known;
    if (connection.live === null && connection.memo !== null)
      connection = this.#afterLetGo(connection, segment, origin);
    const live = connection.live;
    if (live === null) {
      if (connection.shared) followNumbers(connection, segment, this.#connections.sideOf(connection));
      else this.#predictions.passOver(connection, segment);
      return;
    }
    const side = (end ^ connection.lowerSide) as Side;
    const { half0, half1 } = live;
    const half = side === 0 ? half0 : half1;
    const peer = side === 0 ? half1 : half0;
    half0.lastPacket = origin.number;

    let { sequence } = segment;
    if (live.awaitsBeginning && !this.#beginnings.goOnWaiting(connection, live, origin)) return;
    if ((segment.flags & SYN) !== 0) {
      const isLate = (half.started || peer.started) && initialSequenceOf(connection, side) === null;
      if (side === 0) connection.initialSequence0 = sequence;
      else connection.initialSequence1 = sequence;
      countSyn(half, segment);
      sequence = (sequence + 1) | 0;
      if (isLate) this.#beginnings.beginAt(connection, live, half, sequence, origin);
      if (connection.live === null) return;
      if (live.resetSeen && (segment.flags & ACK) === 0) takeBackReset(live);
    }
    if (half.started && Math.abs((sequence - half.next) | 0) > LARGEST_WINDOW) {
      this.#takeStray(connection, half, segment, origin);
      return;
    }
    if ((segment.flags & RST) !== 0) {
      half.predictable = false;
      peer.predictable = false;
      // What a reset carries is a text about it (RFC 9293 §3.5.3).
      this.#endings.onReset(connection, live, side, segment, origin);
      return;
    }
    if ((segment.window === 0) !== half.windowClosed) setWindow(half, segment);
    if (!live.handshake.isOver) live.handshake.onSegment(side, segment.flags, origin);
    if (!half.started) startAt(half, sequence, segment);
    if ((segment.flags & ACK) !== 0) {
      if (!peer.started && (segment.flags & SYN) !== 0) startAt(peer, segment.acknowledgment);
      else if (!peer.started || peer.lacksBeginning) this.#beginnings.onPeer(connection, live, peer, segment, origin);
      if (connection.live === null) return;
      const { acknowledgment } = segment;
      const overdue = peer.started ? acknowledge(peer, acknowledgment) : acknowledgeUnseen(peer, acknowledgment);
      if (overdue > peer.offset) {
        this.#delivery.giveUpAcknowledged(connection, peer, overdue, origin);
        if (connection.live === null) return;
      }
    }

    const length = segment.payloadEnd - segment.payloadStart;
    const distance = distanceTo(half, sequence, length);
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
      if (live.lingerUntil > 0) this.#endings.extendLinger(connection, origin);
      if (half.lacksBeginning && this.#beginnings.mustHold(connection, live, half, segment, distance)) {
        this.#delivery.hold(connection, half, segment, origin);
      } else if (distance === 0 && half.waiting === null && segment.missing === 0) {
        this.#delivery.takeNext(connection, half, segment, origin);
      } else {
        this.#delivery.place(connection, half, segment, distance, origin);
      }
    }
    if (live.ending && connection.live !== null) this.#endings.afterFin(connection, live, origin);
    if (connection.subflow === null) this.#predictions.update(connection, half, segment);
  }

  /** Number of the connection that a segment belongs to, which was taken before. */
  connectionOf(segment: Segment): number | null {
    const connection = this.#connections.find(segment);
    if (connection === undefined) return null;
    return (connection.shared ? this.#connections.bySequenceNumbers(connection, segment, []) : connection).number;
  }

  /** The capture is over with the packet `last`: what waits is delivered with its gaps, and every open connection ends. */
  finish(last: Origin): void {
    this.#endings.endAll(last);
  }

  /** Nothing more is wanted of this connection: its segments are passed over from now on. */
  release(connection: Connection<Upper>): void {
    this.#endings.release(connection);
  }

  #begin(segment: Segment, origin: Origin): Connection<Upper> {
    const isMultipath = hasMultipathOption(segment);
    const joining = isMultipath ? this.#multipaths.joining(segment, this.#connections.sender) : null;
    if (joining !== null) return this.#connections.beginSubflow(segment, joining);
    if (this.#connections.open.count >= this.#limits.openConnections) this.#endings.letGoOfSilent(origin);
    const connection = this.#connections.begin(segment, origin);
    if (isMultipath) connection.subflow = this.#multipaths.first(segment, connection);
    this.#sink.onOpen(connection, segment, origin);
    return connection;
  }

  /**
   * A SYN, or what can only be the first octets, begins another connection between the same endpoints. It takes the place of one that
   * is over, and of one that says nothing more; what goes on beside it is in another sequence space.
   */
  #beginAnew(connection: Connection<Upper>, segment: Segment, origin: Origin): Connection<Upper> {
    const { live } = connection;
    if (live !== null) takeBackAcknowledged(segment, live, this.#connections.sideOf(connection));
    if (live !== null && (isOver(live) || !this.#connections.hasRoomBeside(segment))) {
      this.#endings.end(connection, isOver(live) ? endOf(live) : 'replaced', origin);
    }
    for (const other of [connection, ...(connection.shared ? this.#others : [])]) {
      if (other.live !== null && other.live.replacement === null) this.#awaitMore(other.live, origin);
    }
    return this.#connections.newElsewhere(segment) ?? this.#begin(segment, origin);
  }

  #awaitMore(live: LiveState, origin: Origin): void {
    live.half0.predictable = false;
    live.half1.predictable = false;
    live.replacement = origin.copy();
    live.passedBy = 0;
  }

  /** Of the connections between a segment's endpoints, of which `last` began last, the one that it is of. */
  #bySequenceNumbers(last: Connection<Upper>, segment: Segment, origin: Origin): Connection<Upper> {
    const others = this.#others;
    const connection = this.#connections.bySequenceNumbers(last, segment, others);
    const side = this.#connections.sideOf(connection);
    for (const { live } of others) if (live !== null && live.replacement !== null) live.passedBy++;
    const { live } = connection;
    if (live !== null && live.replacement !== null && saysMore(segment, connection, live, side)) {
      live.replacement = null;
      // A reset may refuse the SYN of a connection of which the other end knows nothing more (RFC 9293 §3.5.1).
      if ((segment.flags & RST) === 0) for (const each of [connection, ...others]) this.#tellShared(each, origin);
    }
    for (const other of others) {
      if (other.live !== null && other.live.passedBy >= REPLACED_AFTER) this.#endings.end(other, 'replaced', origin);
    }
    return connection;
  }

  #tellShared(connection: Connection<Upper>, origin: Origin): void {
    const { live } = connection;
    if (live === null || live.toldShared) return;
    live.toldShared = true;
    this.#sink.onFinding(connection, 0, 'tcp-shared-endpoints', '', origin);
  }

  /** No end believes it, as it may be anybody's (RFC 9293 §3.10.7.4); but a capture may lack more than the largest window. */
  #takeStray(connection: Connection<Upper>, half: Half, segment: Segment, origin: Origin): void {
    const said = half.offset + half.peer.offset;
    if (half.strayAt !== said) half.strays = 0;
    half.strayAt = said;
    if ((segment.flags & (SYN | RST)) !== 0 || ++half.strays < STRAYS || connection.live === null) return;
    this.#endings.end(connection, endOf(connection.live), origin);
    this.#begin(segment, origin);
    this.#take(segment, origin);
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
}
