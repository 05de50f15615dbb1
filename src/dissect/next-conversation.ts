// Whether octets that stand apart from all that a connection said open another conversation between the same ends, of which no SYN
// was captured. One answer for all that follow connections, so that they number them alike. Knows no sequence numbers.

import { upgradeHeadAt } from '../http/upgrade-head.ts';
import { type Connection, halfOf, type Side } from '../tcp/connection.ts';
import { isOver } from '../tcp/ends.ts';

/** @param webSocketClient the client of a connection that speaks WebSocket, and so will not speak HTTP again; null where it may */
export function opensAnotherConversation(
  { live }: Connection<unknown>,
  webSocketClient: Side | null,
  side: Side,
  buffer: Uint8Array,
  start: number,
  end: number,
): boolean {
  const saysNoMore = live === null || isOver(live) || halfOf(live, side).finSeen;
  if (!saysNoMore && webSocketClient === null) return false;
  const head = upgradeHeadAt(buffer, start, end);
  // Another upgrade may be carried by frames. Those of clients are masked, and those of servers carry requests only where a tunnel
  // has its client as a server.
  return head !== null && (saysNoMore || (head === 'request') === (side === webSocketClient));
}
