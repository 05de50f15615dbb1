// The shortest way from one list to another: what is in both, what was left out, what came in. Uses the package `diff`
// (Myers). Knows nothing of messages.

export interface Pair<Left, Right> {
  left: Left | null;
  right: Right | null;
}

/** Time for the search in lists that have little in common: handed to several searches, it is theirs together. */
export interface Patience {
  /** What is left of it. */
  milliseconds: number;
}

const PATIENCE = 3000;
/** Left out and come in that are searched for also where no time is left, as so few take hardly any. */
const EDITS_AT_LEAST = 100;

export function makePatience(): Patience {
  return { milliseconds: PATIENCE };
}

/**
 * In order; one that is in both has both. Where the search takes longer than `patience` has left, lists are compared place by
 * place.
 */
export async function align<Left, Right>(
  left: readonly Left[],
  right: readonly Right[],
  same: (left: Left, right: Right) => boolean,
  patience: Patience = makePatience(),
): Promise<Pair<Left, Right>[]> {
  const { diffArrays } = await import('diff');
  // What is alike at both ends needs no search, and mostly that is nearly all.
  let start = 0;
  while (start < left.length && start < right.length && same(left[start], right[start])) start++;
  let leftEnd = left.length;
  let rightEnd = right.length;
  while (leftEnd > start && rightEnd > start && same(left[leftEnd - 1], right[rightEnd - 1])) {
    leftEnd--;
    rightEnd--;
  }
  const both = (from: number, to: number, shift: number): Pair<Left, Right>[] =>
    Array.from({ length: to - from }, (_, index) => ({ left: left[from + index], right: right[from + index + shift] }));
  const began = Date.now();
  const changes = diffArrays<unknown>(left.slice(start, leftEnd), right.slice(start, rightEnd), {
    comparator: (one, other) => same(one as Left, other as Right),
    ...(patience.milliseconds > 0 ? { timeout: patience.milliseconds } : { maxEditLength: EDITS_AT_LEAST }),
  });
  patience.milliseconds = Math.max(0, patience.milliseconds - (Date.now() - began));
  const middle: Pair<Left, Right>[] = [];
  if (changes === undefined) {
    for (let at = start; at < Math.max(leftEnd, rightEnd); at++) {
      const one = at < leftEnd ? left[at] : null;
      const other = at < rightEnd ? right[at] : null;
      if (one !== null && other !== null && same(one, other)) middle.push({ left: one, right: other });
      else {
        if (one !== null) middle.push({ left: one, right: null });
        if (other !== null) middle.push({ left: null, right: other });
      }
    }
  } else {
    let at = start;
    let to = start;
    for (const { added, removed, count } of changes) {
      for (let index = 0; index < count; index++) {
        middle.push({ left: added ? null : left[at++], right: removed ? null : right[to++] });
      }
    }
  }
  return [...both(0, start, 0), ...middle, ...both(leftEnd, left.length, rightEnd - leftEnd)];
}
