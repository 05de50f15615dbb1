// The equalities in a condition that tie one thing to another, as `request.id == answer.id` does, and what they compare as a key:
// whoever has many of each looks up what fits instead of asking of every two. Knows no messages.

import { createHash } from 'node:crypto';
import { type Expression, surveyOf } from './condition-survey.ts';

type Cel = typeof import('@bufbuild/cel');

/** The side of an equality that asks of each name. */
type Tie = ReadonlyMap<string, Expression>;

/** Characters of a key; a longer one is told by its SHA-256. */
const LONGEST_KEY = 200;

/**
 * Those that must all be true for the expression to be. None where it may ask of other than two names, as a key of one would say
 * nothing of the others.
 */
export function tiesOf(expression: Expression, names: readonly string[]): Tie[] {
  if (names.length !== 2 || expression.exprKind.case !== 'callExpr') return [];
  const { function: operator, args } = expression.exprKind.value;
  if (operator === '_&&_') return args.flatMap((part) => tiesOf(part, names));
  if (operator !== '_==_') return [];
  const tie = new Map<string, Expression>();
  for (const side of args) {
    const asked = [...surveyOf(side).names.keys()];
    if (asked.length === 1) tie.set(asked[0], side);
  }
  return tie.size === 2 ? [tie] : [];
}

/**
 * The same for values that are equal in CEL: numbers of all types by what they are worth, lists by their elements, maps by their
 * members. Of values that JSON has not it may be the same though they differ.
 */
export function keyOfValue(cel: Cel, value: unknown): string {
  const key = writtenOut(cel, value);
  return key.length <= LONGEST_KEY ? key : createHash('sha256').update(key).digest('hex');
}

function writtenOut(cel: Cel, value: unknown): string {
  if (typeof value === 'number') return String(Number.isInteger(value) ? BigInt(value) : value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (cel.isCelUint(value)) return String(value.value);
  if (cel.isCelList(value)) return `[${[...value].map((element) => writtenOut(cel, element)).join()}]`;
  if (!cel.isCelMap(value)) return 'other';
  const members = [...value].map(([name, member]) => `${writtenOut(cel, name)}:${writtenOut(cel, member)}`);
  return `{${members.sort().join()}}`;
}
