// `wsdissect streams FILE`: every TCP connection of a capture, WebSocket or not, and the octets of one of them.

import { type Command, Option } from 'commander';
import { CaptureError } from '../../capture/index.ts';
import { jsonText } from '../../codec/json-text.ts';
import { DIRECTIONS } from '../../dissect/direction.ts';
import type { Direction } from '../../dissect/events.ts';
import type { StreamOctets, Survey } from '../../dissect/stream-survey.ts';
import type { SurveyedStream } from '../../dissect/surveyed-stream.ts';
import { attend, type ProgressWish } from '../attended-reading.ts';
import { addEachOptions, type EachOptions, jobsOf } from '../each/each-option.ts';
import type { FileTask } from '../each/file-tasks.ts';
import type { EachReading } from '../each/read-each.ts';
import { addExamples } from '../examples.ts';
import { DAMAGED, FINE } from '../exit-codes.ts';
import { captureFailure, captureName, Failure, say } from '../failure.ts';
import { inputOf, sourceOf } from '../input.ts';
import { interruptedExitCode } from '../interruption.ts';
import { addLimitOptions, limitsOf } from '../limit-options.ts';
import { choiceOption, integerFrom } from '../option-values.ts';
import { addPageOptions, OUTPUT_GROUP, type PageOptions, pageFixed, pageOf } from '../output-options.ts';
import { addProgressOption, type ProgressOptions } from '../progress-option.ts';
import { StandardOutput } from '../standard-output.ts';

type Format = 'table' | 'ndjson' | 'json' | 'csv';

interface StreamsCommandOptions extends PageOptions, EachOptions, ProgressOptions {
  format: Format;
  raw?: number;
  direction?: Direction;
}

const FORMATS: readonly Format[] = ['table', 'ndjson', 'json', 'csv'];

/** Octets of both sides of `--raw` that are kept until the client is known. */
const UNDECIDED = 1024 * 1024;

export function addStreamsCommand(program: Command): void {
  const command = program
    .command('streams')
    .description('list every TCP connection, WebSocket or not, or write the octets of one')
    .argument('[file...]', 'captures, several as one in order of time; - or nothing reads standard input')
    .addOption(choiceOption('-f, --format <name>', 'output as', FORMATS).default('table').helpGroup(OUTPUT_GROUP))
    .addOption(
      new Option('--raw <n>', 'write the octets of this connection to standard output')
        .argParser(integerFrom(0))
        .conflicts('format')
        .helpGroup(OUTPUT_GROUP),
    )
    .addOption(choiceOption('--direction <way>', 'with --raw: whose octets', DIRECTIONS).helpGroup(OUTPUT_GROUP));
  addPageOptions(command);
  addProgressOption(command);
  addEachOptions(command);
  addLimitOptions(command);
  command.action(runStreams);
  addExamples(command, [
    { command: 'wsdissect streams walkthrough.pcap', says: 'as a table' },
    { command: 'wsdissect streams walkthrough.pcap --format ndjson', says: 'with a hash of what each side sent' },
    {
      command: 'wsdissect streams walkthrough.pcap --raw 0 --direction c2s',
      says: 'what the client sent, octet for octet',
    },
  ]);
}

async function runStreams(given: string[], options: StreamsCommandOptions, command: Command): Promise<void> {
  if ((options.raw === undefined) !== (options.direction === undefined)) {
    throw new Failure('--raw and --direction belong together: --raw 0 --direction c2s');
  }
  const files = await inputOf(given);
  if (files === null) {
    command.help();
    return;
  }
  const jobs = jobsOf(options);
  if (options.each) process.exitCode = await listEach(files, options, jobs);
  else process.exitCode = await run(files, options, { progress: options.progress, file: null });
}

async function listEach(files: readonly string[], options: StreamsCommandOptions, jobs: number): Promise<number> {
  if (options.raw !== undefined) throw new Failure('--raw writes one connection of one capture; leave --each out');
  const { framingOf, runEach } = await import('../each/each-run.ts');
  const { streamsCsvNames } = await import('../../output/stream-list.ts');
  const reading: EachReading = {
    task: 'streams',
    files,
    options: pageFixed(options),
    jobs,
    unit: 'TCP connection',
    isForPeople: false,
  };
  return runEach(reading, framingOf(options.format, streamsCsvNames('with-file')));
}

