// A search for frames through what is held of a direction. Does not know what is made of them.

import type { EitherSearch } from '../ws/either-search.ts';
import type { FrameSearch } from '../ws/frame-search.ts';
import type { HeldPiece } from './held-octets.ts';

/** What is held of a direction; `over`: nothing follows. */
export interface HeldFrames {
  readonly pieces: readonly HeldPiece[];
  readonly over: boolean;
}

/** Feeds a search what is held, up to the frame that it finds. */
export function searchHeld(search: FrameSearch | EitherSearch, { pieces, over }: HeldFrames): void {
  for (const { octets, gap, origin } of pieces) {
    if (gap > 0) search.skip(gap, origin);
    else search.feed(octets, 0, octets.length, origin);
    if (search.found >= 0) return;
  }
  if (over) search.end();
}
