// `wsdissect replay FILE URL`: says one side of a captured conversation again to a live server, and shows where its answers
// differ from those captured.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { DIRECTIONS } from '../../dissect/direction.ts';
import type { Direction } from '../../dissect/events.ts';
import type { CapturedConversation, ReplayResult } from '../../endpoint/index.ts';
import {
  abandonCapture,
  addCaptureOptions,
  type CaptureCommandOptions,
  captureOf,
  endCapture,
} from '../capture-options.ts';
import { addExamples } from '../examples.ts';
import { DAMAGED, FINE, NOT_MET } from '../exit-codes.ts';
import { captureFailure, captureName, Failure, say } from '../failure.ts';
import { addClientTlsOptions, addHandshakeOptions, type HandshakeOptions } from '../handshake-options.ts';
import { STREAM_NAME } from '../input.ts';
import { interruptedExitCode, interruptionSignal } from '../interruption.ts';
import { choiceOption, commaListed, integerFrom, secondsFrom } from '../option-values.ts';
import { addRegistryOptions, protocolOf, type RegistryOptions } from '../registry-options.ts';
import { isSameFile } from '../same-file.ts';
import { StandardOutput } from '../standard-output.ts';

interface ReplayCommandOptions extends RegistryOptions, HandshakeOptions, CaptureCommandOptions {
  connection?: number;
  direction: Direction;
  speed: number;
  patience?: number;
  ignore?: string[];
  verbose?: true;
}

const GROUP = 'What to say again:';
const COMPARING_GROUP = 'How to compare:';

function parseSpeed(word: string): number {
  if (word === 'max') return Number.POSITIVE_INFINITY;
  const speed = /^\d+(\.\d+)?$/.test(word) ? Number(word) : 0;
  if (speed > 0) return speed;
  throw new InvalidArgumentError('It must be a factor such as 1, 0.5 or 10, or max.');
}

export function addReplayCommand(program: Command): void {
  const command = program
    .command('replay')
    .description('say one side of a captured conversation again, and compare the answers')
    .argument('<file>', 'a capture; - reads standard input')
    .argument('<url>', 'such as ws://127.0.0.1:8888/connect');
  const saying = [
    new Option('--connection <n>', 'number of the connection; else the first that says something').argParser(
      integerFrom(0),
    ),
    choiceOption('--direction <way>', 'whose part to play', DIRECTIONS).default('c2s'),
    new Option('--speed <factor>', 'pace against that of the capture; max never waits (1)')
      .argParser(parseSpeed)
      .default(1),
    new Option('--patience <s>', 'seconds to wait for an answer that was captured (5)').argParser(secondsFrom(0)),
  ];
  const comparing = [
    new Option(
      '--ignore <path>',
      'parts of answers that change, such as time or items.*.id; **.id is at any depth',
    ).argParser(commaListed((word) => word)),
    new Option('-v, --verbose', 'print what is sent and answered as it should be, too'),
  ];
  for (const option of saying) command.addOption(option.helpGroup(GROUP));
  for (const option of comparing) command.addOption(option.helpGroup(COMPARING_GROUP));
  addHandshakeOptions(command);
  addRegistryOptions(command);
  addClientTlsOptions(command);
  addCaptureOptions(command);
  command.action(runReplay);
  addExamples(command, [
    {
      command: 'wsdissect replay walkthrough.pcap ws://127.0.0.1:8888/connect --registry walkthrough.registry.yaml',
      says: "the client's part, its answers compared by field",
    },
    {
      command: 'wsdissect replay walkthrough.pcap ws://127.0.0.1:8888/connect --speed max --capture again.pcap',
      says: 'as fast as answers come, with a capture of its own',
    },
  ]);
}

async function runReplay(file: string, url: string, options: ReplayCommandOptions): Promise<void> {
  const { connectionTarget, connectOptionsOf, connectPatiently } = await import('../connect-start.ts');
  const { ignoring, replay, subprotocolsOf } = await import('../../endpoint/index.ts');
  const { ReplayReport } = await import('../replay-report.ts');
  const protocol = await protocolOf(options);
  const conversation = await conversationIn(file, options);
  const report = new ReplayReport(new StandardOutput(), { verbose: options.verbose === true });
  if (options.capture !== undefined && isSameFile(file, options.capture))
    throw new Failure(`--capture ${options.capture} is the capture that is replayed; name another file`);
  const capture = await captureOf(options, connectionTarget(url));
  const signal = interruptionSignal();
  let end = abandonCapture;
  try {
    const { subprotocol = subprotocolsOf(conversation) } = options;
    const settings = { ...connectOptionsOf({ ...options, subprotocol }, protocol), socketTap: capture?.tap, signal };
    const { connection } = await connectPatiently(url, settings, options);
    end = endCapture;
    const result = await replay(conversation, connection, {
      direction: options.direction,
      speed: options.speed,
      patience: options.patience === undefined ? undefined : options.patience * 1000,
      protocol,
      ignored: ignoring(options.ignore ?? []),
      signal,
      onSent: (said) => report.sent(said),
      onAnswer: (comparison) => report.answer(comparison),
      onEnd: (differences) => report.end(differences),
    });
    report.result(result);
    process.exitCode = conversation.damage !== null ? DAMAGED : wasAlike(result) ? FINE : NOT_MET;
  } catch (error) {
    if (!signal.aborted) throw error;
    say('interrupted; what was not said and answered by then is not compared');
    process.exitCode = interruptedExitCode();
  } finally {
    await end(capture, options);
  }
}

function wasAlike({ different, complete }: ReplayResult): boolean {
  return different === 0 && complete;
}

/** @throws {Failure} where the capture cannot be read, {ReplayError} where there is nothing to say */
async function conversationIn(file: string, options: ReplayCommandOptions): Promise<CapturedConversation> {
  const { dissect } = await import('../../dissect/dissect.ts');
  const { CaptureError } = await import('../../capture/index.ts');
  const { conversationOf, ReplayError } = await import('../../endpoint/index.ts');
  const source = file === STREAM_NAME ? process.stdin : file;
  const signal = interruptionSignal();
  try {
    const conversation = await conversationOf(
      dissect(source, { payload: 'always', signal }),
      options.connection ?? null,
    );
    signal.throwIfAborted();
    if (conversation.damage !== null)
      say(`${captureName([file])}: ${conversation.damage}; what was said until then is replayed`);
    return conversation;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ReplayError && error.damage !== null)
      throw new Failure(`${captureName([file])}: ${error.damage}`, DAMAGED);
    throw error instanceof CaptureError ? captureFailure([file], error) : error;
  }
}
