// What is kept of a conversation that was let go before its end, so that it can go on where it was: a few values that all
// conversations share. Knows no sequence numbers: those are TCP's.

import type { Memo, Side } from '../tcp/connection.ts';
import { type AgreedExtensions, NO_EXTENSIONS, UNKNOWN_EXTENSIONS } from '../ws/extensions.ts';

export interface ConversationMemo extends Memo {
  /** The WebSocket client's side; null where nothing was said yet, so that it begins like any other. */
  readonly client: Side | null;
  /** What was compressed before is not kept, so messages that refer to it cannot be read. */
  readonly extensions: AgreedExtensions;
}

export const NOTHING_SAID: ConversationMemo = { lasting: false, client: null, extensions: NO_EXTENSIONS };

const PLAIN = ([0, 1] as const).map((client) => ({ lasting: true, client, extensions: NO_EXTENSIONS }));
const COMPRESSED = ([0, 1] as const).map((client) => ({ lasting: true, client, extensions: UNKNOWN_EXTENSIONS }));

/** The memo of a conversation between two frames; null where an extension may do more than compress. */
export function memoOf(client: Side, { fromClient, fromServer }: AgreedExtensions): ConversationMemo | null {
  if (fromClient.unknown || fromServer.unknown) return null;
  const isPlain = fromClient.deflate === null && fromServer.deflate === null;
  return (isPlain ? PLAIN : COMPRESSED)[client];
}
