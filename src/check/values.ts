// Compares what was found with what was expected: values whole or in part, patterns, bounds, conditions. Gives the
// differences by path, so that a miss can be told by what is nearest. Knows nothing of messages.

import { isGreat, isSameNumber } from '../codec/great-integers.ts';
import { makePattern, PatternError, type TextPattern } from '../dissect/selection-pattern.ts';
import { truncate } from '../output/display-width.ts';
import { type ToldApart, tellApart } from '../output/telling-apart.ts';
import { formatValue } from '../output/value-notation.ts';
import { type Condition, ConditionError, compileCondition } from './condition.ts';
import { pathBelow } from './path-below.ts';
import { type Path, PathError } from './path-error.ts';

export interface Difference {
  /** `value.seq`, and `value.note from character 231 on` where the beginnings are the same. */
  readonly path: string;
  readonly expected: string;
  readonly found: string;
}

/** Compares one value; what is the same gives nothing. */
export type Comparer = (found: unknown, path: string) => Difference[];

export interface Bounds<Quantity = number> {
  min?: Quantity;
  max?: Quantity;
}

/** Columns of a value in a message. */
const SHOWN = 120;

/** @param from UTF-16 unit of a text at which it is to begin */
export function show(value: unknown, from = 0): string {
  if (value === undefined) return 'nothing';
  const shown = from > 0 && typeof value === 'string' ? `…${value.slice(from)}` : value;
  return truncate(formatValue(shown, SHOWN), SHOWN);
}

/** Two values that differ, each as `show` has it, and from where on. */
export function showApart(one: unknown, other: unknown): ToldApart {
  // A character may take two columns.
  return tellApart(one, other, SHOWN / 2, show);
}

/** It is put in words where somebody reads it: of what is compared most differences only count. */
class ValueDifference implements Difference {
  readonly #path: string;
  readonly #values: readonly [expected: unknown, found: unknown];
  #told: ToldApart | null = null;

  constructor(path: string, expected: unknown, found: unknown) {
    this.#path = path;
    this.#values = [expected, found];
  }

  get path(): string {
    return `${this.#path}${this.#tell().place}`;
  }

  get expected(): string {
    return this.#tell().one;
  }

  get found(): string {
    return this.#tell().other;
  }

  #tell(): ToldApart {
    this.#told ??= showApart(...this.#values);
    return this.#told;
  }
}

export function boundsOf(given: number | Bounds): Bounds {
  return typeof given === 'number' ? { min: given, max: given } : given;
}

export function within(value: number | bigint, { min, max }: Bounds<number | bigint>): boolean {
  return value >= (min ?? Number.NEGATIVE_INFINITY) && value <= (max ?? Number.POSITIVE_INFINITY);
}

/**
 * Whether it takes longer than it may, both in seconds. Captures have nanoseconds at the finest, and the difference of two times
 * that no double holds is off by less: it must not make late what comes exactly in time.
 */
export function isLonger(seconds: number, limit: number): boolean {
  return Math.round(seconds * 1e9) > Math.round(limit * 1e9);
}

/** `3`, `at least 1`, `1 to 5` */
export function showBounds<Quantity>(
  { min, max }: Bounds<Quantity>,
  show: (value: Quantity) => string = String,
): string {
  if (min !== undefined && min === max) return show(min);
  if (min !== undefined && max !== undefined) return `${show(min)} to ${show(max)}`;
  if (min !== undefined) return `at least ${show(min)}`;
  return max === undefined ? 'any number' : `at most ${show(max)}`;
}

export interface CompareOptions {
  /** Mappings have nothing but what is named. */
  exact?: boolean;
  /** Zero, false, empty text and the empty list may stand for what is not there, as they do in protobuf. */
  unsetIsDefault?: boolean;
}

/** What an operator such as `$pattern` makes of its argument. */
type Operator = (
  argument: unknown,
  path: Path,
  members: Readonly<Record<string, unknown>>,
) => Comparer | Promise<Comparer>;

