// What Node's timers take at most: with more they are over at once.

/** Milliseconds. */
export const LONGEST_TIMER = 2 ** 31 - 1;
