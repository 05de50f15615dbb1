// `wsdissect walkthrough FILE`: a conversation told packet by packet and octet by octet, as the article does.

import { existsSync } from 'node:fs';
import { type Command, Option } from 'commander';
import type { CaptureError } from '../../capture/index.ts';
import type { WalkthroughFormat, WalkthroughOptions } from '../../output/walkthrough/index.ts';
import { attend } from '../attended-reading.ts';
import { addExamples } from '../examples.ts';
import { captureFailure, captureName, Failure } from '../failure.ts';
import { inputOf, sourceOf } from '../input.ts';
import { choiceOption, integerFrom } from '../option-values.ts';
import { addPageOptions, OUTPUT_GROUP, type PageOptions, pageOf } from '../output-options.ts';
import { addProgressOption, type ProgressOptions } from '../progress-option.ts';
import { addRegistryOptions, codecOf, type RegistryOptions } from '../registry-options.ts';
import { StandardOutput } from '../standard-output.ts';

interface WalkthroughCommandOptions extends RegistryOptions, PageOptions, ProgressOptions {
  connection?: number;
  format: WalkthroughFormat;
}

const FORMATS: readonly WalkthroughFormat[] = ['text', 'markdown', 'html'];

export function addWalkthroughCommand(program: Command): void {
  const command = program
    .command('walkthrough')
    .description('explain a conversation packet by packet, octet by octet')
    .argument('[file...]', 'captures, several as one in order of time; - or nothing reads standard input')
    .addOption(choiceOption('-f, --format <name>', 'output as', FORMATS).default('text').helpGroup(OUTPUT_GROUP))
    .addOption(
      new Option('-c, --connection <n>', 'TCP connection (the first that speaks WebSocket)')
        .argParser(integerFrom(0))
        .helpGroup(OUTPUT_GROUP),
    );
  addPageOptions(command);
  addProgressOption(command);
  addRegistryOptions(command);
  command.action(runWalkthrough);
  addExamples(command, [
    { command: 'wsdissect walkthrough walkthrough.pcap --registry walkthrough.registry.yaml', says: 'on the terminal' },
    { command: 'wsdissect walkthrough walkthrough.pcap --format html > walkthrough.html', says: 'as a page' },
  ]);
}

async function runWalkthrough(given: string[], options: WalkthroughCommandOptions, command: Command): Promise<void> {
  const last = given.at(-1) ?? '';
  if (given.length > 1 && /^\d{1,15}$/.test(last) && !existsSync(last)) {
    throw new Failure(`${last}: there is no such file; for a connection give --connection ${last}`);
  }
  const files = await inputOf(given);
  if (files === null) {
    command.help();
    return;
  }
  const codec = await codecOf(options);
  const { colour, width } = pageOf(options);
  const { connection, format } = options;
  const { progress } = options;
  const { text, error } = await attend({ files, progress, unit: 'message', isForPeople: false }, (attendance) =>
    tell(files, { connection, format, colour, codec, ...(width === null ? {} : { width }), ...attendance }),
  );
  new StandardOutput(format).writeNow(text);
  if (error !== null) throw captureFailure(files, error);
}

async function tell(
  files: readonly string[],
  options: WalkthroughOptions,
): Promise<{ text: string; error: CaptureError | null }> {
  const { NoConversationError, walkthrough } = await import('../../output/walkthrough/index.ts');
  const { CaptureError } = await import('../../capture/index.ts');
  try {
    return await walkthrough(sourceOf(files), options);
  } catch (error) {
    if (error instanceof CaptureError) throw captureFailure(files, error);
    if (!(error instanceof NoConversationError)) throw error;
    // Where the capture is damaged, that is the reason.
    if (error.captureError !== null) throw captureFailure(files, error.captureError);
    throw new Failure(`${captureName(files)}: ${error.message}; wsdissect ${files.join(' ')} says what is there`);
  }
}
