// Examples at the end of each help text. A test runs every one of them in the folder fixtures/walkthrough.

import type { Command } from 'commander';

export interface Example {
  command: string;
  says: string;
}

const examples = new WeakMap<Command, readonly Example[]>();

export function addExamples(command: Command, list: readonly Example[]): void {
  examples.set(command, list);
  const lines = list.flatMap(({ command: line, says }) => [`  ${line}`, `      ${says}`]);
  command.addHelpText('after', `\nExamples:\n${lines.join('\n')}\n`);
}

export function examplesOf(command: Command): readonly Example[] {
  return examples.get(command) ?? [];
}
