// How many of a thing there are, as people read it. Knows nothing of what is counted.

/** `1,204` */
export function formatCount(count: number): string {
  // Most are short, and the pattern takes longer than all else of a cell.
  return count < 1000 ? String(count) : String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 message`, `2 messages`; the plural ends in -s unless it is given. */
export function formatPlural(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}