const OPERATORS: Readonly<Record<string, Operator>> = {
  $any: () => (found, path) => (found === undefined ? [{ path, expected: 'anything', found: 'nothing' }] : []),
  $pattern: patternComparer,
  $cel: celComparer,
  $min: boundsComparer,
  $max: boundsComparer,
  $is: (argument) => exactComparer(argument),
};

/**
 * How `expected` is to be compared. A mapping is compared in part (what it does not name may be as it likes) unless `exact`;
 * a list, element by element; `{ $pattern: … }` and its like as they say.
 *
 * @throws {PathError} where a pattern or condition is none
 */
export async function makeComparer(expected: unknown, path: Path, options: CompareOptions = {}): Promise<Comparer> {
  const { exact = false, unsetIsDefault = false } = options;
  if (Array.isArray(expected)) {
    const items = await Promise.all(expected.map((item, index) => makeComparer(item, [...path, index], options)));
    return unsetIsDefault && items.length === 0 ? orUnset(listComparer(items)) : listComparer(items);
  }
  if (typeof expected !== 'object' || expected === null) {
    const isDefault = expected === 0 || expected === '' || expected === false || expected === '0';
    return unsetIsDefault && isDefault ? orUnset(scalarComparer(expected)) : scalarComparer(expected);
  }
  const members = Object.entries(expected);
  const [first] = members;
  if (first?.[0].startsWith('$')) {
    const operator = OPERATORS[first[0]];
    if (operator === undefined) {
      throw new PathError(path, `unknown operator ${first[0]}`, `known are ${Object.keys(OPERATORS).join(', ')}`);
    }
    return operator(first[1], [...path, first[0]], expected as Record<string, unknown>);
  }
  const comparers = await Promise.all(
    members.map(async ([key, member]) => [key, await makeComparer(member, [...path, key], options)] as const),
  );
  return mappingComparer(new Map(comparers), expected, exact);
}

function orUnset(compare: Comparer): Comparer {
  return (found, path) => (found === undefined ? [] : compare(found, path));
}

function scalarComparer(expected: unknown): Comparer {
  return (found, path) => (sameScalar(expected, found) ? [] : [new ValueDifference(path, expected, found)]);
}

/** 64-bit numbers are text in proto3's JSON mapping; whoever writes their digits means them. */
function sameScalar(expected: unknown, found: unknown): boolean {
  if (isSameNumber(expected, found)) return true;
  // What must be null may as well not be there.
  if (expected === null) return found === undefined;
  if (typeof expected === 'number' && typeof found === 'string') return String(expected) === found;
  return typeof expected === 'bigint' && String(expected) === String(found);
}

function listComparer(comparers: readonly Comparer[]): Comparer {
  return (found, path) => {
    if (!Array.isArray(found)) return [{ path, expected: `a list of ${comparers.length}`, found: show(found) }];
    const differences = comparers.flatMap((compare, index) => compare(found[index], pathBelow(path, index)));
    if (found.length <= comparers.length) return differences;
    return [...differences, { path, expected: `${comparers.length} elements`, found: `${found.length} elements` }];
  };
}

function mappingComparer(comparers: ReadonlyMap<string, Comparer>, expected: object, exact: boolean): Comparer {
  return (found, path) => {
    if (typeof found !== 'object' || found === null || Array.isArray(found)) {
      return [new ValueDifference(path, expected, found)];
    }
    const members = found as Record<string, unknown>;
    const member = (key: string) => (Object.hasOwn(members, key) ? members[key] : undefined);
    const differences = [...comparers].flatMap(([key, compare]) => compare(member(key), pathBelow(path, key)));
    if (!exact) return differences;
    const more = Object.keys(members).filter((key) => !comparers.has(key));
    return [
      ...differences,
      ...more.map((key) => ({ path: pathBelow(path, key), expected: 'nothing', found: show(members[key]) })),
    ];
  };
}

function exactComparer(argument: unknown): Comparer {
  return (found, path) => exactDifference(argument, found, path);
}

