// A condition in CEL (https://cel.dev), compiled once and asked of many things. The language is @bufbuild/cel's: values
// cannot be changed, patterns are RE2's and take linear time. Knows nothing of messages: it is given facts by name.

import { guarded, TIME_LIMIT } from '../dissect/watchdog.ts';
import { nearestName } from '../nearest-name.ts';
import { type Expression, surveyOf } from './condition-survey.ts';
import { keyOfValue, tiesOf } from './condition-ties.ts';

const LONGEST = 10_000;
/** Brackets within brackets: where one is not closed, parsing takes time by the third power of them. */
const DEEPEST = 200;

/** What is written as a function is, and stands for a loop or a question. */
const MACROS = ['has', 'all', 'exists', 'exists_one', 'map', 'filter'];

/** What is wrong with a condition, in one line, `what; what to do`; `column` counts from 1 where it is known. */
export class ConditionError extends Error {
  override readonly name = 'ConditionError';
  readonly what: string;
  readonly whatToDo: string;
  readonly column: number | null;

  constructor(what: string, whatToDo: string, column: number | null = null) {
    super(`${what}; ${whatToDo}`);
    this.what = what;
    this.whatToDo = whatToDo;
    this.column = column;
  }
}

/** What a condition may ask of, by name; a fact is made only where the condition names it. */
export type Facts = Readonly<Record<string, () => unknown>>;

export interface Condition {
  readonly source: string;
  /** Of what it asks. */
  readonly names: readonly string[];
  /**
   * Whether it is true. One that cannot be evaluated is not, as a field is not there, or two types do not go together: `trouble`
   * are the words for that, else null.
   *
   * @throws {ConditionError} where it takes too long, or comes to what is neither true nor false
   */
  evaluate(facts: Facts): { holds: boolean; trouble: string | null };
  /** @throws {ConditionError} as `evaluate` */
  holds(facts: Facts): boolean;
  /**
   * What the equalities in it compare of this name with another, as in `request.id == answer.id`: it holds only of facts whose
   * keys are the same. Null where it holds of none with this fact; the same of all where it has no such equality.
   *
   * @throws {ConditionError} as `evaluate`
   */
  keyOf(name: string, facts: Facts): string | null;
}

/** A condition, or a part of one, ready to be evaluated. */
type Run = (bindings: Record<string, unknown>) => unknown;

type Cel = typeof import('@bufbuild/cel');

/** @throws {ConditionError} */
export async function compileCondition(source: string, names: readonly string[]): Promise<Condition> {
  const cel = await import('@bufbuild/cel');
  if (source.length > LONGEST) {
    throw new ConditionError(`a condition has ${LONGEST} characters at most`, 'write it shorter');
  }
  if (depthOf(source) > DEEPEST) throw tooDeep();
  const parsed = parse(cel, source);
  const survey = withinStack(() => surveyOf(parsed.expr));
  for (const [name, id] of survey.names) {
    if (names.includes(name)) continue;
    const meant = nearestName(name, names);
    const position = parsed.sourceInfo?.positions[String(id)];
    const advice = meant === null ? `known are ${names.join(', ')}` : `did you mean ${meant}?`;
    throw new ConditionError(`${name} is nothing to ask for`, advice, position === undefined ? null : position + 1);
  }
  const environment = cel.celEnv({});
  for (const [name, id] of survey.calls) {
    if (environment.funcs.find(name) !== undefined) continue;
    const meant = nearestName(name, [...new Set([...environment.funcs].map((each) => each.name))].concat(MACROS));
    const advice = meant === null || meant === name ? 'see docs/conditions.md' : `did you mean ${meant}?`;
    const position = parsed.sourceInfo?.positions[String(id)];
    const column = position === undefined ? null : position + 1;
    throw new ConditionError(
      MACROS.includes(name) ? `${name} cannot be called like this` : `there is no function ${name}`,
      advice,
      column,
    );
  }
  const runOf = (expression: Expression, loops: number): Run => {
    const plan = withinStack(() => cel.plan(environment, expression));
    const run: Run = (bindings) => withinStack(() => plan(bindings as never));
    // Loops inside of loops take time without end on a long list.
    return loops > 1 ? guarded(run, TIME_LIMIT, () => tooLong(source)) : run;
  };
  const expression = parsed.expr as Expression;
  const ties = withinStack(() => tiesOf(expression, names)).map(
    (tie) => new Map([...tie].map(([name, side]) => [name, runOf(side, surveyOf(side).loops)])),
  );
  return new CelCondition(source, cel, [...survey.names.keys()], runOf(expression, survey.loops), ties);
}

