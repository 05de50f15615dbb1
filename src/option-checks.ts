// What the options that a program gives may be, where TypeScript does not hold it to them: a table for each function, and one line
// for what does not fit. Knows no option.

/** What an option may be. */
export interface Wanted {
  fits(value: unknown): boolean;
  /** Behind "must be". */
  words: string;
}

export function oneOf(values: readonly unknown[]): Wanted {
  return { fits: (value) => values.includes(value), words: alternatives(values.map(shown)) };
}

/** Whole or not, and infinite too where `most` is. */
export function numberFrom(least: number, most = Number.POSITIVE_INFINITY): Wanted {
  const words = `a number from ${least} ${most === Number.POSITIVE_INFINITY ? 'on' : `to ${most}`}`;
  return { fits: (value) => typeof value === 'number' && value >= least && value <= most, words };
}

/**
 * Options that are not given, or are undefined, fit.
 *
 * @throws {TypeError} of the first that does not fit
 */
export function checkOptions(options: object, table: Readonly<Record<string, Wanted>>): void {
  const given = new Map(Object.entries(options));
  for (const [name, { fits, words }] of Object.entries(table)) {
    const value = given.get(name);
    if (value !== undefined && !fits(value)) throw new TypeError(`${name} must be ${words}, not ${shown(value)}`);
  }
}

/** `a, b or c` */
export function alternatives(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