/** Of each of several captures by itself: a task (each/file-tasks.ts). */
export async function prepareEach(options: StreamsCommandOptions): Promise<FileTask> {
  return (file, onProgress) => run([file], options, { progress: onProgress ?? false, file });
}

interface RunOptions {
  progress: ProgressWish;
  /** What the connections say is their file; null where they say none. */
  file: string | null;
}

/** Returns the exit code. */
async function run(files: readonly string[], options: StreamsCommandOptions, how: RunOptions): Promise<number> {
  const out = new StandardOutput(options.format);
  const { raw, direction } = options;
  const survey = await (raw === undefined || direction === undefined
    ? list(files, options, out, how)
    : writeRaw(files, options, raw, direction, out));
  out.flush();
  if (survey.error !== null) {
    say(captureFailure(files, survey.error).message);
    return DAMAGED;
  }
  if (survey.complete) return FINE;
  say(`${captureName(files)}: interrupted; what was read until then is shown`);
  return interruptedExitCode();
}

async function list(
  files: readonly string[],
  options: StreamsCommandOptions,
  out: StandardOutput,
  { progress, file }: RunOptions,
): Promise<Survey> {
  const survey = await read(files, options, progress);
  const named = file === null ? survey.streams : survey.streams.map((stream) => ({ ...stream, file }));
  if (options.format === 'ndjson') {
    for (const stream of named) out.write(`${jsonText(stream)}\n`);
  } else if (options.format === 'json') {
    out.write(`${jsonText(named, 2)}\n`);
  } else if (options.format === 'csv') {
    const { streamsCsv, streamsCsvNames } = await import('../../output/stream-list.ts');
    if (file === null) out.write(streamsCsvNames('plain'));
    for (const row of streamsCsv(survey.streams, file)) out.write(row);
  } else {
    const { formatStreams } = await import('../../output/stream-list.ts');
    for (const line of formatStreams(survey.streams, pageOf(options))) out.write(`${line}\n`);
  }
  return survey;
}

/** Who is the client may show late, so the octets of both sides are kept where it is not known from the start, up to a limit. */
async function writeRaw(
  files: readonly string[],
  options: StreamsCommandOptions,
  wanted: number,
  direction: Direction,
  out: StandardOutput,
): Promise<Survey> {
  const waiting: { side: 0 | 1; octets: Uint8Array }[] = [];
  let undecided = 0;
  let surveyed: SurveyedStream | null = null;
  const survey = await read(files, options, options.progress, (stream, connection, side, octets) => {
    if (connection !== wanted) return;
    surveyed = stream;
    if (stream.client === null) {
      waiting.push({ side, octets: octets.slice() });
      undecided += octets.length;
      if (undecided > UNDECIDED) stream.decideClient();
    } else {
      for (const piece of waiting.splice(0)) {
        if (stream.directionOf(piece.side) === direction) out.writeOctets(piece.octets);
      }
      if (stream.directionOf(side) === direction) out.writeOctets(octets);
    }
  });
  if (survey.streams[wanted] === undefined && survey.complete) {
    const range = survey.streams.length === 0 ? 'it has none' : `they are 0…${survey.streams.length - 1}`;
    throw new Failure(`${captureName(files)}: there is no TCP connection ${wanted}; ${range}`);
  }
  const found = surveyed as SurveyedStream | null;
  for (const piece of waiting) if (found?.directionOf(piece.side) === direction) out.writeOctets(piece.octets);
  return survey;
}

async function read(
  files: readonly string[],
  options: StreamsCommandOptions,
  progress: ProgressWish,
  onOctets?: StreamOctets,
): Promise<Survey> {
  const { surveyStreams } = await import('../../dissect/stream-survey.ts');
  try {
    return await attend({ files, progress, unit: 'TCP connection', isForPeople: false, isHeld: true }, (attendance) =>
      surveyStreams(sourceOf(files), { limits: limitsOf(options), onOctets, ...attendance }),
    );
  } catch (error) {
    throw error instanceof CaptureError ? captureFailure(files, error) : error;
  }
}
