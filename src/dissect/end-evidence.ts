// What speaks for WebSocket frames in what both ends of a connection said, and which of them is the client then, as only clients
// mask (RFC 6455 §5.1). How much of it is enough says `midstream.ts`.

import { otherSide, type Side } from '../tcp/connection.ts';
import { Allowance } from '../ws/allowance.ts';
import { NOTHING_SEEN } from '../ws/frame-evidence.ts';
import { FrameSearch } from '../ws/frame-search.ts';
import { type HeldFrames, searchHeld } from './held-frames.ts';

/** Octets that a search keeps: it only counts evidence, and nothing is read from them. */
const SEARCH_WINDOW = 4096;
/** Clients must mask: of WebSocket connections one in 2 to this power is taken to have a client that does not. */
const NEITHER_MASKS_BITS = 10;

/** The searches of all looks: they hold nothing between two of them, and what they search is counted where it is held. */
const searchOf = (masked: boolean) =>
  new FrameSearch(0, {
    masked,
    compression: true,
    seen: NOTHING_SEEN,
    limit: SEARCH_WINDOW,
    enough: Number.POSITIVE_INFINITY,
    allowance: new Allowance(Number.POSITIVE_INFINITY),
  });
const MASKED_SEARCH = searchOf(true);
const UNMASKED_SEARCH = searchOf(false);

export class EndEvidence {
  /** By side, at the last look at it: what spoke for masked frames and for others, in bits. */
  readonly #masked: [number, number] = [0, 0];
  readonly #unmasked: [number, number] = [0, 0];

  /** Looks for frames in what is held of a side. */
  weigh(side: Side, held: HeldFrames, knownClient: Side | null): void {
    this.#masked[side] = knownClient === otherSide(side) ? 0 : bitsOf(MASKED_SEARCH, held);
    this.#unmasked[side] = bitsOf(UNMASKED_SEARCH, held);
  }

  /**
   * The end that is most likely the client, and what speaks for WebSocket then.
   * @param likelyClient where frames do not tell
   */
  verdict(knownClient: Side | null, likelyClient: Side): { client: Side; bits: number } {
    const neitherMasks = this.#unmasked[0] + this.#unmasked[1] - NEITHER_MASKS_BITS;
    let best = { client: knownClient ?? likelyClient, bits: neitherMasks };
    for (const client of [1, 0] as const) {
      const server = otherSide(client);
      const bits = this.#masked[client] + this.#unmasked[server];
      if (knownClient !== server && bits >= best.bits) best = { client, bits };
    }
    return best;
  }
}

function bitsOf(search: FrameSearch, held: HeldFrames): number {
  if (held.pieces.length === 0) return 0;
  search.restart(0);
  searchHeld(search, held);
  return Math.max(search.best, 0);
}
