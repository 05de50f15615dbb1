// `wsdissect FILE`, the main job: the conversations of a capture as a table or in a format for programs.

import { existsSync } from 'node:fs';
import { type Command, Option } from 'commander';
import type { CaptureSource } from '../../dissect/run.ts';
import { nearestName } from '../../nearest-name.ts';
import { addEachOptions, type EachOptions, jobsOf } from '../each/each-option.ts';
import type { EachReading } from '../each/read-each.ts';
import { EVENT_OUTPUTS } from '../event-outputs.ts';
import { addEventOptions, type EventCommandOptions, framingOfEach, runEvents } from '../event-run.ts';
import { addExamples } from '../examples.ts';
import { Failure } from '../failure.ts';
import { inputOf, readOnceOf } from '../input.ts';
import { OUTPUT_GROUP, pageFixed } from '../output-options.ts';
import { addProgressOption, type ProgressOptions } from '../progress-option.ts';

interface DissectCommandOptions extends EventCommandOptions, EachOptions, ProgressOptions {
  tail?: true;
}

export const EXAMPLES = [
  { command: 'wsdissect walkthrough.pcap', says: 'the conversations, as a table' },
  {
    command: 'wsdissect walkthrough.pcap --proto demo.proto --id 1=pb.Ping --id 2=pb.Pong',
    says: 'with decoded payloads',
  },
  { command: 'wsdissect walkthrough.pcap --format ndjson --frames', says: 'every frame, for programs' },
  {
    command: 'wsdissect walkthrough.pcap --registry walkthrough.registry.yaml --grep 150',
    says: 'messages that say 150',
  },
  { command: 'wsdissect - --limit 1 < walkthrough.pcap', says: 'from standard input, up to the first message' },
];

export function addDissectCommand(program: Command): void {
  const command = program
    .command('dissect', { isDefault: true })
    .description('show the WebSocket conversations of a capture (the default)')
    .argument('[file...]', 'captures, several as one in order of time; - or nothing reads standard input');
  addEventOptions(command);
  addEachOptions(command);
  addProgressOption(command)
    .addOption(new Option('--tail', 'follow a file that grows, or a pipe, and show what comes').helpGroup(OUTPUT_GROUP))
    .action(runDissect);
  addExamples(command, EXAMPLES);
}

async function runDissect(given: string[], options: DissectCommandOptions, command: Command): Promise<void> {
  refuseMistypedCommand(given, command);
  const files = await inputOf(given);
  if (files === null) {
    command.help();
    return;
  }
  const jobs = jobsOf(options);
  if (options.each) {
    if (options.tail) throw new Failure('--tail follows one file, and --each reads one after another; leave one out');
    const { runEach } = await import('../each/each-run.ts');
    const { isForPeople } = EVENT_OUTPUTS[options.format];
    const reading: EachReading = {
      task: 'dissect',
      files,
      options: pageFixed(options),
      jobs,
      unit: 'message',
      isForPeople,
    };
    process.exitCode = await runEach(reading, await framingOfEach(options));
    return;
  }
  const tails = options.tail === true;
  process.exitCode = await runEvents(files, options, {
    isLive: tails,
    open: tails ? await opener(files) : undefined,
    progress: options.progress && !tails,
  });
}

/** What opens the file to be followed; standard input and other pipes wait for more by themselves. */
async function opener(files: readonly string[]): Promise<((signal: AbortSignal) => CaptureSource) | undefined> {
  if (files.length > 1) throw new Failure(`--tail follows one file, and ${files.length} were given; name one`);
  if ((await readOnceOf(files)) !== null) return undefined;
  const { growingFile } = await import('../../capture/index.ts');
  return (signal) => growingFile(files[0], signal);
}

/** A mistyped command looks like a file. */
function refuseMistypedCommand([word]: readonly string[], command: Command): void {
  if (word === undefined || !/^[a-z]+$/.test(word) || existsSync(word)) return;
  const names = command.parent?.commands.map((each) => each.name()) ?? [];
  const meant = nearestName(word, names);
  if (meant !== null) throw new Failure(`there is no file and no command ${word}; did you mean ${meant}?`);
}
