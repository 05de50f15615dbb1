// Whether data stands apart from all that both ends of its connection said, as that of another one between the same endpoints does,
// of which no SYN was captured: its octets were lost in between, or it is another's. Which of the two, its octets must tell.

import { ACK, RST, type Segment, SYN } from '../link/segment.ts';
import { forgetAcknowledged, PLAUSIBLE_UNSEEN } from './acknowledgments.ts';
import { type Connection, type Half, halfOf, type LiveState, otherSide, type Side } from './connection.ts';
import type { StreamSink } from './stream-sink.ts';

/** Whether a segment without SYN is the first of another connection, for all that is known of the one between its endpoints. */
export function opensAnother<Upper>(
  segment: Segment,
  connection: Connection<Upper>,
  side: Side,
  sink: StreamSink<Upper>,
): boolean {
  const distance = octetsApart(segment, connection, side);
  return distance > 0 && sink.beginsAnother?.(connection, side, segment, distance) === true;
}

/**
 * Octets by which data is apart from all that was captured of its connection: by the number of its first octet, or by what it
 * acknowledges where that is less. 0 where it is next to it, infinite where it lies before it, or stands in no place at all. Of a
 * connection that was released nothing is known: 0.
 */
export function octetsApart(segment: Segment, connection: Connection<unknown>, side: Side): number {
  const { sequence, acknowledgment, flags, payloadStart, payloadEnd } = segment;
  if (payloadStart === payloadEnd || (flags & (SYN | RST)) !== 0) return 0;
  if (connection.live !== null && !halfOf(connection.live, side).started) return 0;
  const apart = octetsFrom(connection, side, sequence) ?? 0;
  if (apart === 0 || (flags & ACK) === 0) return apart;
  return Math.min(apart, octetsFrom(connection, otherSide(side), acknowledgment) ?? apart);
}

/** Octets by which a number lies apart from all that was captured of a side; null where the place of that is not known. */
function octetsFrom(connection: Connection<unknown>, side: Side, number: number): number | null {
  // Copies of what was said before the capture began may come late.
  const unseen = connection.beganLate ? PLAUSIBLE_UNSEEN : 0;
  if (connection.live !== null) {
    const half = halfOf(connection.live, side);
    if (!half.started && !half.guessed) return null;
    return octetsOutside(number, half.next, half.offset + unseen, waitsUpTo(half));
  }
  const next = side === 0 ? connection.next0 : connection.next1;
  const said = side === 0 ? connection.said0 : connection.said1;
  return next === null ? null : octetsOutside(number, next, said + unseen, 0);
}

/** Takes back what was acknowledged of a connection by segments of the one that another segment, of `side`, opens. */
export function takeBackAcknowledged({ sequence, acknowledgment, flags }: Segment, live: LiveState, side: Side): void {
  // Nothing comes before a SYN.
  if ((flags & SYN) !== 0) return;
  const half = halfOf(live, side);
  forgetAcknowledged(half, sequence);
  forgetAcknowledged(half.peer, acknowledgment);
}

/** Octets behind the next one up to the last that waits. */
function waitsUpTo({ waiting, offset }: Half): number {
  return waiting === null ? 0 : waiting.end - offset;
}

/** Octets by which a number lies behind `next` and what is `known` from there on; infinite where it lies before the `said` ones before that. */
function octetsOutside(number: number, next: number, said: number, known: number): number {
  const ahead = (number - next) | 0;
  if (ahead < -said) return Number.POSITIVE_INFINITY;
  return Math.max(ahead - known, 0);
}
