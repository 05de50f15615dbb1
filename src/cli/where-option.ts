// `--where`: a condition in CEL on messages. Loads the language only where the option is given, and says at the end where a
// condition fitted nothing because it could be asked of nothing.

import type { Question } from '../dissect/asking-sink.ts';
import { Failure, say } from './failure.ts';
import { TYPES_BY } from './registry-options.ts';

export interface Where {
  question: Question;
  /** Says on standard error why the condition could never be evaluated, where that is so. */
  account(): void;
}

/**
 * @param knowsTypes whether a registry says what payloads are
 * @throws {Failure} where it is no condition
 */
export async function whereOf(source: string | undefined, knowsTypes: boolean): Promise<Where | null> {
  if (source === undefined) return null;
  const { compileCondition, ConditionError } = await import('../check/condition.ts');
  const { factsOf, MESSAGE_FACTS } = await import('../check/message-facts.ts');
  try {
    const condition = await compileCondition(source, MESSAGE_FACTS);
    let evaluated = 0;
    let trouble: string | null = null;
    return {
      question: (said) => {
        const result = condition.evaluate(factsOf(said));
        if (result.trouble === null) evaluated++;
        else trouble ??= result.trouble;
        return result.holds;
      },
      account: () => {
        if (evaluated > 0 || trouble === null) return;
        const advice = knowsTypes ? '' : `; types and values are known with ${TYPES_BY}`;
        say(`--where could be asked of no message: ${trouble}${advice}`);
      },
    };
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    const where = error.column === null ? '' : ` column ${error.column}:`;
    throw new Failure(`--where${where} ${error.message}`);
  }
}
