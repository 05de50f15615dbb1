// A condition in CEL (https://cel.dev), compiled once and asked of many things. The language is @bufbuild/cel's: values
// cannot be changed, patterns are RE2's and take linear time. Knows nothing of messages: it is given facts by name.

import { nearestName } from '../codec/nearest-name.ts';
import { guarded, TIME_LIMIT } from '../dissect/watchdog.ts';

const LONGEST = 10_000;
/** Brackets within brackets: where one is not closed, parsing takes time by the third power of them. */
const DEEPEST = 200;

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
}

type Cel = typeof import('@bufbuild/cel');
type Expression = NonNullable<ReturnType<Cel['parse']>['expr']>;

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
  const run = withinStack(() => cel.plan(cel.celEnv({}), parsed));
  return new CelCondition(source, cel, survey, (bindings) => withinStack(() => run(bindings as never)));
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

interface Survey {
  /** Names that are not made by the expression itself, with the id of one place where each stands. */
  names: Map<string, bigint>;
  /** How deep loops stand inside of loops. */
  loops: number;
}

/** Type names are values of CEL, which stand where names do. */
const CEL_TYPES = new Set(['bool', 'int', 'uint', 'double', 'string', 'bytes', 'list', 'map', 'null_type']);

function surveyOf(expression: Expression): Survey {
  const survey: Survey = { names: new Map(), loops: 0 };
  const visit = (each: Expression | undefined, bound: ReadonlySet<string>, loops: number): void => {
    if (each === undefined) return;
    survey.loops = Math.max(survey.loops, loops);
    const { exprKind: kind } = each;
    switch (kind.case) {
      case 'identExpr':
        if (!bound.has(kind.value.name) && !CEL_TYPES.has(kind.value.name)) survey.names.set(kind.value.name, each.id);
        break;
      case 'selectExpr':
        visit(kind.value.operand, bound, loops);
        break;
      case 'callExpr':
        visit(kind.value.target, bound, loops);
        for (const argument of kind.value.args) visit(argument, bound, loops);
        break;
      case 'listExpr':
        for (const element of kind.value.elements) visit(element, bound, loops);
        break;
      case 'structExpr':
        for (const entry of kind.value.entries) {
          if (entry.keyKind.case === 'mapKey') visit(entry.keyKind.value, bound, loops);
          visit(entry.value, bound, loops);
        }
        break;
      case 'comprehensionExpr': {
        const { iterVar, iterVar2, accuVar, iterRange, accuInit, loopCondition, loopStep, result } = kind.value;
        const inside = new Set([...bound, iterVar, iterVar2, accuVar]);
        visit(iterRange, bound, loops);
        visit(accuInit, bound, loops);
        for (const part of [loopCondition, loopStep, result]) visit(part, inside, loops + 1);
        break;
      }
    }
  };
  visit(expression, new Set(), 0);
  return survey;
}

class CelCondition implements Condition {
  readonly source: string;
  readonly names: readonly string[];
  readonly #cel: Cel;
  readonly #run: (bindings: Record<string, unknown>) => unknown;

  constructor(source: string, cel: Cel, survey: Survey, run: (bindings: Record<string, unknown>) => unknown) {
    this.source = source;
    this.#cel = cel;
    this.names = [...survey.names.keys()];
    // Loops inside of loops take time without end on a long list.
    this.#run = survey.loops > 1 ? guarded(run, TIME_LIMIT, () => tooLong(source)) : run;
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
 * say something else.
 */
function celValueOf(value: unknown): unknown {
  if (typeof value === 'bigint') return BigInt.asIntN(64, value) === value ? value : Number(value);
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(celValueOf);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value ?? null;
  return new Map(Object.entries(value).map(([key, member]) => [key, celValueOf(member)]));
}
