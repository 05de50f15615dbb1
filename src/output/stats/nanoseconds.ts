// Time between two packets of a capture. Knows nothing of what they carry, nor whether the capture's times are in order.

import type { Origin } from '../../capture/packet.ts';

/** Nanoseconds from one moment to another. */
export function nanosecondsBetween(seconds: number, nanoseconds: number, later: Origin): number {
  return (later.seconds - seconds) * 1e9 + (later.nanoseconds - nanoseconds);
}
