// How help looks: commands first, then options in groups by what they are for, on 80 columns. Knows no command but that
// one of them is meant where none is named, whose options stand at the top.

import { type Argument, type Command, Help, type HelpConfiguration, type Option } from 'commander';

const GENERAL = 'General:';
const MAIN_COMMAND = 'dissect';

const standard = new Help();

function mainCommandOf(command: Command): Command | undefined {
  return command.parent === null ? command.commands.find((each) => each.name() === MAIN_COMMAND) : undefined;
}

function visibleArguments(command: Command): Argument[] {
  return standard.visibleArguments(mainCommandOf(command) ?? command);
}

function visibleOptions(command: Command): Option[] {
  const own = standard.visibleOptions(command);
  const main = mainCommandOf(command);
  if (main === undefined) return own;
  return [...standard.visibleOptions(main).filter((option) => option.long !== '--help'), ...own];
}

/** `output: table, ndjson or csv [table]` */
export function optionDescription(option: Option): string {
  const choices = option.argChoices === undefined ? '' : `: ${option.argChoices.join(', ')}`;
  const preset = typeof option.defaultValue === 'string' ? ` [${option.defaultValue}]` : '';
  return `${option.description}${choices}${preset}`;
}

function argumentDescription(argument: Argument): string {
  return `${argument.description}${argument.argChoices === undefined ? '' : `: ${argument.argChoices.join(', ')}`}`;
}

/** Options by group, in the order in which the groups were first named; what belongs to none comes last. */
export function groupOptions(options: readonly Option[]): Map<string, Option[]> {
  const found = new Map<string, Option[]>();
  for (const option of [...options.filter((each) => each.helpGroupHeading), ...options]) {
    const heading = option.helpGroupHeading ?? GENERAL;
    const members = found.get(heading) ?? [];
    if (!members.includes(option)) members.push(option);
    found.set(heading, members);
  }
  return found;
}

function formatHelp(command: Command, help: Help): string {
  const width = help.padWidth(command, help);
  const section = (heading: string, items: [term: string, description: string][]): string[] =>
    help.formatItemList(
      heading,
      items.map(([term, description]) => help.formatItem(term, width, description, help)),
      help,
    );
  const lines = [
    `Usage: ${help.commandUsage(command)}`,
    '',
    help.boxWrap(help.commandDescription(command), help.helpWidth ?? 80),
    '',
    ...section(
      'Commands:',
      help.visibleCommands(command).map((each) => [help.subcommandTerm(each), help.subcommandDescription(each)]),
    ),
    ...section(
      'Arguments:',
      help.visibleArguments(command).map((each) => [help.argumentTerm(each), help.argumentDescription(each)]),
    ),
    ...[...groupOptions(help.visibleOptions(command))].flatMap(([heading, options]) =>
      section(
        heading,
        options.map((option) => [help.optionTerm(option), help.optionDescription(option)]),
      ),
    ),
  ];
  return lines.join('\n');
}

export const helpStyle: HelpConfiguration = {
  visibleArguments,
  visibleOptions,
  optionDescription,
  argumentDescription,
  formatHelp,
  subcommandTerm: (command) => command.name(),
};
