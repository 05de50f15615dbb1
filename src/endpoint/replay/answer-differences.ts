// Holds what a live server answered against what was captured: by path where both are values, else as a whole. It knows
// neither connections nor captures.

import { stringifyExactly } from '../../codec/great-integers.ts';
import { literalPattern } from '../../codec/literal-pattern.ts';
import { checkValue } from '../../option-checks.ts';
import { PATHS } from '../option-tables.ts';

/** What a message says, as it is compared. */
export interface Answer {
  kind: 'text' | 'binary' | 'close';
  /** Type, where a registry knows it. */
  type: string | null;
  /** A decoded value or JSON; undefined where it is neither. */
  value: unknown;
  data: Uint8Array;
}

/** One place at which two answers differ. */
export interface Difference {
  /** `items.0.price`; empty for the whole. */
  path: string;
  captured: unknown;
  live: unknown;
}

/** Decides whether a path is left out. */
export type IsIgnored = (path: string) => boolean;

/** Differences of one answer that are told; more only count. */
const MOST = 20;
/** Deeper values are compared as a whole. */
const DEPTH_LIMIT = 100;

/**
 * `*` stands for anything within one step of a path, `**` for any number of steps.
 *
 * @throws {TypeError} where the patterns are not a list of texts
 */
export function ignoring(patterns: readonly string[]): IsIgnored {
  checkValue('patterns', patterns, PATHS);
  const expressions = patterns.map((pattern) => {
    const steps = pattern.split('.').map((step, at, all) => {
      if (step === '**') return '(?:[^.]+\\.)*';
      return step.split('*').map(literalPattern).join('[^.]*') + (at < all.length - 1 ? '\\.' : '');
    });
    // What is below an ignored place is ignored too.
    return new RegExp(`^${steps.join('')}(?:\\.|$)`);
  });
  return (path) => expressions.some((expression) => expression.test(path));
}

/** Where the live answer differs from the captured one; empty where it does not. */
export function differencesOf(captured: Answer, live: Answer, isIgnored: IsIgnored): Difference[] {
  if (captured.kind !== live.kind) return [{ path: '', captured: captured.kind, live: live.kind }];
  if (captured.type !== live.type) return [{ path: '', captured: captured.type, live: live.type }];
  if (captured.value !== undefined && live.value !== undefined) {
    return valueDifferences(captured.value, live.value, isIgnored);
  }
  if (Buffer.from(captured.data).equals(live.data)) return [];
  const said = ({ kind, data }: Answer) => (kind === 'text' ? Buffer.from(data).toString() : data);
  return isIgnored('') ? [] : [{ path: '', captured: said(captured), live: said(live) }];
}

/** The places at which two values differ. */
export function valueDifferences(captured: unknown, live: unknown, isIgnored: IsIgnored): Difference[] {
  const found: Difference[] = [];
  compare(captured, live, [], isIgnored, found);
  return found;
}

function compare(
  captured: unknown,
  live: unknown,
  path: readonly string[],
  isIgnored: IsIgnored,
  found: Difference[],
): void {
  const name = path.join('.');
  if (found.length >= MOST || (name !== '' && isIgnored(name)) || Object.is(captured, live)) return;
  if (
    path.length < DEPTH_LIMIT &&
    isNested(captured) &&
    isNested(live) &&
    Array.isArray(captured) === Array.isArray(live)
  ) {
    for (const key of new Set([...Object.keys(captured), ...Object.keys(live)])) {
      compare(ownValue(captured, key), ownValue(live, key), [...path, key], isIgnored, found);
    }
  } else if (!isNested(captured) || !isNested(live) || stringifyExactly(captured) !== stringifyExactly(live)) {
    found.push({ path: name, captured, live });
  }
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function ownValue(value: object, key: string): unknown {
  return Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
}