/** In all members, and in their order; the first place where they differ. */
function exactDifference(expected: unknown, found: unknown, path: string): Difference[] {
  if (!isNested(expected) || !isNested(found))
    return isSameNumber(expected, found) ? [] : [new ValueDifference(path, expected, found)];
  const [members, others] = [Object.entries(expected), Object.entries(found)];
  const haveTheSameKeys =
    Array.isArray(expected) === Array.isArray(found) &&
    members.length === others.length &&
    members.every(([key], index) => key === others[index][0]);
  if (!haveTheSameKeys) return [new ValueDifference(path, expected, found)];
  for (const [index, [key, member]] of members.entries()) {
    const differences = exactDifference(member, others[index][1], pathBelow(path, key));
    if (differences.length > 0) return differences;
  }
  return [];
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function patternComparer(argument: unknown, path: Path): Comparer {
  if (typeof argument !== 'string') throw new PathError(path, 'a pattern must be text', 'put it in quotes');
  const pattern: TextPattern = faultsToldAt(path, () => makePattern(argument, 'u'));
  return (found, at) => {
    const isScalar = found !== undefined && found !== null && typeof found !== 'object';
    return isScalar && faultsToldAt(path, () => pattern.test(String(found)))
      ? []
      : [{ path: at, expected: `what matches /${argument}/`, found: show(found) }];
  };
}

async function celComparer(argument: unknown, path: Path): Promise<Comparer> {
  const condition = await conditionAt(argument, path, ['this']);
  return (found, at) => {
    if (found !== undefined && condition.holds({ this: () => found })) return [];
    return [{ path: at, expected: `what fits ${condition.source}`, found: show(found) }];
  };
}

function boundsComparer(_: unknown, path: Path, members: Readonly<Record<string, unknown>>): Comparer {
  const { $min: min, $max: max } = members;
  for (const bound of [min, max]) {
    if (bound !== undefined && typeof bound !== 'number' && typeof bound !== 'bigint')
      throw new PathError(path, 'a bound must be a number', 'write digits');
  }
  const bounds = { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) } as Bounds<
    number | bigint
  >;
  // A double may be but the nearest of what is meant, so the bounds are as near.
  const asDoubles: Bounds = Object.fromEntries(Object.entries(bounds).map(([name, bound]) => [name, Number(bound)]));
  return (found, at) => {
    const value = numberOf(found);
    return within(value, typeof value === 'number' ? asDoubles : bounds)
      ? []
      : [{ path: at, expected: showBounds(bounds), found: show(found) }];
  };
}

/** 64-bit numbers are text in proto3's JSON mapping. */
function numberOf(found: unknown): number | bigint {
  if (typeof found === 'number' || typeof found === 'bigint') return found;
  if (typeof found !== 'string') return Number.NaN;
  return isGreat(found) ? BigInt(found) : Number(found);
}

/**
 * A condition whose faults, also those that show when it is asked, are told by where it stands.
 *
 * @throws {PathError}
 */
export async function conditionAt(source: unknown, path: Path, names: readonly string[]): Promise<Condition> {
  if (typeof source !== 'string') throw new PathError(path, 'a condition must be text', 'put it in quotes');
  const condition = await compileCondition(source, names).catch((error) => {
    throw faultAt(path, error);
  });
  return {
    source,
    names: condition.names,
    evaluate: (facts) => faultsToldAt(path, () => condition.evaluate(facts)),
    holds: (facts) => faultsToldAt(path, () => condition.holds(facts)),
    keyOf: (name, facts) => faultsToldAt(path, () => condition.keyOf(name, facts)),
  };
}

function faultsToldAt<Result>(path: Path, run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    throw faultAt(path, error);
  }
}

/** A fault of a pattern or condition with its path; any other error as it is. */
function faultAt(path: Path, error: unknown): unknown {
  if (error instanceof PatternError) return new PathError(path, error.what, error.whatToDo);
  if (!(error instanceof ConditionError)) return error;
  const column = error.column === null ? '' : `character ${error.column}: `;
  return new PathError(path, `${column}${error.what}`, error.whatToDo);
}
