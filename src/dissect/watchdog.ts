// Gives a function a limit of time, by V8's watchdog over what runs in a context. Knows nothing of what runs.

import vm from 'node:vm';

/** Milliseconds for one call. */
export const TIME_LIMIT = 1000;

/**
 * `run` with a watchdog, which costs 0.1 ms a call. What `run` throws is thrown on; where it takes longer than `timeLimit`, what
 * `tooLong` makes.
 */
export function guarded<Given, Result>(run: (given: Given) => Result, timeLimit: number, tooLong: () => Error) {
  const context = vm.createContext({ run });
  const script = new vm.Script('run(given)');
  return (given: Given): Result => {
    context.given = given;
    try {
      return script.runInContext(context, { timeout: timeLimit });
    } catch (error) {
      if ((error as { code?: string }).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      throw tooLong();
    }
  };
}
