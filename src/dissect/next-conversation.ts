// Whether octets that stand apart from all that a connection said open another conversation between the same ends, of which no SYN
// was captured. One answer for all that follow connections, so that they number them alike.

import { upgradeHeadAt } from '../http/upgrade-head.ts';
import type { Segment } from '../link/segment.ts';
import { type Connection, halfOf, type Side } from '../tcp/connection.ts';
import { isOver } from '../tcp/ends.ts';

/** A conversation that another may follow. */
export interface Followed {
  /** The client, where it is WebSocket, behind which no HTTP comes again; null where it never will be. */
  readonly webSocketClient: Side | 'undecided' | null;
}

/**
 * Octets that both ends must have said and that were not captured, where HTTP may ask for an upgrade again: that much is hardly said
 * before one. Linux makes numbers on ports that wait for late segments higher by a little more.
 */
const FAR = 1 << 16;

export function beginsAnotherConversation(
  { live, upper }: Connection<Followed>,
  side: Side,
  { buffer, payloadStart, payloadEnd }: Segment,
  octetsApart: number,
): boolean {
  const client = upper?.webSocketClient ?? null;
  const saysNoMore = live === null || isOver(live) || halfOf(live, side).finSeen;
  if (!saysNoMore && (client === null || (client === 'undecided' && octetsApart < FAR))) return false;
  const head = upgradeHeadAt(buffer, payloadStart, payloadEnd);
  if (head === null || saysNoMore || client === 'undecided') return head !== null;
  // Frames may carry another upgrade: those of servers, which do not mask, carry the request where a tunnel has its client as a server.
  return (head === 'request') === (side === client);
}
