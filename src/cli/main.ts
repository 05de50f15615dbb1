// The command line, from words to an exit code. Everything that a command needs is loaded when it runs, so that
// `--version` and mistyped options are answered at once.

import { CommanderError } from 'commander';
import { FINE, USAGE } from './exit-codes.ts';
import { report } from './failure.ts';
import { makeProgram } from './program.ts';

/** Runs the words after the program's name; the exit code is left in `process.exitCode`. */
export async function main(words: readonly string[]): Promise<void> {
  try {
    await makeProgram().parseAsync(words, { from: 'user' });
  } catch (error) {
    // Commander has said by itself what is wrong, or has shown what was asked for.
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? FINE : USAGE;
    else process.exitCode = report(error);
  }
}
