// Completion for fish: one line an option. Knows fish, not our commands.

import type { CommandModel, OptionModel, Values } from './command-model.ts';

function quote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}

/** `-r` takes a value and completes files, `-x` takes one and does not. */
function valueWords(values: Values | null): string {
  if (values === null) return '';
  if (values === 'file') return ' -r';
  if (values === 'directory') return " -x -a '(__fish_complete_directories)'";
  return values === 'free' ? ' -x' : ` -x -a ${quote(values.join(' '))}`;
}

function optionLine(condition: string, { flags, description, values }: OptionModel): string {
  const words = flags.map((flag) => (flag.startsWith('--') ? ` -l ${flag.slice(2)}` : ` -s ${flag.slice(1)}`));
  return `complete -c wsdissect -n ${quote(condition)}${words.join('')}${valueWords(values)} -d ${quote(description)}`;
}

function operandLines(condition: string, operands: Values): string[] {
  if (operands === 'file') return [];
  return [`complete -c wsdissect -n ${quote(condition)} -f${valueWords(operands)}`];
}

export function fishCompletion(commands: readonly CommandModel[]): string {
  const names = commands.map(({ name }) => name).join(' ');
  const none = `not __fish_seen_subcommand_from ${names}`;
  return [
    '# fish completion of wsdissect: wsdissect completion fish | source',
    ...commands.map(
      ({ name, description }) => `complete -c wsdissect -n ${quote(none)} -a ${name} -d ${quote(description)}`,
    ),
    ...commands.flatMap(({ name, options, operands }, index) => {
      const seen = `__fish_seen_subcommand_from ${name}`;
      // The first command is meant also where none is named.
      const condition = index === 0 ? `${none}; or ${seen}` : seen;
      return [...options.map((option) => optionLine(condition, option)), ...operandLines(condition, operands)];
    }),
    '',
  ].join('\n');
}
