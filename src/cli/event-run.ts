// A run whose output is the events themselves, as a table or in a format for programs: the options of it, and what they
// come to. `dissect` and `live` share it; they differ in where the capture comes from.

import { type Command, Option } from 'commander';
import type { PayloadCodec } from '../codec/codec.ts';
import { SEVERITIES, type Severity } from '../dissect/events.ts';
import { PAYLOAD_OPTIONS, type PayloadOption } from '../dissect/payload-option.ts';
import type { CaptureSource } from '../dissect/run.ts';
import type { Selection } from '../dissect/selection.ts';
import type { TimeStyle } from '../output/time-column.ts';
import type { ProgressWish } from './attended-reading.ts';
import type { Framing } from './each/each-run.ts';
import type { FileTask } from './each/file-tasks.ts';
import { EVENT_FORMATS, EVENT_OUTPUTS, type EventFormat } from './event-outputs.ts';
import { choiceOption } from './option-values.ts';
import { addPageOptions, addTimeOption, OUTPUT_GROUP, type PageOptions } from './output-options.ts';
import { addReadingOptions, type ReadingOptions, readingOf } from './reading-options.ts';
import { addRegistryOptions, codecOf, type RegistryOptions } from './registry-options.ts';
import { addSelectionOptions, type SelectionOptions, selectionOf } from './selection-options.ts';

export interface EventCommandOptions extends RegistryOptions, SelectionOptions, PageOptions, ReadingOptions {
  format: EventFormat;
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

export function addEventOptions(command: Command): void {
  command
    .addOption(choiceOption('-f, --format <name>', 'output as', EVENT_FORMATS).default('table').helpGroup(OUTPUT_GROUP))
    .addOption(new Option('--frames', 'show each frame too').helpGroup(OUTPUT_GROUP))
    .addOption(
      choiceOption('--payload <when>', 'which payloads to give as they are', PAYLOAD_OPTIONS)
        .default('undecoded')
        .helpGroup(OUTPUT_GROUP),
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
  const selection = selectionOf(options, codec);
  return runSelected(files, options, source, codec, selection);
}

/** Of each of several captures by itself: a task (each/file-tasks.ts). */
export async function prepareEach(options: EventCommandOptions): Promise<FileTask> {
  const codec = await codecOf(options);
  const selection = selectionOf(options, codec);
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
  const { namesOfEach } = EVENT_OUTPUTS[options.format];
  return framingOf(options.format, await namesOfEach?.(options));
}

async function runSelected(
  files: readonly string[],
  options: EventCommandOptions,
  source: EventRunSource,
  codec: PayloadCodec | null,
  selection: Selection,
): Promise<number> {
  const { isLive, captures = false, isOneOfSeveral = false } = source;
  const { load, isForPeople } = EVENT_OUTPUTS[options.format];
  const makeOutput = await load({ options, codec, isLive, captures, isOneOfSeveral });
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
    isForPeople,
    makeOutput,
  });
}
