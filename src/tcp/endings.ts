// Ends connections: when both ends are done, some time after a reset or a FIN behind a hole, when nothing came for long, when another
// takes the place, at a limit, and with the capture. What may still be missing is given up first. Takes no segments.

import type { Origin } from '../capture/packet.ts';
import { ACK, type Segment } from '../link/segment.ts';
import { noteReset } from './acknowledgments.ts';
import { type Connection, halfOf, type LiveState, otherSide, type Side, type TcpEnd } from './connection.ts';
import type { Connections } from './connections.ts';
import type { Delivery } from './delivery.ts';
import { endOf, isFinished, isLost, isOver } from './ends.ts';
import type { TcpLimits } from './limits.ts';
import { Lingering } from './lingering.ts';
import type { TcpRuleCode } from './rules.ts';
import { keepNumbers } from './shared-endpoints.ts';
import type { StreamSink } from './stream-sink.ts';

/** Seconds; before all of them, and a small integer for V8, as what each packet is compared with should be where it can. */
const EARLIEST = -0x8000_0000;

export class Endings<Upper> {
  readonly #sink: StreamSink<Upper>;
  readonly #limits: TcpLimits;
  readonly #connections: Connections<Upper>;
  readonly #delivery: Delivery<Upper>;
  readonly #lingering = new Lingering<Upper>();
  /** Seconds of capture time before which nobody is let go for being idle, and nothing ends at all in time. */
  #nextIdle: number;
  nextEnd: number;

  constructor(sink: StreamSink<Upper>, limits: TcpLimits, connections: Connections<Upper>, delivery: Delivery<Upper>) {
    this.#sink = sink;
    this.#limits = limits;
    this.#connections = connections;
    this.#delivery = delivery;
    this.#nextIdle = limits.idleSeconds > 0 ? EARLIEST : Number.POSITIVE_INFINITY;
    this.nextEnd = this.#nextIdle;
  }

  /** The capture is over with the packet `last`: what waits is delivered with its gaps, and every open connection ends. */
  endAll(last: Origin): void {
    const connections = this.#connections.all();
    for (const { connection, origin } of replacedOf(connections)) this.end(connection, 'replaced', origin);
    for (let index = 0; index < connections.length; index++) {
      const connection = connections[index];
      if (connection.live !== null) this.end(connection, endOf(connection.live), last);
    }
  }

  /** Nothing more is wanted of this connection: its segments are passed over from now on. */
  release(connection: Connection<Upper>): void {
    const live = connection.live;
    if (live === null) return;
    this.#delivery.drop(live);
    if (connection.shared) keepNumbers(connection, live);
    this.#connections.retire(connection, live);
  }

  /** Each segment since a FIN was seen: the connection is over where nothing is missing, else it stays for a while. */
  afterFin(connection: Connection<Upper>, live: LiveState, origin: Origin): void {
    const { half0, half1 } = live;
    if (isFinished(half0) && isFinished(half1)) this.end(connection, endOf(live), origin);
    else if (live.lingerUntil === 0 && (isLost(half0, half1) || isLost(half1, half0))) this.#linger(connection, origin);
  }

  /** Data may still be captured after a reset, so the connection stays for a while. */
  onReset(connection: Connection<Upper>, live: LiveState, side: Side, reset: Segment, origin: Origin): void {
    if (live.resetSeen) return;
    // A subflow's numbers are not those of the stream.
    if (connection.subflow === null) {
      noteReset(halfOf(live, side), reset.sequence);
      if ((reset.flags & ACK) !== 0) noteReset(halfOf(live, otherSide(side)), reset.acknowledgment);
    }
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

  extendLinger(connection: Connection<Upper>, origin: Origin): void {
    this.#lingering.extend(connection, origin.seconds);
    this.#setNextEnd();
  }

  /** Ends what capture time ends: connections that linger, and idle ones. */
  endInTime(origin: Origin): void {
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
    this.nextEnd = Math.min(this.#lingering.nextEnd, this.#nextIdle);
  }

  /** Where only one end is done, its holes are given up, and the other may go on. */
  #endLinger(connection: Connection<Upper>): void {
    const { live } = connection;
    if (live === null) return;
    live.lingerUntil = 0;
    if (!live.ending) return;
    const half = live.half0.finSeen ? live.half0 : live.half1;
    if (isOver(live)) this.end(connection, endOf(live), live.endOrigin);
    while (connection.live !== null && half.waiting !== null && !isFinished(half)) {
      this.#delivery.giveUpHole(connection, half, 'not-captured', live.endOrigin);
    }
    if (connection.live !== null) this.#delivery.flushAcknowledged(connection, half, live.endOrigin);
  }

  end(connection: Connection<Upper>, how: TcpEnd, origin: Origin): void {
    const replacement = connection.live?.replacement ?? null;
    if (replacement !== null) {
      this.#finish(connection, 'replaced', replacement);
      connection.shared = false;
    } else this.#finish(connection, how, origin);
  }

  #finish(connection: Connection<Upper>, how: TcpEnd, origin: Origin): void {
    this.#delivery.flush(connection, origin);
    const live = connection.live;
    if (live === null) return;
    keepNumbers(connection, live);
    this.#sink.onEnd(connection, how, how === 'fin' || how === 'rst' ? live.endOrigin : origin);
    this.release(connection);
  }

  /** Lets one of the open connections go that was silent for longest. */
  letGoOfSilent(origin: Origin): void {
    const connection = this.#connections.open.silent(origin.seconds);
    if (connection !== null)
      this.#letGo(connection, 'tcp-connection-limit', `${this.#limits.openConnections} connections`, origin);
  }

  #letGo(connection: Connection<Upper>, code: TcpRuleCode, detail: string, origin: Origin): void {
    this.#sink.onFinding(connection, 0, code, detail, origin);
    this.#delivery.flush(connection, origin);
    const { live } = connection;
    if (live === null) return;
    if (!live.ending && live.replacement === null) connection.memo = this.#sink.onLetGo?.(connection) ?? null;
    this.end(connection, endOf(live), origin);
  }
}

/** The SYN that was refused is said again, and nothing was said between: the refusal was of the first (RFC 9293 §3.10.7.3). */
export function takeBackReset(live: LiveState): void {
  if (live.half0.offset > 0 || live.half1.offset > 0) return;
  live.resetSeen = false;
  live.ending = false;
}

/** Those that another took the place of, unless they had said more, in the order in which it did. */
function replacedOf<Upper>(
  connections: readonly Connection<Upper>[],
): { connection: Connection<Upper>; origin: Origin }[] {
  const replaced = [];
  for (const connection of connections) {
    const origin = connection.live?.replacement ?? null;
    if (origin !== null) replaced.push({ connection, origin });
  }
  return replaced.sort((one, other) => one.origin.number - other.origin.number);
}
