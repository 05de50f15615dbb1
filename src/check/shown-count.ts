// How many of a thing are expected, in words. Knows nothing of what is counted.

import { type Bounds, showBounds } from './values.ts';

/** `1 connection`, `at least 1 connection`, `0 to 1 connections` */
export function showCounted(bounds: Bounds, singular: string): string {
  return `${showBounds(bounds)} ${(bounds.max ?? bounds.min) === 1 && (bounds.min ?? 1) === 1 ? singular : `${singular}s`}`;
}

/** `1 time`, `at least 2 times` */
export function showTimes(bounds: Bounds): string {
  return showCounted(bounds, 'time');
}
