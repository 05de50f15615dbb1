// `wsdissect follow FILE N`: one conversation from its beginning to its end, like a chat log.

import { Argument, type Command, Option } from 'commander';
import type { Selection } from '../../dissect/selection.ts';
import { addExamples } from '../examples.ts';
import { FINE } from '../exit-codes.ts';
import { inputOf } from '../input.ts';
import { addLimitOptions, limitsOf } from '../limit-options.ts';
import { integerFrom } from '../option-values.ts';
import {
  addPageOptions,
  addTimeOption,
  outputOption,
  type PageOptions,
  pageOf,
  type TimeStyle,
} from '../output-options.ts';
import { addRegistryOptions, codecOf, type RegistryOptions } from '../registry-options.ts';
import { addMessageOptions, type SelectionOptions, selectionOf } from '../selection-options.ts';
import { StandardOutput } from '../standard-output.ts';

interface FollowCommandOptions extends RegistryOptions, SelectionOptions, PageOptions {
  hex?: true;
  time: TimeStyle;
}

export function addFollowCommand(program: Command): void {
  const command = program
    .command('follow')
    .description('show one conversation whole, like a chat log')
    .argument('[file]', 'a pcap file; - or nothing reads standard input')
    .addArgument(
      new Argument('[connection]', 'its number; may be left out where there is only one').argParser(integerFrom(0)),
    )
    .addOption(outputOption(new Option('--hex', 'payloads as a hex dump')));
  addTimeOption(command);
  addPageOptions(command);
  addMessageOptions(command);
  addRegistryOptions(command);
  addLimitOptions(command);
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

async function runFollow(
  given: string | undefined,
  number: number | undefined,
  options: FollowCommandOptions,
  command: Command,
): Promise<void> {
  const file = inputOf(given === undefined ? [] : [given]);
  if (file === null) {
    command.help();
    return;
  }
  const codec = await codecOf(options);
  const limits = limitsOf(options);
  const { noSuchConnection, onlyConnection } = await import('../connection-list.ts');
  const connection = number ?? (await onlyConnection(file, limits));
  const selection: Selection = { ...selectionOf(options, codec !== null), connections: [connection] };
  const { EventMaker } = await import('../../dissect/event-maker.ts');
  const { FollowOutput } = await import('../../output/follow.ts');
  const { runCapture } = await import('../capture-run.ts');
  const out = new StandardOutput();
  const page = pageOf(options);
  const follow = new FollowOutput(out, { ...page, connection, time: options.time, hex: options.hex === true });
  const payload = options.hex ? 'always' : 'undecoded';
  const exitCode = await runCapture({
    file,
    selection,
    where: options.where,
    codec,
    limits,
    makeOutput: (clock) => ({
      sink: new EventMaker(follow, { frames: false, payload, codec }, clock),
      flush: () => out.flush(),
      finish: () => {},
    }),
  });
  if (!follow.found && exitCode === FINE) throw await noSuchConnection(file, connection, limits);
  process.exitCode = exitCode;
}
