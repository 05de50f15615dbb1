// What the state of a connection says about its end: whether it is over, how, and what will hardly come any more. Changes
// nothing.

import type { Half, LiveState, TcpEnd } from './connection.ts';
import type { WaitingPiece } from './waiting-octets.ts';

/** One end's FIN alone is no end: the other may go on for as long as it likes (RFC 9293 §3.6). */
export function endOf(live: LiveState): TcpEnd {
  const { half0, half1, resetSeen } = live;
  if (resetSeen) return 'rst';
  if (!half0.finSeen && !half1.finSeen) return 'capture-end';
  return (half0.finSeen || isFinAcknowledged(half0)) && (half1.finSeen || isFinAcknowledged(half1))
    ? 'fin'
    : 'capture-end';
}

/** Whether a FIN that was not captured was acknowledged: one octet beyond the last that was seen, or at last by itself. */
export function isFinAcknowledged({ finSeen, acknowledged, offset, lastAlone }: Half): boolean {
  return !finSeen && (acknowledged === offset + 1 || (lastAlone && acknowledged > offset));
}

/** Whether all up to the FIN was delivered or given up. */
export function isFinished(half: Half): boolean {
  return half.finSeen && half.offset >= half.finOffset;
}

/** Whether both ends have said all that they will, or one reset the connection. */
export function isOver({ half0, half1, resetSeen }: LiveState): boolean {
  return resetSeen || (half0.finSeen && half1.finSeen);
}

/**
 * Whether a hole before this end's FIN will hardly be filled: the other end acknowledged what is in it, or is at its end
 * too. The FIN alone says nothing, as it may have overtaken the data.
 */
export function isLost(half: Half, peer: Half): boolean {
  return half.finSeen && half.offset < half.finOffset && (peer.finSeen || half.acknowledged >= half.finOffset);
}

/** What waits behind the FIN is none of the connection's. */
export function firstWaiting(half: Half): WaitingPiece | undefined {
  return isFinished(half) ? undefined : half.waiting?.first;
}
