// `wsdissect follow FILE N`: one conversation from its beginning to its end, like a chat log.

import { existsSync } from 'node:fs';
import { type Command, Option } from 'commander';
import type { TimeStyle } from '../../output/time-column.ts';
import { addExamples } from '../examples.ts';
import { FINE } from '../exit-codes.ts';
import { Failure } from '../failure.ts';
import { inputOf } from '../input.ts';
import { integerFrom } from '../option-values.ts';
import { addPageOptions, addTimeOption, OUTPUT_GROUP, type PageOptions, pageOf } from '../output-options.ts';
import { addProgressOption, type ProgressOptions } from '../progress-option.ts';
import { addReadingOptions, type ReadingOptions, readingOf } from '../reading-options.ts';
import { addRegistryOptions, codecOf, type RegistryOptions } from '../registry-options.ts';
import { addMessageOptions, type SelectionOptions, selectionOf } from '../selection-options.ts';
import { StandardOutput } from '../standard-output.ts';

interface FollowCommandOptions
  extends RegistryOptions,
    Omit<SelectionOptions, 'connection'>,
    PageOptions,
    ReadingOptions,
    ProgressOptions {
  connection?: number;
  hex?: true;
  time: TimeStyle;
}

export function addFollowCommand(program: Command): void {
  const command = program
    .command('follow')
    .description('show one conversation whole, like a chat log')
    .usage('[options] [file...] [connection]')
    .argument('[file...]', 'captures; behind them the number of the connection, where there are several')
    .addOption(
      new Option('-c, --connection <n>', 'TCP connection, as its number behind the files says it')
        .argParser(integerFrom(0))
        .helpGroup(OUTPUT_GROUP),
    )
    .addOption(new Option('--hex', 'payloads as a hex dump').helpGroup(OUTPUT_GROUP));
  addTimeOption(command);
  addPageOptions(command);
  addProgressOption(command);
  addMessageOptions(command);
  addRegistryOptions(command);
  addReadingOptions(command);
  command.action(runFollow);
  addExamples(command, [
    { command: 'wsdissect follow walkthrough.pcap', says: 'the only conversation of the capture' },
    { command: 'wsdissect follow walkthrough.pcap 0 --hex', says: 'connection 0, octet by octet' },
    {
      command: 'wsdissect follow walkthrough.pcap --registry walkthrough.registry.yaml',
      says: 'with decoded payloads',
    },
  ]);
}

async function runFollow(given: string[], options: FollowCommandOptions, command: Command): Promise<void> {
  const { words, number } = parted(given);
  const files = await inputOf(words);
  if (files === null) {
    command.help();
    return;
  }
  if (number !== null && options.connection !== undefined && number !== options.connection) {
    throw new Failure(`connection ${number} and --connection ${options.connection} are two; name one of them`);
  }
  const codec = await codecOf(options);
  const reading = readingOf(options);
  const { noSuchConnection, onlyConnection } = await import('../connection-list.ts');
  const connection = options.connection ?? number ?? (await onlyConnection(files, reading, options.progress));
  const selection = selectionOf({ ...options, connection: [connection] }, codec);
  const { EventMaker } = await import('../../dissect/event-maker.ts');
  const { FollowOutput } = await import('../../output/follow.ts');
  const { runCapture } = await import('../capture-run.ts');
  const out = new StandardOutput();
  const page = pageOf(options);
  const follow = new FollowOutput(out, { ...page, connection, time: options.time, hex: options.hex === true });
  const payload = options.hex ? 'always' : 'undecoded';
  const exitCode = await runCapture({
    files,
    selection,
    where: options.where,
    codec,
    ...reading,
    progress: options.progress,
    isForPeople: true,
    makeOutput: (clock) => ({
      sink: new EventMaker(follow, { frames: false, payload, codec }, clock),
      flush: () => out.flush(),
      finish: () => {},
    }),
  });
  if (!follow.found && exitCode === FINE) throw await noSuchConnection(files, connection, reading, options.progress);
  process.exitCode = exitCode;
}

/** The number of the connection stands behind the files. */
function parted(words: readonly string[]): { words: readonly string[]; number: number | null } {
  const last = words.at(-1) ?? '';
  if (!/^\d{1,15}$/.test(last) || existsSync(last)) return { words, number: null };
  return { words: words.slice(0, -1), number: Number(last) };
}
