// A packet's time from seconds and a fraction, as the records of most formats have it. Knows no format.

import type { PacketView } from './packet.ts';

const NANOSECONDS_A_SECOND = 1_000_000_000;

/**
 * Sets a packet's time. A fraction of a second or more, which some writers leave, is carried into the seconds, so that
 * `nanoseconds` is always below 10⁹.
 */
export function setTime(packet: PacketView, seconds: number, fraction: number, resolution: 6 | 9): void {
  const nanoseconds = resolution === 6 ? fraction * 1000 : fraction;
  if (nanoseconds < NANOSECONDS_A_SECOND) {
    packet.origin.seconds = seconds;
    packet.origin.nanoseconds = nanoseconds;
  } else {
    packet.origin.seconds = seconds + Math.floor(nanoseconds / NANOSECONDS_A_SECOND);
    packet.origin.nanoseconds = nanoseconds % NANOSECONDS_A_SECOND;
  }
}
