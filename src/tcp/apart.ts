// Whether data stands apart from all that both ends of its connection said, as that of another one between the same endpoints does,
// of which no SYN was captured: its octets were lost in between, or it is another's. Which of the two, its octets must tell.

import { ACK, RST, type Segment, SYN } from '../link/segment.ts';
import { forgetAcknowledged } from './acknowledgments.ts';
import { type Connection, type Half, halfOf, type LiveState, type Side } from './connection.ts';
import type { StreamSink } from './stream-sink.ts';

/** Whether a segment without SYN is the first of another connection, for all that is known of the one between its endpoints. */
export function opensAnother<Upper>(
  segment: Segment,
  connection: Connection<Upper>,
  side: Side,
  sink: StreamSink<Upper>,
): boolean {
  if (!standsApart(segment, connection, side)) return false;
  const { buffer, payloadStart, payloadEnd } = segment;
  return sink.beginsAnother?.(connection, side, buffer, payloadStart, payloadEnd) === true;
}

/**
 * Whether neither the number of a segment's first octet nor what it acknowledges is of the octets captured, or next to them. Of a
 * connection that was released nothing is known.
 */
export function standsApart(segment: Segment, connection: Connection<unknown>, side: Side): boolean {
  const { sequence, acknowledgment, flags, payloadStart, payloadEnd } = segment;
  if (payloadStart === payloadEnd || (flags & (SYN | RST)) !== 0) return false;
  const acknowledges = (flags & ACK) !== 0;
  const { live } = connection;
  if (live !== null) {
    const half = halfOf(live, side);
    const { peer } = half;
    if (!half.started || !isOutside(sequence, half.next, half.offset, waitsUpTo(half))) return false;
    const knowsPeer = acknowledges && (peer.started || peer.guessed);
    return !knowsPeer || isOutside(acknowledgment, peer.next, peer.offset, waitsUpTo(peer));
  }
  const { next0, next1, said0, said1 } = connection;
  const next = side === 0 ? next0 : next1;
  const peerNext = side === 0 ? next1 : next0;
  if (next === null || !isOutside(sequence, next, side === 0 ? said0 : said1, 0)) return false;
  const peerSaid = side === 0 ? said1 : said0;
  return !acknowledges || peerNext === null || isOutside(acknowledgment, peerNext, peerSaid, 0);
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

/** Whether a number lies before the `said` octets before `next`, or further behind than `known` from there on. */
function isOutside(number: number, next: number, said: number, known: number): boolean {
  const ahead = (number - next) | 0;
  return ahead > known || ahead < -said;
}
