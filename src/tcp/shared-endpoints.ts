// Several connections that go on at once under one pair of addresses and ports, as a transparent proxy has them that is captured
// on both its sides, or a firewall that changes sequence numbers: which of them a segment is of, told by its numbers alone.
// Changes nothing of them but the numbers of one that is over, and knows no table.

import { ACK, FIN, octetsSent, RST, type Segment, SYN } from '../link/segment.ts';
import { octetsApart } from './apart.ts';
import { isLateSyn } from './beginning.ts';
import { type Connection, type Half, halfOf, initialSequenceOf, type LiveState, type Side } from './connection.ts';

/** Octets from a number to the nearest of `[low, high]`, all modulo 2^32. */
function distance(number: number, low: number, high: number): number {
  const below = (low - number) | 0;
  const above = (number - high) | 0;
  if (below <= 0 && above <= 0) return 0;
  return Math.min(Math.abs(below), Math.abs(above));
}

/**
 * Octets by which a segment's numbers are apart from what a connection's ends said and acknowledged: 0 where it is the next, or a
 * copy of the last; infinite where it is another connection's.
 */
export function misfit(segment: Segment, connection: Connection<unknown>, side: Side): number {
  const { live } = connection;
  if ((segment.flags & SYN) !== 0) return misfitOfSyn(segment, connection, side);
  const length = octetsSent(segment);
  const acknowledges = (segment.flags & ACK) !== 0;
  if (live === null) {
    const next = side === 0 ? connection.next0 : connection.next1;
    const peerNext = side === 0 ? connection.next1 : connection.next0;
    if (next === null && (peerNext === null || !acknowledges)) return Number.POSITIVE_INFINITY;
    const apart = next === null ? 0 : distance(next, segment.sequence, segment.sequence + length);
    return apart + (acknowledges && peerNext !== null ? distance(segment.acknowledgment, peerNext, peerNext) : 0);
  }
  const half = halfOf(live, side);
  const { peer } = half;
  const apart = half.started ? distance(half.next, segment.sequence, (segment.sequence + length) | 0) : 0;
  return apart + (acknowledges && peer.started ? misfitOfAcknowledgment(segment, peer) : 0);
}

/** Initial sequence numbers tell connections apart whatever they are; only the answer's acknowledgment may tell more. */
function misfitOfSyn(segment: Segment, connection: Connection<unknown>, side: Side): number {
  const known = initialSequenceOf(connection, side);
  if (known !== null && known !== segment.sequence) return Number.POSITIVE_INFINITY;
  const { live } = connection;
  if (live === null) return known === null ? Number.POSITIVE_INFINITY : 0;
  const half = halfOf(live, side);
  const { peer } = half;
  const isLate = known === null && half.started;
  if (isLate && !isLateSyn(segment, half)) return Number.POSITIVE_INFINITY;
  return (segment.flags & ACK) !== 0 && peer.started ? misfitOfAcknowledgment(segment, peer) : 0;
}

function misfitOfAcknowledgment({ acknowledgment }: Segment, peer: Half): number {
  const acknowledged = (peer.next + (peer.acknowledged - peer.offset)) | 0;
  const isAhead = peer.acknowledged > peer.offset;
  return distance(acknowledgment, isAhead ? peer.next : acknowledged, isAhead ? acknowledged : peer.next);
}

/** Whether a segment says what its connection did not say before: a copy that is captured late does not. */
export function saysMore(segment: Segment, connection: Connection<unknown>, live: LiveState, side: Side): boolean {
  const half = halfOf(live, side);
  const { peer } = half;
  const { flags } = segment;
  if ((flags & RST) !== 0) return true;
  if ((flags & SYN) !== 0) return initialSequenceOf(connection, side) === null;
  // What stands apart may be of any connection: what it is next to comes later, if it is of this one.
  if (octetsApart(segment, connection, side) > 0) return false;
  if ((flags & FIN) !== 0 && !half.finSeen) return true;
  if (octetsSent(segment) > 0 && (!half.started || ((segment.sequence + octetsSent(segment) - half.next) | 0) > 0))
    return true;
  return peer.started && peer.offset + ((segment.acknowledgment - peer.next) | 0) > peer.acknowledged;
}

/** Keeps where a connection's ends are, as it will be over and may be asked for its numbers. */
export function keepNumbers(connection: Connection<unknown>, { half0, half1 }: LiveState): void {
  connection.next0 = half0.started ? half0.next : null;
  connection.next1 = half1.started ? half1.next : null;
  connection.said0 = half0.offset;
  connection.said1 = half1.offset;
}

/** Follows the numbers of a connection that is over, of which more is captured. */
export function followNumbers(connection: Connection<unknown>, segment: Segment, side: Side): void {
  const end = (segment.sequence + octetsSent(segment)) | 0;
  const next = side === 0 ? connection.next0 : connection.next1;
  if (next !== null && ((end - next) | 0) <= 0) return;
  const more = next === null ? octetsSent(segment) : (end - next) | 0;
  if (side === 0) {
    connection.next0 = end;
    connection.said0 += more;
  } else {
    connection.next1 = end;
    connection.said1 += more;
  }
}
