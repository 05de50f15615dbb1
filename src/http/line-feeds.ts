// Finds line feeds in octets, four octets at a time: one by one, finding the lines of a head would take longer than all else
// of it (bench/http.ts). Knows nothing of lines.

import { viewOf } from '../link/octets.ts';
import { LF } from './octet-names.ts';

const FOUR_LINE_FEEDS = 0x0a0a0a0a;
const FOUR_ONES = 0x01010101;
const FOUR_TOP_BITS = 0x80808080 | 0;

/** Offset of the first one in `octets[start, end)`; `end` where there is none. */
export function lineFeedIn(octets: Uint8Array, start: number, end: number): number {
  const view = viewOf(octets);
  let at = start;
  for (; at + 8 <= end; at += 8) {
    const found = lineFeedsOf(view.getInt32(at, true));
    if (found !== 0) return at + placeOfFirst(found);
    const foundBehind = lineFeedsOf(view.getInt32(at + 4, true));
    if (foundBehind !== 0) return at + 4 + placeOfFirst(foundBehind);
  }
  while (at < end && octets[at] !== LF) at++;
  return at;
}

/** The lowest bit that is set is of the first of four octets that is a line feed; 0 where none is. */
function lineFeedsOf(word: number): number {
  const differences = word ^ FOUR_LINE_FEEDS;
  return (differences - FOUR_ONES) & ~differences & FOUR_TOP_BITS;
}

function placeOfFirst(lineFeeds: number): number {
  return (31 - Math.clz32(lineFeeds & -lineFeeds)) >> 3;
}
