// Fixtures of one kind: many captures in a folder, each of which, alone, holds the same connections.

import type { ExpectedConnection } from './fixture-conversation.ts';

export interface FixtureFamily {
  name: string;
  /** One line. */
  what: string;
  /** By file name. */
  captures: Record<string, Uint8Array>;
  /** Files of the folder that are one capture together, and are none of `captures`. */
  sets: { files: Record<string, Uint8Array> }[];
  connections: ExpectedConnection[];
}
