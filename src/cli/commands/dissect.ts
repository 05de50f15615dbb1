// `wsdissect FILE`, the main job: the conversations of a capture as a table or in a format for programs.

import { existsSync } from 'node:fs';
import { type Command, Option } from 'commander';
import type { PayloadCodec } from '../../codec/codec.ts';
import { nearestName } from '../../codec/nearest-name.ts';
import type { CaptureClock } from '../../dissect/clock.ts';
import type { PayloadOption } from '../../dissect/event-maker.ts';
import type { Severity } from '../../dissect/events.ts';
import type { Output } from '../capture-run.ts';
import { addExamples } from '../examples.ts';
import { Failure } from '../failure.ts';
import { inputOf } from '../input.ts';
import { addLimitOptions, limitsOf } from '../limit-options.ts';
import { choiceOption } from '../option-values.ts';
import {
  addPageOptions,
  addTimeOption,
  outputOption,
  type PageOptions,
  pageOf,
  type TimeStyle,
} from '../output-options.ts';
import { addRegistryOptions, codecOf, type RegistryOptions } from '../registry-options.ts';
import { addSelectionOptions, type SelectionOptions, selectionOf } from '../selection-options.ts';
import { StandardOutput } from '../standard-output.ts';

type Format = 'table' | 'ndjson' | 'json' | 'csv';

interface DissectCommandOptions extends RegistryOptions, SelectionOptions, PageOptions {
  format: Format;
  frames?: true;
  payload: PayloadOption;
  time: TimeStyle;
  failOn?: Severity;
}

const FORMATS: readonly Format[] = ['table', 'ndjson', 'json', 'csv'];
const PAYLOADS: readonly PayloadOption[] = ['undecoded', 'always', 'never'];
const SEVERITIES: readonly Severity[] = ['error', 'warning', 'note'];

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
    .argument('[file...]', 'captures, several as one in order of time; - or nothing reads standard input')
    .addOption(outputOption(choiceOption('-f, --format <name>', 'output as', FORMATS).default('table')))
    .addOption(outputOption(new Option('--frames', 'show each frame too')))
    .addOption(
      outputOption(
        choiceOption('--payload <when>', 'which payloads to give as they are', PAYLOADS).default('undecoded'),
      ),
    );
  addTimeOption(command);
  addPageOptions(command);
  addSelectionOptions(command);
  addRegistryOptions(command);
  addLimitOptions(command);
  command
    .addOption(choiceOption('--fail-on <severity>', 'exit 1 where a diagnostic is this grave or graver', SEVERITIES))
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
  const codec = await codecOf(options);
  const selection = selectionOf(options, codec !== null);
  const makeOutput = await outputMaker(options, codec);
  const { runCapture } = await import('../capture-run.ts');
  const limits = limitsOf(options);
  process.exitCode = await runCapture({
    files,
    selection,
    where: options.where,
    codec,
    limits,
    failOn: options.failOn,
    makeOutput,
  });
}

/** A mistyped command looks like a file. */
function refuseMistypedCommand([word]: readonly string[], command: Command): void {
  if (word === undefined || !/^[a-z]+$/.test(word) || existsSync(word)) return;
  const names = command.parent?.commands.map((each) => each.name()) ?? [];
  const meant = nearestName(word, names);
  if (meant !== null) throw new Failure(`there is no file and no command ${word}; did you mean ${meant}?`);
}

/** Loads what the format needs, and nothing of the others. */
async function outputMaker(
  options: DissectCommandOptions,
  codec: PayloadCodec | null,
): Promise<(clock: CaptureClock) => Output> {
  const out = new StandardOutput();
  const eventOptions = { frames: options.frames === true, payload: options.payload, codec };
  if (options.format === 'ndjson') {
    const { NdjsonWriter } = await import('../../output/ndjson.ts');
    return (clock) => {
      const sink = new NdjsonWriter((octets) => out.writeOctets(octets), eventOptions, clock);
      return { sink, flush: () => sink.flush(), finish: () => {} };
    };
  }
  const { EventMaker } = await import('../../dissect/event-maker.ts');
  const events = await eventOutput(options, codec, out);
  return (clock) => ({
    sink: new EventMaker(events, eventOptions, clock),
    flush: () => out.flush(),
    finish: () => events.finish(),
  });
}

async function eventOutput(options: DissectCommandOptions, codec: PayloadCodec | null, out: StandardOutput) {
  if (options.format === 'json') {
    const { JsonOutput } = await import('../../output/json.ts');
    return new JsonOutput(out);
  }
  if (options.format === 'csv') {
    const { CsvOutput } = await import('../../output/csv.ts');
    return new CsvOutput(out, options.frames === true);
  }
  const { TableOutput } = await import('../../output/table.ts');
  return new TableOutput(out, { ...pageOf(options), time: options.time, hasRegistry: codec !== null });
}
