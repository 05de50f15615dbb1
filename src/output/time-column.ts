// Writes when something was captured: since the capture began, since the row before, or as the time of day. Knows
// nothing of rows beyond their times.

import type { Located } from '../dissect/events.ts';

export type TimeStyle = 'relative' | 'delta' | 'absolute';

export const timeTitles: Record<TimeStyle, string> = {
  relative: 'time (s)',
  delta: 'delta (s)',
  absolute: 'time (UTC)',
};

/** Digits of the second in an RFC 3339 time: the resolution of the capture. */
export function digitsOf(time: string): number {
  const point = time.indexOf('.');
  return point < 0 ? 0 : time.length - point - 2;
}

/** Seconds with the digits of the capture's clock. */
export function formatElapsed(at: Pick<Located, 'time' | 'elapsed'>): string {
  return formatClockSeconds(at.elapsed, digitsOf(at.time));
}

/** Seconds with so many digits behind the point, without a unit. */
export function formatClockSeconds(seconds: number, digits: number): string {
  return seconds.toFixed(digits);
}

/**
 * The seconds that a row shows, where it does not show the time of day.
 * @param before seconds at which the row before was captured, for `delta`; null for the first
 */
export function secondsOf({ elapsed }: Pick<Located, 'elapsed'>, style: TimeStyle, before: number | null): number {
  return style === 'delta' ? (before === null ? 0 : elapsed - before) : elapsed;
}

/** The time of a row. */
export function formatTime(at: Pick<Located, 'time' | 'elapsed'>, style: TimeStyle, before: number | null): string {
  if (style === 'absolute') return at.time.slice(0, -1).replace('T', ' ');
  return formatClockSeconds(secondsOf(at, style, before), digitsOf(at.time));
}