function depthOf(source: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [bracket] of source.matchAll(/[()[\]{}]/g)) {
    depth += '([{'.includes(bracket) ? 1 : -1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

function tooDeep(): ConditionError {
  return new ConditionError('it is nested too deep', 'write it in parts');
}

/** Thousands of operators in a row lie one in the other, too. */
function withinStack<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    throw error instanceof RangeError ? tooDeep() : error;
  }
}

function parse(cel: Cel, source: string): ReturnType<Cel['parse']> {
  try {
    return cel.parse(source);
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep();
    const { rawMessage, location } = error as { rawMessage?: string; location?: { start: { column: number } } };
    const column = location?.start.column ?? null;
    const said = (rawMessage ?? String(error))
      // Tried as the last of what is read: as often something is missing behind it.
      .replace(/^found (.+) but expecting end of input$/s, 'what begins with $1 is not whole, or cannot stand there')
      .replace(/ but expecting .{60}.*$/s, ', which cannot stand there');
    throw new ConditionError(`it is no condition of CEL: ${said}`, 'see docs/conditions.md', column);
  }
}

class CelCondition implements Condition {
  readonly source: string;
  readonly names: readonly string[];
  readonly #cel: Cel;
  readonly #run: Run;
  /** Of each equality that ties one name to another, its sides. */
  readonly #ties: readonly ReadonlyMap<string, Run>[];

  constructor(source: string, cel: Cel, names: readonly string[], run: Run, ties: readonly ReadonlyMap<string, Run>[]) {
    this.source = source;
    this.#cel = cel;
    this.names = names;
    this.#run = run;
    this.#ties = ties;
  }

  evaluate(facts: Facts): { holds: boolean; trouble: string | null } {
    const bindings: Record<string, unknown> = {};
    for (const name of this.names) bindings[name] = celValueOf(facts[name]());
    const result = this.#run(bindings);
    if (this.#cel.isCelError(result)) return { holds: false, trouble: result.message };
    if (result === null) return { holds: false, trouble: 'it comes to null' };
    if (typeof result === 'boolean') return { holds: result, trouble: null };
    const what = `${this.source} comes to ${kindOf(result)}, which is neither true nor false`;
    throw new ConditionError(what, 'compare it with something');
  }

  holds(facts: Facts): boolean {
    return this.evaluate(facts).holds;
  }

  keyOf(name: string, facts: Facts): string | null {
    if (this.#ties.length === 0) return '';
    const bindings = { [name]: celValueOf(facts[name]()) };
    const keys: string[] = [];
    for (const tie of this.#ties) {
      const value = tie.get(name)?.(bindings);
      if (this.#cel.isCelError(value)) return null;
      keys.push(withinStack(() => keyOfValue(this.#cel, value)));
    }
    return keys.join('\n');
  }
}

/** Facts that are made once, however often they are asked for. */
export function madeOnce(facts: Facts): Facts {
  const made = new Map<string, unknown>();
  const once = (name: string, fact: () => unknown) => () => {
    if (!made.has(name)) made.set(name, celValueOf(fact()));
    return made.get(name);
  };
  return Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, once(name, fact)]));
}

function tooLong(source: string): ConditionError {
  const what = `${source} takes more than ${TIME_LIMIT} ms at one time`;
  return new ConditionError(what, 'write it without loops in loops');
}

function kindOf(value: unknown): string {
  if (typeof value === 'string') return 'a text';
  return typeof value === 'bigint' || typeof value === 'number' ? 'a number' : 'several values';
}

/**
 * JSON as CEL's values. Whole numbers are integers, as they are in the messages that people compare, so that `%` and `+ 1`
 * work on them, up to 64 bits; greater ones are doubles. Objects are maps, as of an object `constructor` and `$typeName` would
 * say something else. A map is of such values already.
 */
function celValueOf(value: unknown): unknown {
  if (typeof value === 'bigint') return BigInt.asIntN(64, value) === value ? value : Number(value);
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(celValueOf);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array || value instanceof Map)
    return value ?? null;
  return new Map(Object.entries(value).map(([key, member]) => [key, celValueOf(member)]));
}
