// What the options that a program gives may be, where TypeScript does not hold it to them: a table for each function, and one line
// for what does not fit. Knows no option.

import { nearestName } from './nearest-name.ts';

/** What an option may be. */
export interface Wanted {
  fits(value: unknown): boolean;
  /** Behind "must be". */
  words: string;
  /** Whether it must be given. */
  needed?: boolean;
}

/** All options that a function has, by name. */
export type WantedOptions = Readonly<Record<string, Wanted>>;

/** Characters of a text, and items of a list, by which an error shows it. */
const SHOWN_TEXT = 60;
const SHOWN_ITEMS = 3;

export const FLAG: Wanted = { fits: (value) => typeof value === 'boolean', words: 'true or false' };
export const TEXT: Wanted = { fits: (value) => typeof value === 'string', words: 'a text' };
export const FUNCTION: Wanted = { fits: (value) => typeof value === 'function', words: 'a function' };
/** With options of their own, which another table checks. */
export const OPTIONS: Wanted = { fits: isObject, words: 'an object of options' };
export const SIGNAL: Wanted = { fits: (value) => hasMethods(value, ['throwIfAborted']), words: 'an AbortSignal' };

export function oneOf(values: readonly unknown[]): Wanted {
  return { fits: (value) => values.includes(value), words: alternatives(values.map((each) => shown(each))) };
}

/** Whole or not, and infinite too where `most` is. */
export function numberFrom(least: number, most = Number.POSITIVE_INFINITY): Wanted {
  const fits = (value: unknown) => typeof value === 'number' && value >= least && value <= most;
  return { fits, words: `a number ${rangeOf(least, most)}` };
}

/** Infinite too where `most` is. */
export function wholeFrom(least: number, most = Number.POSITIVE_INFINITY): Wanted {
  const { fits } = numberFrom(least, most);
  const isWhole = (value: unknown) => Number.isInteger(value) || value === Number.POSITIVE_INFINITY;
  return { fits: (value) => fits(value) && isWhole(value), words: `a whole number ${rangeOf(least, most)}` };
}

export function listOf(each: Wanted): Wanted {
  const fits = (value: unknown) => Array.isArray(value) && value.every((one) => each.fits(one));
  return { fits, words: `a list, each of it ${each.words}` };
}

/** Whoever made the object: what counts is what can be called. */
export function withMethods(words: string, names: readonly string[]): Wanted {
  return { fits: (value) => hasMethods(value, names), words };
}

export function orNull({ fits, words }: Wanted): Wanted {
  return { fits: (value) => value === null || fits(value), words: `${words}, or null` };
}

export function needed(wanted: Wanted): Wanted {
  return { ...wanted, needed: true };
}

/**
 * Options that are not given, or are undefined, fit where they are not needed; what the object inherits besides is another's affair.
 *
 * @param of whose options they are, where they are an option themselves: `limits`
 * @throws {TypeError} of the first that there is not, or that does not fit
 */
export function checkOptions(options: unknown, table: WantedOptions, of?: string): void {
  checkValue(of ?? 'options', options, OPTIONS);
  const given = options as Readonly<Record<string, unknown>>;
  const prefix = of === undefined ? '' : `${of}.`;
  for (const name of Object.keys(given)) {
    if (given[name] !== undefined && !Object.hasOwn(table, name)) throw noOption(name, Object.keys(table), prefix);
  }
  for (const [option, wanted] of Object.entries(table)) {
    const value = given[option];
    if (value !== undefined || wanted.needed) checkValue(`${prefix}${option}`, value, wanted);
  }
}

function noOption(name: string, known: readonly string[], prefix: string): TypeError {
  const nearest = nearestName(name, known);
  const whatToDo = nearest === null ? `known here: ${known.join(', ')}` : `did you mean ${prefix}${nearest}?`;
  return new TypeError(`there is no option ${shown(`${prefix}${name}`)}; ${whatToDo}`);
}

/**
 * The same of one value.
 *
 * @param name which it is to the program
 * @throws {TypeError}
 */
export function checkValue(name: string, value: unknown, { fits, words }: Wanted): void {
  if (!fits(value)) throw new TypeError(`${name} must be ${words}, not ${shown(value)}`);
}

/** `a, b or c` */
export function alternatives(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function rangeOf(least: number, most: number): string {
  return `from ${least} ${most === Number.POSITIVE_INFINITY ? 'on' : `to ${most}`}`;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasMethods(value: unknown, names: readonly string[]): boolean {
  return isObject(value) && names.every((name) => typeof value[name] === 'function');
}

/** In one line, whatever it is. */
function shown(value: unknown, isItem = false): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > SHOWN_TEXT ? `${value.slice(0, SHOWN_TEXT)}…` : value);
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return isItem ? 'a list' : shownList(value);
  if (typeof value !== 'object' || value === null) return String(value);
  const { name } = value.constructor ?? {};
  // Generators have a constructor without a name.
  const what = typeof name === 'string' && name !== '' ? name : Object.prototype.toString.call(value).slice(8, -1);
  return what === 'Object' ? 'an object' : `an instance of ${what}`;
}

function shownList(items: readonly unknown[]): string {
  const first = items.slice(0, SHOWN_ITEMS).map((item) => shown(item, true));
  return `[${first.join(', ')}${items.length > SHOWN_ITEMS ? ', …' : ''}]`;
}
