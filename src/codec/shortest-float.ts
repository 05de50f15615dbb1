// Spells a 32-bit float in the fewest digits that give the same 32-bit value back: 0.1, where the double that holds it
// would print as 0.10000000149011612. It knows nothing of JSON; callers spell NaN and the infinities.

/** Any decimal of so many digits survives a 32-bit float (FLT_DIG), so the search may begin here… */
const DIGITS_ALWAYS_KEPT = 6;
/** …but below this, the least normal value, precision fades and fewer digits may do. */
const LEAST_NORMAL = 2 ** -126;
/** An eighth of the distance from a power of two to the next larger float, relative to it. */
const MIDDLE_OF_POWER = 2 ** -26;
/** So many digits always suffice (FLT_DECIMAL_DIG). */
const DIGITS_ENOUGH = 9;

/** The shortest decimal, in the notation of `String(number)`; −0 is `-0`. `value` is finite and exactly a 32-bit float. */
export function shortestFloat(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const first = Math.abs(value) < LEAST_NORMAL ? 1 : DIGITS_ALWAYS_KEPT;
  for (let digits = first; digits < DIGITS_ENOUGH; digits++) {
    const nearest = Number(value.toPrecision(digits));
    if (Math.fround(nearest) === value) return String(nearest);
    // What rounds to a power of two reaches twice as far outwards as inwards, so where the nearest decimal fails, the one
    // nearest to the middle of that range may still do (2^87 is 1.5474251e+26).
    const middle = Number((value * (1 + MIDDLE_OF_POWER)).toPrecision(digits));
    if (Math.fround(middle) === value) return String(middle);
  }
  return String(Number(value.toPrecision(DIGITS_ENOUGH)));
}
