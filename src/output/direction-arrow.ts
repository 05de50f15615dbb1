// How a direction is drawn: the client stands on the left. Knows no colours.

import type { Direction } from '../dissect/events.ts';

/** In words. */
export const WAYS: Readonly<Record<Direction, string>> = { c2s: 'client → server', s2c: 'server → client' };

/** One column. */
export function arrowOf(direction: Direction): '→' | '←' {
  return direction === 'c2s' ? '→' : '←';
}
