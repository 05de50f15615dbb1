// What the state of a connection says about its end: whether it is over, how, and what will hardly come any more. Changes
// nothing.

import type { Half, LiveState, TcpEnd } from './connection.ts';
import type { WaitingPiece } from './waiting-octets.ts';

export function endOf(live: LiveState): TcpEnd {
  if (live.resetSeen) return 'rst';
  return live.ending ? 'fin' : 'capture-end';
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
