// `wsdissect diff GOOD BAD`: what changed in meaning from one capture to another.

import { type Command, Option } from 'commander';
import { jsonPieces } from '../../codec/json-text.ts';
import { addExamples } from '../examples.ts';
import { DAMAGED, FINE, NOT_MET } from '../exit-codes.ts';
import { captureName, Failure, say } from '../failure.ts';
import { STREAM_NAME } from '../input.ts';
import { addKeptOptions, type KeptOptions } from '../limit-options.ts';
import { choiceOption, commaListed, secondsFrom } from '../option-values.ts';
import { addPageOptions, OUTPUT_GROUP, type PageOptions, pageOf } from '../output-options.ts';
import { addProgressOption, type ProgressOptions } from '../progress-option.ts';
import { addReadingOptions, type ReadingOptions } from '../reading-options.ts';
import { addRegistryOptions, codecOf, type RegistryOptions } from '../registry-options.ts';
import { StandardOutput } from '../standard-output.ts';

type Format = 'text' | 'json';

interface DiffCommandOptions extends RegistryOptions, PageOptions, ReadingOptions, ProgressOptions, KeptOptions {
  format: Format;
  ignore?: string[];
  timing: number;
}

const FORMATS: readonly Format[] = ['text', 'json'];
const GROUP = 'What is compared:';

export function addDiffCommand(program: Command): void {
  const command = program
    .command('diff')
    .description('show what changed in meaning from one capture to another')
    .argument('<good>', 'a capture; - reads standard input')
    .argument('<bad>', 'the capture to compare with it')
    .addOption(choiceOption('-f, --format <name>', 'output as', FORMATS).default('text').helpGroup(OUTPUT_GROUP));
  const compared = [
    new Option(
      '--ignore <path>',
      'leave out value.seq, pb.Pong.value.note, json.**.at, ping, timing …; repeatable',
    ).argParser(commaListed((word) => word)),
    new Option('--timing <s>', 'seconds sooner or later than before that count (1)')
      .argParser(secondsFrom(0))
      .default(1, '1'),
  ];
  for (const option of compared) command.addOption(option.helpGroup(GROUP));
  addPageOptions(command);
  addProgressOption(command);
  addRegistryOptions(command);
  addReadingOptions(command);
  addKeptOptions(command);
  command.action(runDiff);
  addExamples(command, [
    {
      command: 'wsdissect diff walkthrough.pcap walkthrough.pcap',
      says: 'a capture and itself: no difference, and exit 0',
    },
    {
      command:
        'wsdissect record -o - | wsdissect diff walkthrough.pcap - --ignore timing,value.seq --registry walkthrough.registry.yaml',
      says: 'a capture of before and one of now; times and the field seq may differ',
    },
  ]);
}

async function runDiff(good: string, bad: string, options: DiffCommandOptions): Promise<void> {
  if (good === STREAM_NAME && bad === STREAM_NAME) {
    throw new Failure('standard input can be read only once; name a file for one of the two');
  }
  const codec = await codecOf(options);
  const { readCaptureLog } = await import('../capture-log-reader.ts');
  const { compareCaptures } = await import('../../check/difference/compare.ts');
  const { IgnoredPaths } = await import('../../check/difference/ignored-paths.ts');
  const left = await readCaptureLog(good, codec, options);
  const right = await readCaptureLog(bad, codec, options);
  const ignored = new IgnoredPaths(options.ignore ?? []);
  const comparison = await compareCaptures(left, right, { ignored, timing: options.timing });
  const read = [
    { file: good, summary: left.summary },
    { file: bad, summary: right.summary },
  ];
  const damaged = read.filter(({ summary }) => summary?.complete === false);
  process.exitCode = damaged.length > 0 ? DAMAGED : comparison.connections.length > 0 ? NOT_MET : FINE;
  const out = new StandardOutput(options.format);
  if (options.format === 'json') {
    const { comparisonJson } = await import('../../check/difference/json.ts');
    for (const piece of jsonPieces(comparisonJson(comparison), 2)) out.write(piece);
    out.writeNow('\n');
  } else {
    const { comparisonText } = await import('../../check/difference/text.ts');
    out.writeNow(comparisonText(comparison, pageOf(options)));
  }
  for (const { path, meant } of ignored.unmet()) {
    const advice = meant === null ? 'check the path' : `did you mean ${meant}?`;
    say(`--ignore ${path}: nothing that is compared is called so; ${advice}`);
  }
  for (const { file, summary } of damaged) {
    say(`${captureName([file])}: ${summary?.error}; compared is what was read of it`);
  }
}
