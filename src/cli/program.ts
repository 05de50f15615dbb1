// All commands with their options, as one tree: what main runs, and what help, man page and completion are made from.

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

const SEE_HELP = 'wsdissect --help lists what there is';

/** `error: unknown option '--formt'\n(Did you mean --format?)` in one line, as all of our errors are. */
function oneLine(text: string): string {
  const [what, advice] = text
    .trim()
    .replace(/^error: /, '')
    .split('\n');
  const said = what.replace(/\.$/, '').replace(/ is invalid\. /, ' is invalid: ');
  if (advice !== undefined) return `${said}; did you mean ${advice.replace(/^\(Did you mean (.*)\?\)$/, '$1')}?`;
  return said.includes(': ') ? said : `${said}; ${SEE_HELP}`;
}

export function makeProgram(): Command {
  const program = new Command('wsdissect')
    .description('Shows the WebSocket conversation in a packet capture.')
    .usage('[command] [options] [file]')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this; each command has its own')
    .exitOverride()
    .configureHelp(helpStyle)
    .configureOutput({
      writeOut: (text) => new StandardOutput().writeNow(text),
      writeErr: (text) => say(text.trim()),
      outputError: (text) => say(oneLine(text)),
      getOutHelpWidth: helpWidth,
    });
  addDissectCommand(program);
  addExamples(program, EXAMPLES);
  addLiveCommand(program);
  addStatsCommand(program);
  addStreamsCommand(program);
  addFollowCommand(program);
  addExtractCommand(program);
  addWalkthroughCommand(program);
  addExplainCommand(program);
  addCheckCommand(program);
  addDiffCommand(program);
  addServeCommand(program);
  addConnectCommand(program);
  addRecordCommand(program);
  addReplayCommand(program);
  addCompletionCommand(program);
  return program;
}
