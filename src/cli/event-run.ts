// A run whose output is the events themselves, as a table or in a format for programs: the options of it, and what they
// come to. `dissect` and `live` share it; they differ in where the capture comes from.

import { type Command, Option } from 'commander';
import type { PayloadCodec } from '../codec/codec.ts';
import type { CaptureClock } from '../dissect/clock.ts';
import type { PayloadOption } from '../dissect/event-maker.ts';
import { SEVERITIES, type Severity } from '../dissect/events.ts';
import type { CaptureSource } from '../dissect/run.ts';
import type { Selection } from '../dissect/selection.ts';
import type { EventOutput } from '../output/text-sink.ts';
import type { TimeStyle } from '../output/time-column.ts';
import type { ProgressWish } from './attended-reading.ts';
import type { Output } from './capture-run.ts';
import type { Framing } from './each/each-run.ts';
import type { FileTask } from './each/file-tasks.ts';
import { choiceOption } from './option-values.ts';
import { addPageOptions, addTimeOption, outputOption, type PageOptions, pageOf } from './output-options.ts';
import { addReadingOptions, type ReadingOptions, readingOf } from './reading-options.ts';
import { addRegistryOptions, codecOf, type RegistryOptions } from './registry-options.ts';
import { addSelectionOptions, type SelectionOptions, selectionOf } from './selection-options.ts';
import { StandardOutput } from './standard-output.ts';

type Format = 'table' | 'ndjson' | 'json' | 'csv';

export interface EventCommandOptions extends RegistryOptions, SelectionOptions, PageOptions, ReadingOptions {
  format: Format;
  frames?: true;
  payload: PayloadOption;
  time: TimeStyle;
  failOn?: Severity;
}

/** Where the capture comes from, where it is not simply to be read. */
export interface EventRunSource {
  /** Whether somebody looks while the capture goes on. */
  isLive: boolean;
  /** Whether this run captures. */
  captures?: boolean | undefined;
  open?: ((signal: AbortSignal) => CaptureSource) | undefined;
  progress: ProgressWish;
  /** Whether other captures are read by themselves, into the same output. */
  isOneOfSeveral?: boolean | undefined;
}

const FORMATS: readonly Format[] = ['table', 'ndjson', 'json', 'csv'];
const PAYLOADS: readonly PayloadOption[] = ['undecoded', 'always', 'never'];

export function addEventOptions(command: Command): void {
  command
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
  addReadingOptions(command);
  command.addOption(
    choiceOption('--fail-on <severity>', 'exit 1 where a diagnostic is this grave or graver', SEVERITIES.toReversed()),
  );
}

/** Returns the exit code. */
export async function runEvents(
  files: readonly string[],
  options: EventCommandOptions,
  source: EventRunSource,
): Promise<number> {
  const codec = await codecOf(options);
  const selection = selectionOf(options, codec?.registry ?? null);
  return runSelected(files, options, source, codec, selection);
}

/** Of each of several captures by itself: a task (each/file-tasks.ts). */
export async function prepareEach(options: EventCommandOptions): Promise<FileTask> {
  const codec = await codecOf(options);
  const selection = selectionOf(options, codec?.registry ?? null);
  return (file, onProgress) =>
    runSelected(
      [file],
      options,
      { isLive: false, progress: onProgress ?? false, isOneOfSeveral: true },
      codec,
      selection,
    );
}

/** What stands around the outputs of several captures. */
export async function framingOfEach(options: EventCommandOptions): Promise<Framing> {
  const { framingOf } = await import('./each/each-run.ts');
  if (options.format !== 'csv') return framingOf(options.format);
  const { csvNames } = await import('../output/csv.ts');
  return framingOf('csv', csvNames({ frames: options.frames === true, isOneOfSeveral: true }));
}

async function runSelected(
  files: readonly string[],
  options: EventCommandOptions,
  source: EventRunSource,
  codec: PayloadCodec | null,
  selection: Selection,
): Promise<number> {
  const makeOutput = await outputMaker(options, codec, source);
  const { runCapture } = await import('./capture-run.ts');
  return runCapture({
    files,
    namesFile: source.isOneOfSeveral,
    open: source.open,
    selection,
    where: options.where,
    codec,
    ...readingOf(options),
    failOn: options.failOn,
    progress: source.progress,
    isForPeople: options.format === 'table',
    makeOutput,
  });
}

/** Loads what the format needs, and nothing of the others. */
async function outputMaker(
  options: EventCommandOptions,
  codec: PayloadCodec | null,
  { isLive, captures = false, isOneOfSeveral = false }: EventRunSource,
): Promise<(clock: CaptureClock) => Output> {
  const out = new StandardOutput(options.format);
  const eventOptions = { frames: options.frames === true, payload: options.payload, codec };
  if (options.format === 'ndjson') {
    const { NdjsonWriter } = await import('../output/ndjson.ts');
    return (clock) => {
      const sink = new NdjsonWriter((octets) => out.writeEncoded(octets), eventOptions, clock);
      return { sink, flush: () => sink.flush(), finish: () => {} };
    };
  }
  const { EventMaker } = await import('../dissect/event-maker.ts');
  const events = await eventOutput(options, codec, out, { captures, isOneOfSeveral });
  return (clock) => ({
    sink: new EventMaker(events, eventOptions, clock),
    flush: () => {
      if (isLive) events.show?.();
      out.flush();
    },
    finish: () => events.finish(),
  });
}

async function eventOutput(
  options: EventCommandOptions,
  codec: PayloadCodec | null,
  out: StandardOutput,
  { captures, isOneOfSeveral }: { captures: boolean; isOneOfSeveral: boolean },
): Promise<EventOutput> {
  if (options.format === 'json') {
    const { JsonOutput } = await import('../output/json.ts');
    return new JsonOutput(out);
  }
  if (options.format === 'csv') {
    const { CsvOutput } = await import('../output/csv.ts');
    return new CsvOutput(out, { frames: options.frames === true, isOneOfSeveral });
  }
  const { TableOutput } = await import('../output/table.ts');
  return new TableOutput(out, { ...pageOf(options), time: options.time, hasRegistry: codec !== null, captures });
}
