// `wsdissect record -o FILE`: runs a server and a client by script and captures what they say.

import { type Command, Option } from 'commander';
import type { Recording, Scenario } from '../../endpoint/index.ts';
import { HIGHEST_PORT } from '../../link/segment.ts';
import { escapeText } from '../../output/terminal-text.ts';
import { formatPlural } from '../../plural.ts';
import {
  addCaptureFormOptions,
  CAPTURE_GROUP,
  type CaptureFormOptions,
  captureOptionsOf,
  sayDropped,
} from '../capture-options.ts';
import { addExamples } from '../examples.ts';
import { FINE } from '../exit-codes.ts';
import { Failure, say } from '../failure.ts';
import { STREAM_NAME } from '../input.ts';
import { interruptedExitCode, interruptionSignal } from '../interruption.ts';
import { listenFailure } from '../listen-failure.ts';
import { integerFrom, listed } from '../option-values.ts';
import { fileOf } from '../peer-options.ts';
import { StandardOutput } from '../standard-output.ts';

interface RecordCommandOptions extends CaptureFormOptions {
  output?: string;
  scenario?: string[];
  list?: true;
  print?: string;
  host: string;
  port: number;
}

const DEFAULT_SCENARIO = 'walkthrough';
const GROUP = 'What is said:';

export function addRecordCommand(program: Command): void {
  const command = program
    .command('record')
    .description('run a server and a client by script, and capture what they say')
    .addOption(
      new Option('-o, --output <file>', 'the capture, written over; - is standard output').helpGroup(CAPTURE_GROUP),
    );
  addCaptureFormOptions(command);
  const options = [
    new Option('--scenario <name>', 'a name of --list, or a file of your own; repeatable (walkthrough)').argParser(
      listed((word) => word),
    ),
    new Option('--list', 'list the scenarios that there are'),
    new Option('--print <name>', 'print the file of a scenario, to begin one of your own'),
    new Option('--host <address>', 'address of the server').default('127.0.0.1'),
    new Option('-p, --port <n>', 'its port; 0 is any that is free').argParser(integerFrom(0, HIGHEST_PORT)).default(0),
  ];
  for (const option of options) command.addOption(option.helpGroup(GROUP));
  command.action(runRecord);
  addExamples(command, [
    { command: 'wsdissect record -o new.pcap', says: "the article's walkthrough" },
    { command: 'wsdissect record --list', says: 'what else there is' },
    {
      command: 'wsdissect record -o broken.pcapng --scenario client-violations --scenario closes --nanoseconds',
      says: 'several in one capture',
    },
    { command: 'wsdissect record -o - | wsdissect - --frames', says: 'read at once' },
    { command: 'wsdissect record --print pings > mine.yaml', says: 'a scenario to change' },
  ]);
}

async function runRecord(options: RecordCommandOptions, command: Command): Promise<void> {
  const out = new StandardOutput();
  const { loadScenario, scenarioPath } = await import('../../endpoint/index.ts');
  if (options.list) return listScenarios(out);
  if (options.print !== undefined)
    return out.writeNow(new TextDecoder().decode(fileOf('--print', scenarioPath(options.print))));
  if (options.output === undefined) {
    if (command.parent?.args.length === 1) return command.help();
    throw new Failure('record writes a capture; say where to with -o FILE');
  }
  const scenarios = await Promise.all((options.scenario ?? [DEFAULT_SCENARIO]).map(loadScenario));
  await recordScenarios(scenarios, options.output, options, out);
}

async function recordScenarios(
  scenarios: readonly Scenario[],
  output: string,
  options: RecordCommandOptions,
  out: StandardOutput,
): Promise<void> {
  const { record } = await import('../../endpoint/index.ts');
  const signal = interruptionSignal();
  const { host, port } = options;
  try {
    const recording = await record({
      ...captureOptionsOf(output, options),
      scenario: scenarios,
      host,
      port,
      signal,
    });
    sayDropped(recording.dropped);
    if (output !== STREAM_NAME) out.writeNow(accountOf(recording, scenarios, output));
    process.exitCode = FINE;
  } catch (error) {
    if (!signal.aborted) throw listenFailure(error, options);
    say('interrupted; the capture has what was said until then');
    process.exitCode = interruptedExitCode();
  }
}

function accountOf({ packets, ports }: Recording, scenarios: readonly Scenario[], output: string): string {
  const lines = scenarios.map(({ name, title, connections }, index) => {
    const count = connections.reduce((sum, { times }) => sum + times, 0);
    return `  ${name}, port ${ports[index]}, ${formatPlural(count, 'connection')}: ${title}`;
  });
  return `${escapeText(output)}: ${formatPlural(packets, 'packet')}\n${lines.map((line) => `${escapeText(line)}\n`).join('')}`;
}

async function listScenarios(out: StandardOutput): Promise<void> {
  const { loadScenario, scenarioNames } = await import('../../endpoint/index.ts');
  const scenarios = await Promise.all(scenarioNames().map(loadScenario));
  const width = Math.max(...scenarios.map(({ name }) => name.length));
  for (const { name, title } of scenarios) out.write(`${name.padEnd(width)}  ${title}\n`);
  out.flush();
}
