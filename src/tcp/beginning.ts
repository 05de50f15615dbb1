// Where the stream of a half begins that was not captured from its SYN on, as the first segments of a connection may be captured in any
// order: what a late SYN, a SYN/ACK or the peer's first acknowledgment tells of that, and whether octets wait for it. Delivers nothing.

import { ACK, type Segment, SYN } from '../link/segment.ts';
import { type Connection, type Half, initialSequenceOf, otherSide } from './connection.ts';

/** Octets by which the first segment captured of a half may lie behind its beginning, where that is told later. */
const FARTHEST = 1 << 16;

/** Sequence number of the first octet, as far as it is known. */
export function firstOf(half: Half): number {
  return (half.next - half.offset) | 0;
}

/** Whether a number is that of the first octet, or so little below it that the octets between may be captured later. */
function mayBegin(half: Half, number: number): boolean {
  const before = (firstOf(half) - number) | 0;
  return before >= 0 && before <= FARTHEST;
}

/** Whether the SYN of an end of which other segments were captured before may be that of this connection. */
export function isLateSyn(segment: Segment, half: Half): boolean {
  if (!mayBegin(half, (segment.sequence + 1) | 0)) return false;
  const { peer } = half;
  return (segment.flags & ACK) === 0 || !peer.started || mayBegin(peer, segment.acknowledgment);
}

/** The number at which a half surely begins by a segment of its peer; null where that does not tell. */
export function beginningToldBy(segment: Segment, half: Half, connection: Connection<unknown>): number | null {
  if ((segment.flags & ACK) === 0 || ((half.started || half.guessed) && !mayBegin(half, segment.acknowledgment)))
    return null;
  if ((segment.flags & SYN) !== 0) return segment.acknowledgment;
  // An end that has said nothing yet has hardly heard more than where the other begins.
  const initial = initialSequenceOf(connection, otherSide(half.side));
  return initial !== null && segment.sequence === ((initial + 1) | 0) ? segment.acknowledgment : null;
}

/** Whether octets lie a little before all that was captured of a half of which nothing says where it begins. */
export function isBeforeFirst(half: Half, distance: number, length: number): boolean {
  const from = half.offset + distance;
  // One octet may be a keep-alive probe, RFC 9293 §3.8.4.
  return length > 1 && from < 0 && from >= -FARTHEST;
}

/**
 * Whether the first octets captured of a half need not be its first: the peer's SYN was captured, so that its own SYN, or the peer's
 * first acknowledgment, may be yet to come.
 */
export function mayLackFirst(connection: Connection<unknown>, half: Half): boolean {
  if (half.offset > 0 || half.waiting !== null || half.toldByPeer) return false;
  return initialSequenceOf(connection, otherSide(half.side)) !== null;
}

/** Whether octets of a half were delivered whose beginning nothing told. */
export function mayLackTold(half: Half): boolean {
  return half.offset > 0 && half.lacksBeginning && !half.toldByPeer;
}

/** Sets the number of the first octet, of a half of which nothing was delivered. */
export function moveBeginning(half: Half, sequence: number): void {
  const distance = (sequence - half.next) | 0;
  half.next = sequence;
  half.acknowledged -= distance;
  half.awaited = 0;
  if (half.finSeen) half.finOffset -= distance;
  half.waiting?.move(-distance);
}
