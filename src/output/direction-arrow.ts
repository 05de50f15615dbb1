// How a direction is drawn: the client stands on the left. Knows no colours.

import type { Direction } from '../dissect/events.ts';

/** One column. */
export function arrowOf(direction: Direction): '→' | '←' {
  return direction === 'c2s' ? '→' : '←';
}
