// `wsdissect connect URL`: the article's client, with messages from the command line, a file, standard input or a prompt.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ClientConnection, ConnectionEnd, MessageProtocol } from '../../endpoint/index.ts';
import { formatEndpoint } from '../../output/endpoint-text.ts';
import { GOING_AWAY, MAY_BE_SENT, mayBeSent, NO_STATUS, NORMAL_CLOSURE } from '../../ws/close-codes.ts';
import {
  abandonCapture,
  addCaptureOptions,
  type CaptureCommandOptions,
  captureOf,
  endCapture,
} from '../capture-options.ts';
import type { ConnectSession } from '../connect-session.ts';
import type { TalkOptions } from '../connect-talk.ts';
import { addExamples } from '../examples.ts';
import { FINE, NOT_MET } from '../exit-codes.ts';
import { say } from '../failure.ts';
import { addClientTlsOptions, addHandshakeOptions, type HandshakeOptions } from '../handshake-options.ts';
import { interruption } from '../interruption.ts';
import { LinePrinter } from '../line-printer.ts';
import type { LiveOutput } from '../live-output.ts';
import { choiceOption, integerFrom, listed, secondsFrom } from '../option-values.ts';
import { checkedReason, NotationError, parseMessage } from '../outgoing-message.ts';
import { addPageOptions, OUTPUT_GROUP, type PageOptions, pageOf } from '../output-options.ts';
import type { Prompt } from '../prompt.ts';
import { addRegistryOptions, protocolOrArticle, type RegistryOptions } from '../registry-options.ts';

interface ConnectCommandOptions
  extends RegistryOptions,
    HandshakeOptions,
    TalkOptions,
    PageOptions,
    CaptureCommandOptions {
  format: 'text' | 'ndjson';
}

const SENDING_GROUP = 'What to send:';
/** Codes by which a server ends a conversation that went well. */
const GOOD_ENDS = [NORMAL_CLOSURE, GOING_AWAY, NO_STATUS];

/** What the notation does not allow is wrong usage. */
function notated<Value>(parse: (word: string) => Value): (word: string) => Value {
  return (word) => {
    try {
      return parse(word);
    } catch (error) {
      if (error instanceof NotationError) throw new InvalidArgumentError(error.message);
      throw error;
    }
  };
}

function parseCloseCode(word: string): number {
  const code = /^\d{4}$/.test(word) ? Number(word) : 0;
  if (mayBeSent(code) || code === NO_STATUS) return code;
  throw new InvalidArgumentError(`It must be a code that may be sent (${MAY_BE_SENT}), or ${NO_STATUS} for none.`);
}

export function addConnectCommand(program: Command): void {
  const command = program
    .command('connect')
    .description('connect to a WebSocket server, send messages, print what comes back')
    .argument('<url>', 'such as ws://127.0.0.1:8888/connect')
    .addOption(
      choiceOption('-f, --format <name>', 'output as', ['text', 'ndjson']).default('text').helpGroup(OUTPUT_GROUP),
    );
  const sending = [
    new Option('--send <message>', 'pb.Ping {"seq":1}, /text hello, /hex 00 01; repeatable').argParser(
      listed(notated(parseMessage)),
    ),
    new Option('--file <file>', 'messages as NDJSON: {"type":"pb.Ping","value":{}}; - is stdin'),
    new Option('--interval <s>', 'seconds between messages; without any: pb.Ping').argParser(secondsFrom(0)),
    new Option('--count <n>', 'how often to send them (once; at an interval for ever)').argParser(integerFrom(1)),
    new Option('--wait <s>', 'seconds to listen after the last one').argParser(secondsFrom(0)),
    new Option('--close <code>', 'status code to end with (1000)').argParser(parseCloseCode).default(NORMAL_CLOSURE),
    new Option('--reason <text>', 'reason of the close frame').argParser(notated(checkedReason)),
  ];
  for (const option of sending) command.addOption(option.helpGroup(SENDING_GROUP));
  addHandshakeOptions(command);
  addRegistryOptions(command);
  addClientTlsOptions(command);
  addCaptureOptions(command);
  addPageOptions(command);
  command.action(runConnect);
  addExamples(command, [
    {
      command: `wsdissect connect ws://127.0.0.1:8888/connect --send 'pb.Ping {"seq":150}'`,
      says: 'one question, its answer and the round trip',
    },
    { command: 'wsdissect connect ws://127.0.0.1:8888/connect --interval 0.1 --count 3', says: 'three pings' },
    {
      command: `echo 'pb.Ping {"seq":1}' | wsdissect connect ws://127.0.0.1:8888/connect --close 3000`,
      says: 'lines of standard input, and an end of your own',
    },
    {
      command: 'wsdissect connect ws://127.0.0.1:8888/connect --send /ping --capture asked.pcap',
      says: 'with a capture of what is said',
    },
  ]);
}

