// `wsdissect serve`: the article's server, until it is interrupted.

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ConnectedClient, MessageProtocol, ServeOptions } from '../../endpoint/index.ts';
import { SERVER_DEFAULTS } from '../../endpoint/server-settings.ts';
import { HIGHEST_PORT } from '../../link/segment.ts';
import {
  abandonCapture,
  addCaptureOptions,
  type CaptureCommandOptions,
  captureOf,
  endCapture,
} from '../capture-options.ts';
import { addExamples } from '../examples.ts';
import { FINE, INTERRUPTED } from '../exit-codes.ts';
import { Failure } from '../failure.ts';
import { interruption } from '../interruption.ts';
import { LinePrinter } from '../line-printer.ts';
import { listenFailure } from '../listen-failure.ts';
import { commaListed, integerFrom, parseSize, secondsFrom } from '../option-values.ts';
import {
  addTlsOptions,
  certificateOf,
  fieldOption,
  type HeaderField,
  keyLogOf,
  subprotocolOption,
  type TlsOptions,
} from '../peer-options.ts';
import { addRegistryOptions, protocolOrArticle, type RegistryOptions } from '../registry-options.ts';
import type { ServeReport } from '../serve-report.ts';

interface ServeCommandOptions extends RegistryOptions, TlsOptions, CaptureCommandOptions {
  host: string;
  port: number;
  path: string;
  readLimit: number;
  deadline: number;
  queue: number;
  compression?: true;
  origin?: string[];
  subprotocol?: string[];
  header?: HeaderField[];
  maxConnections: number;
  handshakeTimeout: number;
  echo?: true;
  verbose?: true;
}

const ADDRESS_GROUP = 'Where it listens:';
const CONVERSATION_GROUP = 'What connections may do:';

function parsePath(word: string): string {
  if (!word.startsWith('/') || /[?#\s]/.test(word))
    throw new InvalidArgumentError('It must begin with a slash, such as /connect.');
  return word;
}

function preset(flags: string, description: string, parser: (word: string) => number, value: number): Option {
  return new Option(flags, `${description} (${value})`).argParser(parser).default(value);
}

export function addServeCommand(program: Command): void {
  const command = program
    .command('serve')
    .description("start the article's server, which answers pb.Ping with pb.Pong");
  const { host, port, path, maxConnections, handshakeTimeout, readLimit, readDeadline, queueLength } = SERVER_DEFAULTS;
  const address = [
    new Option('--host <address>', 'address to listen on').default(host),
    preset('-p, --port <n>', 'port; 0 is any that is free', integerFrom(0, HIGHEST_PORT), port),
    new Option('--path <path>', 'the only path that upgrades').argParser(parsePath).default(path),
    preset('--max-connections <n>', 'connections at once', integerFrom(1), maxConnections),
    preset('--handshake-timeout <s>', 'seconds for a request to come', secondsFrom(0.1), handshakeTimeout / 1000),
  ];
  const conversation = [
    preset('--read-limit <size>', 'octets of a message; more closes with 1009', parseSize, readLimit),
    preset('--deadline <s>', 'seconds that a connection lives; 0 for ever', secondsFrom(0), readDeadline / 1000),
    preset('--queue <n>', 'messages that wait, read and to be written', integerFrom(1), queueLength),
    new Option('--compression', 'agree to permessage-deflate'),
    new Option('--origin <origin>', 'who may connect besides the own host; * is all').argParser(
      commaListed((word) => word),
    ),
    subprotocolOption('spoken here, the preferred first; repeatable'),
    fieldOption('further field of the 101; repeatable'),
    new Option('--echo', 'send each message back as it came'),
    new Option('-v, --verbose', 'print messages, refusals and ends as well'),
  ];
  for (const option of address) command.addOption(option.helpGroup(ADDRESS_GROUP));
  for (const option of conversation) command.addOption(option.helpGroup(CONVERSATION_GROUP));
  addRegistryOptions(command);
  addTlsOptions(command, 'of the server, for wss');
  addCaptureOptions(command);
  command.action(runServe);
  addExamples(command, [
    { command: 'wsdissect serve', says: 'on port 8888 of all addresses, until Ctrl-C' },
    {
      command: 'wsdissect serve --host 127.0.0.1 --deadline 0 --verbose',
      says: 'for this machine only, without time limit, telling all',
    },
    { command: 'wsdissect serve --registry walkthrough.registry.yaml --compression', says: 'with types of your own' },
    { command: 'wsdissect serve --capture served.pcap', says: 'with a capture of all that is said' },
  ]);
}

async function runServe(options: ServeCommandOptions): Promise<void> {
  const protocol = await protocolOrArticle(options);
  const { serve } = await import('../../endpoint/index.ts');
  const { ServeReport } = await import('../serve-report.ts');
  const certificate = certificateOf(options);
  if (certificate === null && options.keylog !== undefined)
    throw new Failure('--keylog is for TLS; give --cert and --key too');
  const onKeyLog = keyLogOf(options) ?? undefined;
  const lines = new LinePrinter();
  const report = new ServeReport((line) => lines.print(line), protocol);
  const interrupted = interruption();
  const capture = await captureOf(options, options);
  const server = await serve({
    ...settingsOf(options, protocol, report),
    socketTap: capture?.tap,
    tls: certificate === null ? undefined : { ...certificate, onKeyLog },
  }).catch(async (error: unknown) => {
    await abandonCapture(capture, options);
    throw startFailure(error, options);
  });
  report.started(server.port);
  const exitCode = await Promise.race([interrupted, lines.failed]).finally(async () => {
    await server.close().finally(() => endCapture(capture, options));
  });
  process.exitCode = exitCode === INTERRUPTED ? INTERRUPTED : FINE;
}

function settingsOf(options: ServeCommandOptions, protocol: MessageProtocol, report: ServeReport): ServeOptions {
  const { host, port, path, readLimit, deadline, queue, compression, origin, subprotocol, header } = options;
  const settings: ServeOptions = {
    host,
    port,
    path,
    protocol,
    readLimit,
    readDeadline: deadline * 1000,
    queueLength: queue,
    compression,
    origins: origin,
    subprotocols: subprotocol,
    headers: header,
    maxConnections: options.maxConnections,
    handshakeTimeout: options.handshakeTimeout * 1000,
    onConnection: (client) => report.connection(client),
  };
  if (options.verbose) {
    settings.onMessage = (message, client) => report.message('←', message, client);
    settings.onAnswer = (answer, client) => report.message('→', answer, client);
    settings.onRefusal = (refusal, client) => report.refusal(refusal, client);
    settings.onEnd = (client, end) => report.end(client, end);
  }
  if (options.echo) settings.converse = (client) => echo(client, settings);
  return settings;
}

async function echo(client: ConnectedClient, { onMessage, onAnswer }: ServeOptions): Promise<void> {
  for await (const message of client.connection) {
    onMessage?.(message, client);
    onAnswer?.(message, client);
    if (message.opcode === 'text') await client.connection.sendText(Buffer.from(message.data).toString());
    else await client.connection.sendBinary(message.data);
  }
}

function startFailure(error: unknown, options: ServeCommandOptions): unknown {
  if (!isTlsFault(error)) return listenFailure(error, options);
  return new Failure(`--cert and --key: ${error.message}; give a certificate and its own key, both PEM`);
}

function isTlsFault(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const isOfTls = 'code' in error && String(error.code).startsWith('ERR_OSSL_');
  return isOfTls || /PEM|key values mismatch|OSSL/i.test(error.message);
}
