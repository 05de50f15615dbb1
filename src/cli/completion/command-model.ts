// What a shell needs to know of the commands, read off their definitions: words, and what may follow them. Knows no shell.

import type { Command, Option } from 'commander';

/** What completes a value: files, directories, given words, or nothing at all. */
export type Values = 'file' | 'directory' | 'free' | readonly string[];

export interface OptionModel {
  /** `-f` and `--format`, as far as there are both. */
  flags: readonly string[];
  description: string;
  /** Null where the option takes no value. */
  values: Values | null;
}

export interface CommandModel {
  name: string;
  description: string;
  options: readonly OptionModel[];
  /** What stands after the options. */
  operands: Values;
}

const PLACES: Record<string, Values> = { file: 'file', dir: 'directory' };

function placeOf(placeholder: string): Values {
  return PLACES[placeholder.replace(/[<>[\].]/g, '')] ?? 'free';
}

function optionModel(option: Option): OptionModel {
  const flags = [option.short, option.long].filter((flag) => flag !== undefined && flag !== null);
  const takesValue = option.required || option.optional;
  const placeholder = option.flags.split(' ').at(-1) ?? '';
  return {
    flags,
    description: option.description,
    values: takesValue ? (option.argChoices ?? placeOf(placeholder)) : null,
  };
}

function commandModel(command: Command): CommandModel {
  const [operand] = command.registeredArguments;
  return {
    name: command.name(),
    description: command.description(),
    options: command.createHelp().visibleOptions(command).map(optionModel),
    operands: operand === undefined ? 'free' : (operand.argChoices ?? placeOf(operand.name())),
  };
}

/** All commands; the first is the one that is meant where none is named. */
export function commandModels(program: Command): readonly CommandModel[] {
  return program.commands.map(commandModel);
}
