// `wsdissect walkthrough FILE`: a conversation told packet by packet and octet by octet, as the article does.

import { type Command, Option } from 'commander';
import type { CaptureError } from '../../capture/index.ts';
import type { WalkthroughFormat, WalkthroughOptions } from '../../output/walkthrough/index.ts';
import { addExamples } from '../examples.ts';
import { captureFailure, captureName, Failure } from '../failure.ts';
import { inputOf, STANDARD_INPUT } from '../input.ts';
import { choiceOption, integerFrom } from '../option-values.ts';
import { addPageOptions, outputOption, type PageOptions, pageOf } from '../output-options.ts';
import { addRegistryOptions, codecOf, type RegistryOptions } from '../registry-options.ts';
import { StandardOutput } from '../standard-output.ts';

interface WalkthroughCommandOptions extends RegistryOptions, PageOptions {
  connection?: number;
  format: WalkthroughFormat;
}

const FORMATS: readonly WalkthroughFormat[] = ['text', 'markdown', 'html'];

export function addWalkthroughCommand(program: Command): void {
  const command = program
    .command('walkthrough')
    .description('explain a conversation packet by packet, octet by octet')
    .argument('[file]', 'a pcap file; - or nothing reads standard input')
    .addOption(outputOption(choiceOption('-f, --format <name>', 'output as', FORMATS).default('text')))
    .addOption(
      outputOption(
        new Option('-c, --connection <n>', 'TCP connection (the first that speaks WebSocket)').argParser(
          integerFrom(0),
        ),
      ),
    );
  addPageOptions(command);
  addRegistryOptions(command);
  command.action(runWalkthrough);
  addExamples(command, [
    { command: 'wsdissect walkthrough walkthrough.pcap --registry walkthrough.registry.yaml', says: 'on the terminal' },
    { command: 'wsdissect walkthrough walkthrough.pcap --format html > walkthrough.html', says: 'as a page' },
  ]);
}

async function runWalkthrough(
  given: string | undefined,
  options: WalkthroughCommandOptions,
  command: Command,
): Promise<void> {
  const file = inputOf(given === undefined ? [] : [given]);
  if (file === null) {
    command.help();
    return;
  }
  const codec = await codecOf(options);
  const { colour, width } = pageOf(options);
  const { connection, format } = options;
  const { text, error } = await tell(file, { connection, format, colour, codec, ...(width === null ? {} : { width }) });
  new StandardOutput().writeNow(text);
  if (error !== null) throw captureFailure(file, error);
}

async function tell(file: string, options: WalkthroughOptions): Promise<{ text: string; error: CaptureError | null }> {
  const { NoConversationError, walkthrough } = await import('../../output/walkthrough/index.ts');
  const { CaptureError } = await import('../../capture/index.ts');
  try {
    return await walkthrough(file === STANDARD_INPUT ? process.stdin : file, options);
  } catch (error) {
    if (error instanceof CaptureError) throw captureFailure(file, error);
    if (!(error instanceof NoConversationError)) throw error;
    // Where the capture is damaged, that is the reason.
    if (error.captureError !== null) throw captureFailure(file, error.captureError);
    throw new Failure(`${captureName(file)}: ${error.message}; wsdissect ${file} says what is there`);
  }
}
