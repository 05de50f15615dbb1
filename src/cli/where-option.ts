// `--where`: a condition in CEL on messages. Loads the language only where the option is given, and says at the end where a
// condition could be asked of nothing, or asked for a length that is not known.

import type { Question } from '../dissect/asking-sink.ts';
import { Failure, say } from './failure.ts';
import { TYPES_BY } from './registry-options.ts';

export interface Where {
  question: Question;
  /** Says on standard error why the condition could never be evaluated, or not as it reads, where that is so. */
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
    const asksFor = (...names: string[]) => names.some((name) => condition.names.includes(name));
    let evaluated = 0;
    let withoutLength = 0;
    let trouble: string | null = null;
    return {
      question: (said) => {
        const result = condition.evaluate(factsOf(said));
        if (result.trouble === null) evaluated++;
        else trouble ??= result.trouble;
        if (!result.holds && said.length === undefined) withoutLength++;
        return result.holds;
      },
      account: () => {
        const told: string[] = [];
        if (evaluated === 0 && trouble !== null) {
          told.push(`--where could be asked of no message: ${trouble}`);
          if (!knowsTypes && asksFor('type', 'id', 'value')) told.push(`types and values are known with ${TYPES_BY}`);
        }
        if (withoutLength > 0 && asksFor('length')) {
          const those = withoutLength === 1 ? '1 message that was' : `${withoutLength} messages that were`;
          told.push(
            `${told.length === 0 ? '--where: ' : ''}the length of ${those} not inflated is not known; wireLength is`,
          );
        }
        if (told.length > 0) say(told.join('; '));
      },
    };
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    const where = error.column === null ? '' : ` column ${error.column}:`;
    throw new Failure(`--where${where} ${error.message}`);
  }
}
