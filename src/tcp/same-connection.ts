// Whether what is captured in two realms (VLANs, virtual networks) under the same addresses and ports is one connection,
// told by its numbers alone. Knows no realm: whoever asks has found the same endpoints in another one.

import { ACK, type Segment, SYN } from '../link/segment.ts';
import { firstOf } from './beginning.ts';
import { type Connection, halfOf, initialSequenceOf, type Side } from './connection.ts';

/** Octets by which the numbers of one connection may be apart when it is first seen in another realm. */
const NEAR = 1 << 22;

/**
 * Whether the segment, in another realm, is of this connection: initial sequence numbers are random (RFC 9293 §3.4.1), so
 * that those of another connection are far away.
 */
export function belongsTo(segment: Segment, connection: Connection<unknown>, side: Side): boolean {
  const initial = initialSequenceOf(connection, side);
  const isSyn = (segment.flags & SYN) !== 0;
  if (isSyn && initial !== null) return initial === segment.sequence;
  const { live } = connection;
  if (live === null) return !isSyn;
  const half = halfOf(live, side);
  // A SYN captured behind what it begins, or behind the answer to it.
  if (isSyn && (segment.flags & ACK) === 0) {
    const before = (firstOf(half) - segment.sequence - 1) | 0;
    return (half.started || half.guessed) && before >= 0 && before < NEAR;
  }
  const { peer } = half;
  const tellsPeer = peer.started && (segment.flags & ACK) !== 0;
  if (half.started && Math.abs((segment.sequence - half.next) | 0) > NEAR) return false;
  if (tellsPeer && Math.abs((segment.acknowledgment - peer.next) | 0) > NEAR) return false;
  return tellsPeer || half.started;
}
