// `wsdissect extract FILE -o DIR`: the payloads of messages as files, with the same selections as everywhere.

import { type Command, Option } from 'commander';
import { escapeText } from '../../output/terminal-text.ts';
import { formatPlural } from '../../plural.ts';
import { addExamples } from '../examples.ts';
import { Failure } from '../failure.ts';
import { inputOf, STREAM_NAME } from '../input.ts';
import { OUTPUT_GROUP } from '../output-options.ts';
import { addProgressOption, type ProgressOptions } from '../progress-option.ts';
import { addReadingOptions, type ReadingOptions, readingOf } from '../reading-options.ts';
import { addRegistryOptions, codecOf, type RegistryOptions, TYPES_BY } from '../registry-options.ts';
import { addSelectionOptions, type SelectionOptions, selectionOf } from '../selection-options.ts';
import { StandardOutput } from '../standard-output.ts';

interface ExtractCommandOptions extends RegistryOptions, SelectionOptions, ReadingOptions, ProgressOptions {
  output?: string;
  raw?: true;
  decoded?: true;
  force?: true;
}

const JSON_FILE = '.json';

export function addExtractCommand(program: Command): void {
  const command = program
    .command('extract')
    .description('write message payloads to files')
    .argument('[file...]', 'captures, several as one in order of time; - or nothing reads standard input')
    .addOption(new Option('-o, --output <dir>', 'directory for the files; it is made').helpGroup(OUTPUT_GROUP))
    .addOption(new Option('--raw', 'only payloads as they were sent (.txt, .bin)').helpGroup(OUTPUT_GROUP))
    .addOption(new Option('--decoded', 'only decoded values (.json)').conflicts('raw').helpGroup(OUTPUT_GROUP))
    .addOption(new Option('--force', 'write over files that are there').helpGroup(OUTPUT_GROUP));
  addProgressOption(command);
  addSelectionOptions(command);
  addRegistryOptions(command);
  addReadingOptions(command);
  command.action(runExtract);
  addExamples(command, [
    { command: 'wsdissect extract walkthrough.pcap -o payloads', says: 'every message, as it was sent' },
    {
      command: 'wsdissect extract walkthrough.pcap -o values --decoded --registry article',
      says: 'what was decoded, as JSON',
    },
  ]);
}

/** Control frames and fragments by themselves have none. */
const WITH_FILES: readonly string[] = ['text', 'binary'];

async function runExtract(given: string[], options: ExtractCommandOptions, command: Command): Promise<void> {
  const { output } = options;
  // Commander would ask for it before it names an option that is misspelt.
  if (output === undefined) {
    throw new Failure('-o is missing; name the directory for the files, such as -o payloads');
  }
  const files = await inputOf(given);
  if (files === null) {
    command.help();
    return;
  }
  if (output === STREAM_NAME) {
    throw new Failure('-o -: payloads are written as files, and not to standard output; name a directory');
  }
  const codec = await codecOf(options);
  if (options.decoded && codec === null) {
    throw new Failure(`--decoded needs to know the types; give ${TYPES_BY}`);
  }
  const selection = selectionOf(options, codec);
  if (selection.opcodes?.some((name) => WITH_FILES.includes(name)) === false) {
    throw new Failure(`--opcode: extract writes messages; name ${WITH_FILES.join(' or ')}`);
  }
  const { ExtractOutput } = await import('../../output/extract.ts');
  const { EventMaker } = await import('../../dissect/event-maker.ts');
  const { PayloadDirectory } = await import('../payload-directory.ts');
  const { runCapture } = await import('../capture-run.ts');
  const directory = new PayloadDirectory(output, {
    force: options.force === true,
    wanted: (name) => (name.endsWith(JSON_FILE) ? options.raw !== true : options.decoded !== true),
  });
  const extract = new ExtractOutput(directory);
  const out = new StandardOutput();
  process.exitCode = await runCapture({
    files,
    selection,
    where: options.where,
    codec,
    ...readingOf(options),
    progress: options.progress,
    makeOutput: (clock) => ({
      sink: new EventMaker(extract, { frames: false, payload: options.decoded ? 'never' : 'always', codec }, clock),
      flush: () => {},
      finish: () => out.writeNow(`${escapeText(account(directory.files, extract.missing, output))}\n`),
    }),
  });
}

function account(files: number, missing: number, directory: string): string {
  const left = missing === 0 ? '' : `; ${formatPlural(missing, 'message')} without a payload at hand`;
  return `${formatPlural(files, 'file')} written to ${directory}${left}`;
}
