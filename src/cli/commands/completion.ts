// `wsdissect completion SHELL`: a script that teaches the shell our commands, made from their definitions.

import { Argument, type Command } from 'commander';
import type { CommandModel } from '../completion/command-model.ts';
import { addExamples } from '../examples.ts';
import { choiceOf } from '../option-values.ts';
import { StandardOutput } from '../standard-output.ts';

type Shell = 'bash' | 'zsh' | 'fish';

const SHELLS: readonly Shell[] = ['bash', 'zsh', 'fish'];

export function addCompletionCommand(program: Command): void {
  const command = program
    .command('completion')
    .description('print a completion script for a shell')
    .addArgument(new Argument('<shell>', 'your shell').choices(SHELLS).argParser(choiceOf(SHELLS)))
    .action((shell: Shell) => printCompletion(program, shell));
  addExamples(command, [
    { command: 'source <(wsdissect completion bash)', says: 'in ~/.bashrc' },
    { command: 'source <(wsdissect completion zsh)', says: 'in ~/.zshrc' },
    { command: 'wsdissect completion fish | source', says: 'in ~/.config/fish/config.fish' },
  ]);
}

async function printCompletion(program: Command, shell: Shell): Promise<void> {
  const { commandModels } = await import('../completion/command-model.ts');
  new StandardOutput('script').writeNow(await scriptFor(shell, commandModels(program)));
}

async function scriptFor(shell: Shell, commands: readonly CommandModel[]): Promise<string> {
  if (shell === 'bash') return (await import('../completion/bash.ts')).bashCompletion(commands);
  if (shell === 'zsh') return (await import('../completion/zsh.ts')).zshCompletion(commands);
  return (await import('../completion/fish.ts')).fishCompletion(commands);
}
