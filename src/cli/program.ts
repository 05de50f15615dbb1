// All commands with their options, as one tree: what main runs, and what help, man page and completion are made from.

import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { version } from '../version.ts';
import { addCheckCommand } from './commands/check.ts';
import { addCompletionCommand } from './commands/completion.ts';
import { addConnectCommand } from './commands/connect.ts';
import { addDiffCommand } from './commands/diff.ts';
import { addDissectCommand, EXAMPLES } from './commands/dissect.ts';
import { addExplainCommand } from './commands/explain.ts';
import { addExtractCommand } from './commands/extract.ts';
import { addFollowCommand } from './commands/follow.ts';
import { addLiveCommand } from './commands/live.ts';
import { addRecordCommand } from './commands/record.ts';
import { addReplayCommand } from './commands/replay.ts';
import { addServeCommand } from './commands/serve.ts';
import { addStatsCommand } from './commands/stats.ts';
import { addStreamsCommand } from './commands/streams.ts';
import { addWalkthroughCommand } from './commands/walkthrough.ts';
import { addExamples } from './examples.ts';
import { say } from './failure.ts';
import { helpStyle } from './help.ts';
import { StandardOutput } from './standard-output.ts';
import { helpWidth } from './terminal.ts';

/** `error: unknown option '--formt'\n(Did you mean --format?)` in one line, as all of our errors are. @param command whose help has more */
function oneLine(text: string, command: string): string {
  const whole = text.trim().replace(/^error: /, '');
  // Words that were given may have several lines, too.
  const [advice, meant] = /\n\(Did you mean (.*)\?\)$/.exec(whole) ?? [''];
  const what = whole.slice(0, whole.length - advice.length);
  const said = what.replace(/\.$/, '').replace(/ is invalid\. /, ' is invalid: ');
  if (meant !== undefined) return `${said}; did you mean ${meant}?`;
  return said.includes(': ') ? said : `${said}; ${command} --help lists what there is`;
}

/** Each adds its command, in the order of the help. */
const COMMANDS: Record<string, (program: Command) => void> = {
  dissect: addDissectCommand,
  live: addLiveCommand,
  stats: addStatsCommand,
  streams: addStreamsCommand,
  follow: addFollowCommand,
  extract: addExtractCommand,
  walkthrough: addWalkthroughCommand,
  explain: addExplainCommand,
  check: addCheckCommand,
  diff: addDiffCommand,
  serve: addServeCommand,
  connect: addConnectCommand,
  record: addRecordCommand,
  replay: addReplayCommand,
  completion: addCompletionCommand,
};
/** Those that look at the other commands. */
const KNOW_ALL: readonly string[] = ['dissect', 'completion'];
const HELP: readonly string[] = ['help', '-h', '--help'];
const VERSION: readonly string[] = ['-V', '--version'];

/** Names of the commands that the words can mean: all, where it takes all to say or their list is asked for. */
function possibleCommands(words: readonly string[]): readonly string[] {
  const [first = ''] = words;
  if (VERSION.includes(first)) return [];
  if (Object.hasOwn(COMMANDS, first) && !KNOW_ALL.includes(first)) return [first];
  const isCapture = !Object.hasOwn(COMMANDS, first) && !first.startsWith('-') && existsSync(first);
  return isCapture && !words.some((word) => HELP.includes(word)) ? ['dissect'] : Object.keys(COMMANDS);
}

/** @param words that it will be given: commands that they cannot mean need not be made */
export function makeProgram(words: readonly string[] = []): Command {
  const program = new Command('wsdissect')
    .description('Shows the WebSocket conversation in a packet capture.')
    .usage('[command] [options] [file]')
    .version(version, VERSION.join(', '), 'print the version')
    .helpOption('-h, --help', 'print this; each command has its own')
    .exitOverride()
    .configureHelp(helpStyle)
    .configureOutput({
      writeOut: (text) => new StandardOutput().writeNow(text),
      writeErr: (text) => say(text.trim()),
      outputError: (text) => say(oneLine(text, 'wsdissect')),
      getOutHelpWidth: helpWidth,
    });
  for (const name of possibleCommands(words)) COMMANDS[name](program);
  for (const command of program.commands) {
    command.configureOutput({ outputError: (text) => say(oneLine(text, `wsdissect ${command.name()}`)) });
  }
  addExamples(program, EXAMPLES);
  return program;
}
