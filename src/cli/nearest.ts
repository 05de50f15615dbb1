// Which of the known words somebody meant. Knows only spelling.

/** Edits after which two words have nothing to do with one another. */
const MOST_EDITS = 3;

/** Damerau–Levenshtein distance in its restricted form: insertions, deletions, substitutions, swapped neighbours. */
function editDistance(one: string, other: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let column = 1; column <= other.length; column++) {
      const substituted = last[column - 1] + (one[row - 1] === other[column - 1] ? 0 : 1);
      current[column] = Math.min(last[column] + 1, current[column - 1] + 1, substituted);
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      if (row > 1 && column > 1 && swapped) {
        current[column] = Math.min(current[column], beforeLast[column - 2] + 1);
      }
    }
    [beforeLast, last] = [last, current];
  }
  return last[other.length];
}

/** The known word nearest to `word`, or null where none is near. */
export function nearest(word: string, known: readonly string[]): string | null {
  let found: string | null = null;
  // Of a short word, half must be right.
  let fewest = Math.min(MOST_EDITS, Math.floor(word.length / 2)) + 1;
  for (const candidate of known) {
    const edits = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (edits < fewest) {
      fewest = edits;
      found = candidate;
    }
  }
  return found;
}
