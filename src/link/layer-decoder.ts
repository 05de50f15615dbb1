// The one shape of all decoders of this folder, so that each can be the payload of any other.

import type { Segment } from './segment.ts';
import type { Outcome } from './skip-reason.ts';

/**
 * Decodes `buffer[start, end)` down to TCP. `wireEnd`, at least `end`, is where the octets ended on the wire: what lies
 * between was cut by the snaplen. Never throws, never reads outside the range; the segment is of use only after
 * `DECODED`.
 */
export type LayerDecoder = (
  buffer: Uint8Array,
  start: number,
  end: number,
  wireEnd: number,
  segment: Segment,
) => Outcome;
