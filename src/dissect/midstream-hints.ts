// What an opening knows of a connection whose handshake is not whole, for whoever looks for frames in it (`midstream.ts`).

import type { Side } from '../tcp/connection.ts';
import type { AgreedExtensions } from '../ws/extensions.ts';
import type { Protocol } from './events.ts';

/** What is known of the connection already. */
export interface MidstreamHints {
  /** The end that speaks as a client does; null where nothing says so. */
  client: Side | null;
  /** The end that is more likely the client, where neither masks. */
  likelyClient: Side;
  /** What may be agreed to in the answer to the upgrade request, which was not captured; null where there was no request. */
  asked: AgreedExtensions | null;
  /** Whether the client's octets begin behind a request that was too large to be read. */
  behindLargeRequest: boolean;
  /** The end that is the server because the user says so, and that this is WebSocket; null where he does not. */
  forcedServer: Side | null;
  /** What it is if it is no WebSocket. */
  protocol: Protocol;
}
