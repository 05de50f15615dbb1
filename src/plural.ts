// How many of a thing there are, as people read it. Knows nothing of what is counted.

/** `1204`; of a number that may be rounded, `more than 9007199254740991`. */
export function certainCount(count: number | bigint): string {
  const isCertain = typeof count === 'bigint' || count <= Number.MAX_SAFE_INTEGER;
  return isCertain ? String(count) : `more than ${Number.MAX_SAFE_INTEGER}`;
}

/** `1,204`; of a number that may be rounded, `more than 9,007,199,254,740,991`. */
export function formatCount(count: number | bigint): string {
  // Most are short, and the pattern takes longer than all else of a cell.
  return count < 1000 ? String(count) : certainCount(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 message`, `2 messages`; the plural ends in -s unless it is given. */
export function formatPlural(count: number | bigint, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${Number(count) === 1 ? singular : plural}`;
}
