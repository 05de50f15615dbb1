// The names of the two directions of a conversation. Does not know which end of a TCP connection is the client.

import type { Direction } from './events.ts';
import { CLIENT_TO_SERVER, type DirectionIndex } from './sink.ts';

/** Both, the client's first. */
export const DIRECTIONS: readonly Direction[] = ['c2s', 's2c'];

/** As events name it. */
export function directionName(direction: DirectionIndex): Direction {
  return direction === CLIENT_TO_SERVER ? 'c2s' : 's2c';
}

export function otherDirection(direction: Direction): Direction {
  return direction === 'c2s' ? 's2c' : 'c2s';
}

/** Who speaks in it. */
export function speakerOf(direction: Direction): 'client' | 'server' {
  return direction === 'c2s' ? 'client' : 'server';
}
