// Finds the name that a mistyped one was probably meant to be. It knows nothing of what is named.

/** More edits than this part of a name's length are another name, not a slip. */
const SLIP = 0.4;
/** Names longer than this are not compared: the work grows with the square of the length. */
const LONGEST = 200;

/** The candidate that differs least from `name`, or only in what stands before its last dot; null where none is near. */
export function nearestName(name: string, candidates: Iterable<string>): string | null {
  let nearest: string | null = null;
  let least = Math.floor(Math.max(name.length * SLIP, 1)) + 1;
  for (const candidate of candidates) {
    if (lastPart(candidate) === lastPart(name)) return candidate;
    if (candidate.length > LONGEST || name.length > LONGEST) continue;
    const distance = edits(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least) {
      least = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

/** Levenshtein distance: letters put in, taken out or changed. */
function edits(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const current = [i];
    for (let j = 1; j <= to.length; j++) {
      const changed = previous[j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1);
      current.push(Math.min(changed, previous[j] + 1, current[j - 1] + 1));
    }
    previous = current;
  }
  return previous[to.length];
}
