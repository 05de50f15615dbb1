// The command line, from words to an exit code. Everything that a command needs is loaded when it runs, so that
// `--version` and mistyped options are answered at once.

import { type Command, CommanderError } from 'commander';
import { nearestName } from '../nearest-name.ts';
import { FINE, USAGE } from './exit-codes.ts';
import { Failure, report } from './failure.ts';
import { makeProgram } from './program.ts';

/** What a worker thread does in place of `main`. */
export async function work(): Promise<void> {
  const worker = await import('./each/worker.ts');
  worker.work();
}

/** Runs the words after the program's name; the exit code is left in `process.exitCode`. */
export async function main(words: readonly string[]): Promise<void> {
  try {
    const program = makeProgram(words);
    await program.parseAsync(withoutVainHelp(words, program), { from: 'user' });
  } catch (error) {
    // Commander has said by itself what is wrong, or has shown what was asked for.
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? FINE : USAGE;
    else process.exitCode = report(error);
  }
}

/** `help help` is `help`, and help of what is not there is refused; Commander prints the whole help as an error for both. */
function withoutVainHelp(words: readonly string[], program: Command): readonly string[] {
  const [first, word] = words;
  if (first !== 'help' || word === undefined || word.startsWith('-')) return words;
  if (word === 'help') return ['help'];
  const names = program.commands.map((each) => each.name());
  if (names.includes(word)) return words;
  const meant = nearestName(word, names);
  const advice = meant === null ? 'wsdissect help lists all' : `did you mean ${meant}?`;
  throw new Failure(`there is no command ${word}; ${advice}`);
}
