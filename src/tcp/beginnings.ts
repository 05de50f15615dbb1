// Holds what was captured of a connection before the segment that says where its streams begin, for a few segments: those may be captured
// in any order. Also takes back what was told already, as long as nothing came of it. What tells of a beginning is `beginning.ts`.

import type { Origin } from '../capture/packet.ts';
import type { Segment } from '../link/segment.ts';
import { beginningToldBy, firstOf, isBeforeFirst, mayLackFirst, mayLackTold, moveBeginning } from './beginning.ts';
import type { Connection, Half, LiveState } from './connection.ts';
import type { Delivery } from './delivery.ts';
import type { StreamSink } from './stream-sink.ts';

/** Segments of the connection, of both halves, for which a beginning is awaited. */
const PATIENCE = 16;

/** The sink may release a connection whenever something is delivered of it: then its `live` is null. */
export class Beginnings<Upper> {
  readonly #sink: StreamSink<Upper>;
  readonly #delivery: Delivery<Upper>;

  constructor(sink: StreamSink<Upper>, delivery: Delivery<Upper>) {
    this.#sink = sink;
    this.#delivery = delivery;
  }

  /** Whether octets of a half of which no SYN was captured are to be held, as they need not be its next. */
  mustHold(
    connection: Connection<Upper>,
    live: LiveState,
    half: Half,
    { payloadStart, payloadEnd }: Segment,
    distance: number,
  ): boolean {
    if (half.awaitsBeginning > 0) return true;
    const length = payloadEnd - payloadStart;
    // A subflow's numbers are not those of the stream.
    if (length === 0 || connection.subflow !== null) return false;
    const may = isBeforeFirst(half, distance, length)
      ? half.offset === 0 || this.#takeBack(connection, live)
      : mayLackFirst(connection, half);
    if (may) awaitBeginning(live, half);
    return may;
  }

  /** A half begins with this number, and segments of the connection were captured before that was known. */
  beginAt(connection: Connection<Upper>, live: LiveState, half: Half, sequence: number, origin: Origin): void {
    if (connection.subflow !== null) return;
    const isElsewhere = half.offset > 0 && firstOf(half) !== sequence;
    if ((isElsewhere || mayLackTold(half.peer)) && !this.#takeBack(connection, live) && isElsewhere) return;
    if (half.started && half.offset === 0) this.#delivery.settle(connection, half, sequence, origin);
  }

  /** What a segment of its peer may tell of where a half begins. */
  onPeer(connection: Connection<Upper>, live: LiveState, half: Half, segment: Segment, origin: Origin): void {
    const told = beginningToldBy(segment, half, connection);
    if (told === null) return;
    half.toldByPeer = true;
    if (half.started) this.beginAt(connection, live, half, told, origin);
    else if (half.guessed) moveBeginning(half, told);
  }

  /** One segment more of a connection that awaits a beginning. False where it is over now. */
  goOnWaiting(connection: Connection<Upper>, live: LiveState, origin: Origin): boolean {
    live.awaitsBeginning = false;
    for (const half of [live.half0, live.half1]) {
      if (half.awaitsBeginning === 0) continue;
      if (--half.awaitsBeginning > 0) live.awaitsBeginning = true;
      else this.#delivery.settleUntold(connection, half, origin);
      if (connection.live === null) return false;
    }
    return true;
  }

  /** Holds again all that was told of a connection; false where that cannot be. */
  #takeBack(connection: Connection<Upper>, live: LiveState): boolean {
    const told = this.#sink.takeBack?.(connection) ?? null;
    if (told === null) return false;
    for (const half of [live.half0, live.half1]) {
      if (half.offset === 0) continue;
      this.#delivery.holdAgain(connection, half, told[half.side]);
      awaitBeginning(live, half);
    }
    return true;
  }
}

function awaitBeginning(live: LiveState, half: Half): void {
  live.awaitsBeginning = true;
  half.awaitsBeginning = PATIENCE;
}
