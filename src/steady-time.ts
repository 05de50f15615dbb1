// A clock that never jumps. `performance.now()` tells the same, but the module behind it takes 1 ms to load.

import { hrtime } from 'node:process';

/** Milliseconds since some moment in the past. */
export function steadyTime(): number {
  const [seconds, nanoseconds] = hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}
