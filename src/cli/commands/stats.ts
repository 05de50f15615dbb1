// `wsdissect stats FILE`: what a capture amounts to, by connection and by message type.

import { type Command, Option } from 'commander';
import { jsonText } from '../../codec/json-text.ts';
import type { StatsReport } from '../../output/stats/report.ts';
import type { ProgressWish } from '../attended-reading.ts';
import { addEachOptions, type EachOptions, jobsOf } from '../each/each-option.ts';
import type { FileTask } from '../each/file-tasks.ts';
import type { EachReading } from '../each/read-each.ts';
import { addExamples } from '../examples.ts';
import { inputOf } from '../input.ts';
import { choiceOption, integerFrom } from '../option-values.ts';
import { addPageOptions, OUTPUT_GROUP, type PageOptions, pageFixed, pageOf } from '../output-options.ts';
import { addProgressOption, type ProgressOptions } from '../progress-option.ts';
import { addReadingOptions, type ReadingOptions, readingOf } from '../reading-options.ts';
import { addRegistryOptions, codecOf, type RegistryOptions } from '../registry-options.ts';
import { addSelectionOptions, isWhole, type SelectionOptions, selectionOf } from '../selection-options.ts';
import { StandardOutput } from '../standard-output.ts';

type Format = 'table' | 'json';

interface StatsCommandOptions
  extends RegistryOptions,
    SelectionOptions,
    PageOptions,
    ReadingOptions,
    EachOptions,
    ProgressOptions {
  format: Format;
  rows?: number;
}

const FORMATS: readonly Format[] = ['table', 'json'];

export function addStatsCommand(program: Command): void {
  const command = program
    .command('stats')
    .description('count messages, octets, rates, sizes, round trips and answer times')
    .argument('[file...]', 'captures, several as one in order of time; - or nothing reads standard input')
    .addOption(choiceOption('-f, --format <name>', 'output as', FORMATS).default('table').helpGroup(OUTPUT_GROUP))
    .addOption(
      new Option('--rows <n>', 'connections with rows of their own (200)')
        .argParser(integerFrom(0, 1_000_000))
        .helpGroup(OUTPUT_GROUP),
    );
  addPageOptions(command);
  addProgressOption(command);
  addSelectionOptions(command);
  addRegistryOptions(command);
  addReadingOptions(command);
  addEachOptions(command);
  command.action(runStats);
  addExamples(command, [
    { command: 'wsdissect stats walkthrough.pcap', says: 'as tables' },
    { command: 'wsdissect stats walkthrough.pcap --registry walkthrough.registry.yaml', says: 'by message type' },
    { command: 'wsdissect stats walkthrough.pcap --format json --port 8888', says: 'for programs' },
  ]);
}

async function runStats(given: string[], options: StatsCommandOptions, command: Command): Promise<void> {
  const files = await inputOf(given);
  if (files === null) {
    command.help();
    return;
  }
  const jobs = jobsOf(options);
  if (options.each) {
    const { framingOf, runEach } = await import('../each/each-run.ts');
    const reading: EachReading = {
      task: 'stats',
      files,
      options: pageFixed(options),
      jobs,
      unit: 'message',
      isForPeople: false,
    };
    process.exitCode = await runEach(reading, framingOf(options.format));
  } else process.exitCode = await (await prepare(options))(files, options.progress, null);
}

/** Of each of several captures by itself: a task (each/file-tasks.ts). */
export async function prepareEach(options: StatsCommandOptions): Promise<FileTask> {
  const run = await prepare(options);
  return (file, onProgress) => run([file], onProgress ?? false, file);
}

/** @returns what gives the statistics of captures read as one; those of one among several name it */
async function prepare(
  options: StatsCommandOptions,
): Promise<(files: readonly string[], progress: ProgressWish, file: string | null) => Promise<number>> {
  const codec = await codecOf(options);
  const selection = selectionOf(options, codec);
  const statistics = await import('../../output/stats/stats-output.ts');
  const { formatStats } = await import('../../output/stats/report-text.ts');
  const { runCapture } = await import('../capture-run.ts');
  const out = new StandardOutput(options.format);
  const rows = options.rows === undefined ? {} : { connectionRows: options.rows };
  const whole = isWhole(selection) && options.where === undefined;
  const print = (report: StatsReport, file: string | null) => {
    const named = file === null ? report : { file, ...report };
    if (options.format === 'json') out.write(`${jsonText(named, 2)}\n`);
    else for (const line of formatStats(report, pageOf(options))) out.write(`${line}\n`);
  };
  return (files, progress, file) =>
    runCapture({
      files,
      selection,
      where: options.where,
      codec,
      ...readingOf(options),
      progress,
      makeOutput: (clock) => {
        const sink = new statistics.StatsOutput({ codec, isWhole: whole, ...rows }, clock);
        return { sink, flush: () => out.flush(), finish: () => print(sink.report(), file) };
      },
    });
}
