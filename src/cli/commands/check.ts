// `wsdissect check`: expectations held against captures, for CI; and expectations drafted from a good capture.

import { existsSync, statSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { REPORT_FORMATS, type ReportFormat } from '../../check/reports/report.ts';
import type { CaptureVerdict } from '../../check/verdict.ts';
import { writingReason, writingRemedy } from '../../system-reason.ts';
import { version } from '../../version.ts';
import { addJobsOption, type JobsOptions } from '../each/each-option.ts';
import type { FileTask } from '../each/file-tasks.ts';
import { addExamples } from '../examples.ts';
import { DAMAGED, FINE, graver, NOT_MET } from '../exit-codes.ts';
import { captureName, Failure, failureOf, say, type ToldFailure } from '../failure.ts';
import { inputOf, STREAM_NAME, standardInputText } from '../input.ts';
import { endableWork, interruptedExitCode, interruptionSignal } from '../interruption.ts';
import { addKeptOptions, type KeptOptions } from '../limit-options.ts';
import { choiceOf, choiceOption, listed } from '../option-values.ts';
import { addPageOptions, OUTPUT_GROUP, type PageOptions, pageOf } from '../output-options.ts';
import { addProgressOption, type ProgressOptions } from '../progress-option.ts';
import { addReadingOptions, type ReadingOptions } from '../reading-options.ts';
import { addRegistryOptions, type RegistryOptions, TYPES_BY } from '../registry-options.ts';
import { isSameFile } from '../same-file.ts';
import { StandardOutput } from '../standard-output.ts';
import { processStreams } from '../standard-streams.ts';
import { writeWhole } from '../whole-file.ts';

interface CheckCommandOptions
  extends RegistryOptions,
    PageOptions,
    ReadingOptions,
    JobsOptions,
    ProgressOptions,
    KeptOptions {
  expect?: string;
  /** What `--expect -` read. */
  expectText?: string;
  format: ReportFormat;
  report?: ReportFile[];
  record?: string;
  loose?: true;
  update?: true;
  force?: true;
}

/** One `--report junit=report.xml`. */
interface ReportFile {
  format: ReportFormat;
  file: string;
}

const GROUP = 'What is expected:';

function parseReport(word: string): ReportFile {
  const at = word.indexOf('=');
  if (at < 1 || at === word.length - 1) {
    throw new InvalidArgumentError('It must be a format and a file, such as junit=report.xml.');
  }
  return { format: choiceOf(REPORT_FORMATS)(word.slice(0, at)), file: word.slice(at + 1) };
}

export function addCheckCommand(program: Command): void {
  const command = program
    .command('check')
    .description('hold captures against expectations, for CI')
    .argument('[file...]', 'captures, or patterns such as "captures/*.pcap"; each is judged by itself');
  const expected = [
    new Option('-e, --expect <file>', 'the expectations, YAML or JSON (docs/check.md); - reads standard input'),
    new Option('--record <file>', 'draft expectations from a capture that is as it should be; - prints them'),
    new Option('--loose', 'draft only what is the same in every run: no times, ids, pings'),
    new Option('--update', 'renew what was recorded in the file of --expect'),
    new Option('--force', 'record over a file that is there'),
  ];
  for (const option of expected) command.addOption(option.helpGroup(GROUP));
  command
    .addOption(choiceOption('-f, --format <name>', 'report as', REPORT_FORMATS).default('text').helpGroup(OUTPUT_GROUP))
    .addOption(
      new Option('--report <format=file>', 'write a report to a file too; repeatable')
        .argParser(listed(parseReport))
        .helpGroup(OUTPUT_GROUP),
    );
  addPageOptions(command);
  addProgressOption(command);
  addRegistryOptions(command);
  addReadingOptions(command);
  addJobsOption(command);
  addKeptOptions(command);
  command.action(runCheck);
  addExamples(command, [
    {
      command: 'wsdissect check walkthrough.pcap --expect walkthrough.expect.yaml',
      says: 'what held and what did not; exit 1 where anything did not',
    },
    {
      command: 'wsdissect check "*.pcap" --expect walkthrough.expect.yaml --report junit=report.xml',
      says: 'several captures, and a report for CI beside the text',
    },
    {
      command: 'wsdissect check --record good.yaml walkthrough.pcap --registry walkthrough.registry.yaml',
      says: 'draft expectations from a good capture',
    },
  ]);
}

async function runCheck(words: string[], options: CheckCommandOptions, command: Command): Promise<void> {
  const { expect, record, update } = options;
  const files = await inputOf(words);
  if (files === null) {
    if (expect !== undefined || record !== undefined) {
      throw new Failure('no capture is named; name one, or - for standard input');
    }
    command.help();
    return;
  }
  if (record !== undefined && (expect !== undefined || update)) {
    throw new Failure('--record drafts a new file, --expect reads one; give one of them');
  }
  if (record === undefined && expect === undefined) {
    throw new Failure('nothing is expected; give --expect FILE, or --record FILE to draft one');
  }
  if (options.force && record === undefined) throw new Failure('--force is for --record; leave it out');
  if (options.loose && record === undefined && !update) {
    throw new Failure('--loose is for --record and --update; leave it out');
  }
  if (options.report !== undefined && (record !== undefined || update)) {
    throw new Failure(
      `--report is for verdicts, and ${record === undefined ? '--update' : '--record'} gives none; leave it out`,
    );
  }
  if (expect === STREAM_NAME && update) {
    throw new Failure('--update writes into the file of --expect, and - is none; name a file');
  }
  if (expect === STREAM_NAME && files.includes(STREAM_NAME)) {
    throw new Failure('standard input can be read only once; name a file for the capture or for the expectations');
  }
  const printed = options.report?.find(({ file }) => file === STREAM_NAME);
  if (printed !== undefined) {
    const { format } = printed;
    throw new Failure(
      `--report ${format}=-: the report of --format is printed there; take --format ${format}, or name a file`,
    );
  }
  if (record === undefined && !update) {
    await check(files, expect === STREAM_NAME ? { ...options, ...(await pipedExpectations()) } : options);
    return;
  }
  const { draftExpectations, renewRecorded } = await import('../expectations-draft.ts');
  if (record !== undefined) await draftExpectations(files, record, options);
  else await renewRecorded(files, expect as string, options);
}

/** Read once, and not by each thread. */
async function pipedExpectations(): Promise<{ expect: string; expectText: string }> {
  const expectText = await endableWork(() => standardInputText('the expectations'));
  return { expect: captureName([STREAM_NAME]), expectText };
}

async function check(files: readonly string[], options: CheckCommandOptions): Promise<void> {
  const { report: reports = [], jobs = 1 } = options;
  if (reports.length > 0) refuseOverwriting([...files, ...(await expectationFiles(options))], reports);
  const { readEach } = await import('../each/read-each.ts');
  const verdicts: CaptureVerdict[] = [];
  const failures: ToldFailure[] = [];
  await readEach(
    { task: 'check', files, options, jobs, unit: 'message', isForPeople: false },
    {
      onOutput: () => {},
      onErrors: (text) => processStreams.errors(text),
      onEnd: (_index, outcome) => {
        if (outcome.kind === 'result') verdicts.push(outcome.result as CaptureVerdict);
        else failures.push(outcome.failure);
        return true;
      },
    },
  );
  // A verdict on a part would be none; those on other captures stand.
  const signal = interruptionSignal();
  const isPart = signal.aborted && verdicts.length < files.length;
  for (const { line, details, exitCode } of failures) {
    if (exitCode !== interruptedExitCode()) say(line, details);
  }
  if (isPart && verdicts.length === 0) say(failureOf(signal.reason).line);
  const worst = failures.reduce((code, { exitCode }) => graver(code, exitCode), exitCodeOf(verdicts));
  process.exitCode = isPart ? interruptedExitCode() : worst;
  if (verdicts.length === 0) return;
  const { REPORTS } = await import('../../check/reports/index.ts');
  const unwritten = isPart ? null : writeReports(reports, (format) => REPORTS[format](verdicts, PLAIN));
  new StandardOutput(options.format).writeNow(REPORTS[options.format](verdicts, { ...pageOf(options), version }));
  if (isPart) say(`interrupted; of ${files.length} captures ${verdicts.length} were judged`);
  if (unwritten !== null) throw unwritten;
}

const PLAIN = { width: null, colour: false, version };

/** The files that say what is expected. */
async function expectationFiles(options: CheckCommandOptions): Promise<string[]> {
  const { readExpectations } = await import('../../check/read-expectations.ts');
  const { typeFilesOf } = await import('../expectations-reader.ts');
  const file = options.expect as string;
  return [file, ...typeFilesOf((await readExpectations(file, options.expectText)).expectations, options)];
}

/** Of each capture by itself: a task (each/file-tasks.ts). */
export async function prepareEach(options: CheckCommandOptions): Promise<FileTask> {
  const { readExpectations } = await import('../../check/read-expectations.ts');
  const { codecFor } = await import('../expectations-reader.ts');
  const { judge } = await import('../../check/judge.ts');
  const { firstType, refuseUnknownTypes } = await import('../../check/named-types.ts');
  const { readCaptureLog } = await import('../capture-log-reader.ts');
  const { expectations } = await endableWork(() => readExpectations(options.expect as string, options.expectText));
  const codec = await codecFor(expectations, options);
  refuseUnknownTypes(expectations, codec?.typeNames?.());
  const type = codec === null ? firstType(expectations.list) : undefined;
  // What is prepared in each thread is told by one.
  if (type !== undefined && (await import('node:worker_threads')).isMainThread) {
    const { file, line, column } = expectations.placeOf(type.path);
    say(`${file}:${line}:${column}: it asks for ${type.name}, and no types are known; give ${TYPES_BY}`);
  }
  return async (file, onProgress) =>
    judge(expectations, await readCaptureLog(file, codec, { ...options, progress: onProgress ?? false }));
}

function exitCodeOf(verdicts: readonly CaptureVerdict[]): number {
  if (verdicts.some(({ damage }) => damage !== null)) return DAMAGED;
  return verdicts.every((each) => each.verdicts.every(({ held }) => held)) ? FINE : NOT_MET;
}

/** A device, as /dev/stdout is one, takes what it is given from several. */
function refuseOverwriting(inputs: readonly string[], reports: readonly ReportFile[]): void {
  for (const [index, { format, file }] of reports.entries()) {
    if (existsSync(file) && !statSync(file).isFile()) continue;
    const others = [...inputs, ...reports.slice(0, index).map((report) => report.file)];
    const other = others.find((each) => isSameFile(each, file));
    if (other === undefined) continue;
    const what = inputs.includes(other) ? 'is read' : 'is written by another --report';
    throw new Failure(`--report ${format}=${file}: ${other} ${what}; name another file`);
  }
}

/** All that can be written are; returns what is wrong with the first that cannot. */
function writeReports(reports: readonly ReportFile[], make: (format: ReportFormat) => string): Failure | null {
  let unwritten: Failure | null = null;
  for (const { format, file } of reports) {
    const text = make(format);
    try {
      writeWhole(file, text);
    } catch (error) {
      unwritten ??= new Failure(
        `${file}: the report cannot be written: ${writingReason(error)}; ${writingRemedy(error)}`,
      );
    }
  }
  return unwritten;
}
