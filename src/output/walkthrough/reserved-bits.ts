// What the reserved bits of a frame's header mean, by the extensions of its direction (RFC 6455 §5.2, RFC 7692 §6). The same
// judgment as that of `ws/frame-rules.ts` and `ws/message-assembler.ts`, in words. Knows no payloads.

import type { FrameEvent } from '../../dissect/events.ts';
import type { DirectionExtensions } from '../../ws/extensions.ts';
import { RSV1 } from '../../ws/frame-rules.ts';
import { type Prose, prose } from './document.ts';

/** RSV1, RSV2, RSV3 in `FrameEvent.rsv`. */
export const RESERVED_BITS: readonly number[] = [RSV1, 2, 1];

export type BitMeaning = 'compressed' | 'perhaps-compressed' | 'unknown-extension' | 'none';

/** What it means that the bit is set. */
export function meaningOfBit(frame: FrameEvent, bit: number, { deflate, unknown }: DirectionExtensions): BitMeaning {
  const beginsMessage = frame.opcode === 'text' || frame.opcode === 'binary';
  if (bit === RSV1 && deflate !== null && beginsMessage && (!unknown || frame.rsv === RSV1)) {
    return deflate.assumed ? 'perhaps-compressed' : 'compressed';
  }
  return unknown ? 'unknown-extension' : 'none';
}

const WORDS: Record<BitMeaning, Prose> = {
  compressed: prose`1: the message is compressed (RFC 7692 §6)`,
  'perhaps-compressed': prose`1: the message is compressed, if permessage-deflate was agreed upon (RFC 7692 §6)`,
  'unknown-extension': prose`1: perhaps by an extension agreed upon that is not explained here`,
  none: prose`1: no extension in use gives it a meaning`,
};

export function wordsOfBit(frame: FrameEvent, bit: number, extensions: DirectionExtensions): Prose {
  if ((frame.rsv & bit) === 0) return prose`0: reserved for extensions`;
  return WORDS[meaningOfBit(frame, bit, extensions)];
}
