// Where the next message is that a matcher matches. Knows nothing of what it is looked for.

import type { SaidEvent } from '../dissect/said-event.ts';
import type { Matcher } from './matcher.ts';

/** Index of the first match from `start` on; beyond all where there is none. */
export type Search = (start: number) => number;

/** Asks every message on its way, each time. */
export function searchOf(said: readonly SaidEvent[], matcher: Matcher): Search {
  return (start) => {
    let at = start;
    while (at < said.length && !matcher.matches(said[at])) at++;
    return at;
  };
}

/** Looks at the message at `start` and at no other. */
export function nextAlone(said: readonly SaidEvent[], matcher: Matcher): Search {
  return (start) => (start < said.length && matcher.matches(said[start]) ? start : said.length);
}

/** Asks each message once, when it first lies on the way. It takes four octets for each. */
export function rememberedSearchOf(said: readonly SaidEvent[], matcher: Matcher): Search {
  /** Of each message where to look next, which is itself if it matches; -1 where it was not asked. */
  let onward: Int32Array | null = null;
  return (start) => {
    onward ??= new Int32Array(said.length).fill(-1);
    let at = start;
    while (at < said.length && onward[at] !== at) {
      if (onward[at] < 0) onward[at] = matcher.matches(said[at]) ? at : at + 1;
      else at = onward[at];
    }
    // What was passed leads straight here the next time.
    for (let passed = start; passed < at; ) {
      const next = onward[passed];
      onward[passed] = at;
      passed = next;
    }
    return at;
  };
}
