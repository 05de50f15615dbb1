// Writes man/wsdissect.1 from the commands' own definitions: `node --import tsx scripts/make-man.ts`. A test fails where the
// page in the repository is not what this makes.

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Command, Help, type Option } from 'commander';
import { examplesOf } from '../src/cli/examples.ts';
import { groupOptions, optionDescription } from '../src/cli/help.ts';
import { makeProgram } from '../src/cli/program.ts';
import { version } from '../src/version.ts';

export const MAN_PAGE = fileURLToPath(new URL('../man/wsdissect.1', import.meta.url));

const EXIT_STATUS: readonly [code: number, meaning: string][] = [
  [0, 'All is well; also where the reader of the output went away, as head does.'],
  [
    1,
    'A diagnostic was as grave as --fail-on says, or graver; an expectation of check did not hold; diff found a difference; replay met another answer; or connect had no connection, or one that ended otherwise than it should.',
  ],
  [2, 'Wrong usage: an unknown option, or a file or registry that cannot be read.'],
  [3, 'The capture is damaged or cut, or is none. All that came before was written.'],
  [
    130,
    'Interrupted (SIGINT). What was read until then was written; of a comparison, a verdict or a walkthrough nothing is.',
  ],
  [143, 'The same by SIGTERM.'],
];

const ENVIRONMENT: readonly [name: string, meaning: string][] = [
  ['NO_COLOR', 'Where it is set and not empty, there is no colour on terminals either.'],
  ['FORCE_COLOR', 'Where it is set, there is colour also without a terminal; 0 is none.'],
  ['TERM', 'Where it is dumb, there is neither colour nor progress.'],
  ['WSDISSECT_HISTORY', 'File of what was typed to connect; empty for none.'],
  ['XDG_STATE_HOME', 'Folder in which that file is otherwise, wsdissect/history; ~/.local/state without it.'],
  ['GITHUB_ACTIONS', 'Where it is true, text of captures gives no commands to the runner of a workflow.'],
  ['DEBUG', 'With wsdissect in it, errors come with their stack.'],
];

/** Text for roff: backslashes, hyphens and leading dots mean something there, and it is ASCII but for its own names. */
function roff(text: string): string {
  return text
    .replace(/\\/g, '\\e')
    .replace(/-/g, '\\-')
    .replace(/…/g, '...')
    .replace(/→/g, '\\(->')
    .replace(/^([.'])/gm, '\\&$1');
}

function sentence(text: string): string {
  const ended = /[.?!]$/.test(text) ? text : `${text}.`;
  return ended[0].toUpperCase() + ended.slice(1);
}

function item(term: string, description: string): string[] {
  return ['.TP', `\\fB${roff(term)}\\fR`, roff(sentence(description))];
}

function optionItems(options: readonly Option[]): string[] {
  return options.flatMap((option) => item(option.flags, optionDescription(option)));
}

function examples(command: Command): string[] {
  return examplesOf(command).flatMap(({ command: line, says }) => [
    '.PP',
    roff(`${sentence(says).slice(0, -1)}:`),
    '.PP',
    '.nf',
    `    ${roff(line)}`,
    '.fi',
  ]);
}

export function manPage(): string {
  const program = makeProgram();
  const help = new Help();
  const [main, ...others] = program.commands;
  const own = (command: Command) => help.visibleOptions(command);
  const told = (option: Option) => `${option.flags} ${optionDescription(option)}`;
  const ofMain = new Set(own(main).map(told));
  const usage = (command: Command) => command.usage().replace('[options]', '[\\fIoption\\fR ...]');
  const lines = [
    `.TH WSDISSECT 1 "" "wsdissect ${version}" "User Commands"`,
    '.SH NAME',
    'wsdissect \\- show the WebSocket conversation in a packet capture',
    '.SH SYNOPSIS',
    `\\fBwsdissect\\fR ${usage(main)}`,
    ...others.flatMap((command) => ['.br', `\\fBwsdissect ${command.name()}\\fR ${usage(command)}`]),
    '.SH DESCRIPTION',
    roff(
      'Reads captures (pcap, pcapng, also compressed, in several files, or live), reassembles TCP, finds the WebSocket upgrade, parses frames, and decodes payloads through a ' +
        'registry of message types. What it could not know it says, and why.',
    ),
    '.SH COMMANDS',
    ...program.commands.flatMap((command) => item(command.name(), command.description())),
    '.SH OPTIONS',
    ...[...groupOptions(own(main))].flatMap(([heading, options]) => [
      '.SS',
      roff(heading.replace(/:$/, '')),
      ...optionItems(options),
    ]),
    ...others.flatMap((command) => {
      const options = own(command).filter((option) => !ofMain.has(told(option)));
      return options.length === 0 ? [] : ['.SS', roff(`Of ${command.name()}`), ...optionItems(options)];
    }),
    '.SH EXAMPLES',
    ...program.commands.flatMap(examples),
    '.SH EXIT STATUS',
    ...EXIT_STATUS.flatMap(([code, meaning]) => item(String(code), meaning)),
    '.SH ENVIRONMENT',
    ...ENVIRONMENT.flatMap(([name, meaning]) => item(name, meaning)),
    '.SH FILES',
    ...item('wsdissect.registry.yaml', 'The registry that is used where none is named, in the working directory.'),
    '.SH SEE ALSO',
    '\\fBtcpdump\\fR(1), \\fBtshark\\fR(1)',
  ];
  return `${lines.join('\n')}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(MAN_PAGE, manPage());
