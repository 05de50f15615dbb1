// How many columns a page has for its lines. Knows nothing of terminals.

/** Columns below which no page is drawn: its tables would be nothing but cuts. */
export const NARROWEST_PAGE = 40;

/** @param width columns there are; null where the page goes somewhere that has none, and lines may be as long as they are */
export function pageWidth(width: number | null): number {
  return width === null ? Number.POSITIVE_INFINITY : Math.max(NARROWEST_PAGE, width);
}