async function runConnect(url: string, options: ConnectCommandOptions): Promise<void> {
  const { connectOptionsOf, connectPatiently, connectionTarget } = await import('../connect-start.ts');
  const { ConnectSession } = await import('../connect-session.ts');
  const { checkMessage, isByHand, talkByPrompt, talkByScript } = await import('../connect-talk.ts');
  const { isWrittenMeanwhile } = await import('../message-source.ts');
  const protocol = await protocolOrArticle(options);
  for (const message of options.send ?? []) checkMessage(message, protocol, '--send');
  const settings = connectOptionsOf(options, protocol);
  const lines = new LinePrinter(options.format);
  let print = (line: string) => lines.print(line);
  const output = await outputOf(options, protocol, (line) => print(line));
  const capture = await captureOf(options, connectionTarget(url));
  settings.socketTap = capture?.tap;
  let session: ConnectSession | null = null;
  let interrupted: number | null = null;
  void interruption().then(async (exitCode) => {
    interrupted = exitCode;
    if (session !== null) await session.close(GOING_AWAY);
    else await abandonCapture(capture, options).finally(() => process.exit(exitCode));
  });
  // Some may come with the answer to the upgrade request.
  const early: Parameters<ConnectSession['onControl']>[] = [];
  settings.onControl = (...control) => {
    if (session === null) early.push(control);
    else session.onControl(...control);
  };
  const client = await connectPatiently(url, settings, options).catch(async (error: unknown) => {
    await abandonCapture(capture, options);
    throw error;
  });
  output.connected(factsOf(client));
  session = new ConnectSession(client.connection, protocol, output);
  for (const control of early) session.onControl(...control);
  const prompt = isByHand(options, process.stdin, process.stdout) ? await openPrompt(protocol) : null;
  if (prompt !== null) print = (line) => prompt.print(line);
  const talk =
    prompt === null
      ? talkByScript(session, options, protocol)
      : talkByPrompt(session, options, prompt, () => process.kill(process.pid, 'SIGINT'));
  try {
    await Promise.race([talk, session.over, lines.failed]);
    const end = await session.over;
    // Of further input that is waited for nothing is unsent.
    const isUnsent =
      interrupted === null &&
      !(await ((await isWrittenMeanwhile(options)) ? Promise.race([talk, nextTurn(true)]) : talk));
    if (isUnsent) say('the connection was over before all was sent');
    process.exitCode = interrupted ?? (isUnsent ? NOT_MET : exitCodeOf(end, session.connection.closedByPeer));
  } catch (error) {
    await session.close(options.close, options.reason);
    throw error;
  } finally {
    prompt?.close();
    await endCapture(capture, options);
    // Standard input that is still open must not keep the process.
    process.stdin.destroy();
  }
}

async function openPrompt(protocol: MessageProtocol): Promise<Prompt> {
  const { fileHistory, Prompt } = await import('../prompt.ts');
  const completions = { types: [...protocol.types.values()], fieldsOf: (type: string) => protocol.fieldsOf(type) };
  return new Prompt(completions, fileHistory(process.env));
}

async function outputOf(
  options: ConnectCommandOptions,
  protocol: MessageProtocol,
  print: (line: string) => void,
): Promise<LiveOutput> {
  const { LiveNdjson, LiveText } = await import('../live-output.ts');
  const unmarshal = ({ data }: { data: Uint8Array }) => protocol.unmarshal(data);
  return options.format === 'ndjson'
    ? new LiveNdjson(print, unmarshal)
    : new LiveText(print, unmarshal, pageOf(options));
}

function factsOf({
  url,
  connection,
  remoteAddress,
  remotePort,
}: ClientConnection): Parameters<LiveOutput['connected']>[0] {
  const { subprotocol, compression } = connection;
  return { url, address: formatEndpoint({ address: remoteAddress, port: remotePort }), subprotocol, compression };
}

/** Fine is an end that both sides agreed upon: with the code said here, or one by which a server takes its leave. */
function exitCodeOf({ code, sent, error }: ConnectionEnd, closedByPeer: boolean): number {
  return error === null && (closedByPeer ? GOOD_ENDS.includes(code) : code === sent) ? FINE : NOT_MET;
}
