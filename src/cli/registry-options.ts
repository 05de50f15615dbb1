// The options that say what binary payloads mean. Loads a registry only where there is one: reading YAML and .proto files
// costs more time than a small capture.

import { existsSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { PayloadCodec, RegistryOptions as SpelledRegistry } from '../codec/index.ts';
import { ARTICLE, NARROWEST_ID, WIDEST_ID } from '../codec/registry.ts';
import type { MessageProtocol } from '../endpoint/index.ts';
import { Failure, say } from './failure.ts';
import { choiceOption, integerFrom, listed } from './option-values.ts';

export interface RegistryOptions {
  registry?: string;
  proto?: string[];
  id?: MessageId[];
  idBytes?: number;
  byteOrder?: 'big' | 'little';
}

/** One `--id 1=pb.Ping`. */
interface MessageId {
  id: number;
  type: string;
}

/** How types are told where none are known, for advice. */
export const TYPES_BY = '--registry FILE, or --proto FILE with --id 1=pb.Ping';

/** Found without being named, in the working directory. */
export const DEFAULT_REGISTRY = 'wsdissect.registry.yaml';

/** What `serve` and `connect` have by themselves. */
const ARTICLE_REGISTRY = Symbol(ARTICLE);

/** Where types are named: in a file, whose path it is, by options, or in the article. */
type RegistrySource = string | SpelledRegistry | typeof ARTICLE_REGISTRY;

const GROUP = 'What binary messages mean:';

function parseMessageId(word: string): MessageId {
  const parts = /^(\d+|0x[0-9a-f]+)=(.+)$/i.exec(word);
  if (parts === null) throw new InvalidArgumentError('It must be an id and a message type, such as 1=pb.Ping.');
  return { id: Number(parts[1]), type: parts[2] };
}

export function addRegistryOptions(command: Command): Command {
  const options = [
    new Option('--registry <file>', `registry, or ${ARTICLE}; else ${DEFAULT_REGISTRY} here`),
    new Option('--proto <file>', 'a .proto file; repeatable').argParser(listed((word) => word)),
    new Option('--id <n=type>', 'the message type of an id, such as 1=pb.Ping; repeatable').argParser(
      listed(parseMessageId),
    ),
    new Option('--id-bytes <n>', 'octets of the id before each message (2)').argParser(
      integerFrom(NARROWEST_ID, WIDEST_ID),
    ),
    choiceOption('--byte-order <order>', 'byte order of the id', ['big', 'little']),
  ];
  for (const option of options) command.addOption(option.helpGroup(GROUP));
  return command;
}

/**
 * The codec that the options ask for; null where nothing is said of payloads.
 *
 * @throws {DocumentError}
 * @throws {Failure} where the options contradict each other
 */
export async function codecOf(options: RegistryOptions): Promise<PayloadCodec | null> {
  const source = typesSource(options);
  if (source === null) return null;
  if (source === ARTICLE_REGISTRY) {
    const { articleCodec } = await import('../endpoint/article-protocol.ts');
    return articleCodec();
  }
  const { loadCodec } = await import('../codec/index.ts');
  return loadCodec(source);
}

/**
 * The protocol that the options ask for; null where nothing is said of payloads.
 *
 * @throws {DocumentError}
 * @throws {Failure} where the options contradict each other
 */
export async function protocolOf(options: RegistryOptions): Promise<MessageProtocol | null> {
  const source = typesSource(options);
  return source === null ? null : loadProtocol(source, options);
}

/**
 * The protocol that the options ask for, else the article's: pb.Ping with id 1 and pb.Pong with id 2.
 *
 * @throws {DocumentError}
 * @throws {Failure} where the options contradict each other
 */
export async function protocolOrArticle(options: RegistryOptions): Promise<MessageProtocol> {
  return loadProtocol(registrySource(options) ?? ARTICLE_REGISTRY, options);
}

async function loadProtocol(source: RegistrySource, options: RegistryOptions): Promise<MessageProtocol> {
  const { articleProtocol, MessageProtocol } = await import('../endpoint/index.ts');
  if (source === ARTICLE_REGISTRY) {
    const { idBytes, byteOrder = 'big' } = options;
    return articleProtocol({ useBigEndian: byteOrder === 'big', ...(idBytes === undefined ? {} : { idBytes }) });
  }
  const { registryOf } = await import('../codec/registry-file.ts');
  return MessageProtocol.of(await registryOf(source));
}

/** A file of that name goes before the word. */
export function isArticle(registry: string): boolean {
  return registry === ARTICLE && !existsSync(ARTICLE);
}

function saysFraming({ idBytes, byteOrder }: RegistryOptions): boolean {
  return idBytes !== undefined || byteOrder !== undefined;
}

/** As `registrySource`; how an id is framed means nothing without types. */
function typesSource(options: RegistryOptions): RegistrySource | null {
  const source = registrySource(options);
  if (source === null && saysFraming(options)) {
    throw new Failure('--id-bytes and --byte-order need types; add --proto FILE and --id 1=pb.Ping');
  }
  return source;
}

/** Null where no types are named, and none are found in the working directory. */
function registrySource(options: RegistryOptions): RegistrySource | null {
  const { registry, proto, id, idBytes, byteOrder } = options;
  const spelledOut = proto !== undefined || id !== undefined;
  if (registry !== undefined && (spelledOut || saysFraming(options))) {
    throw new Failure('--registry says all of --proto, --id, --id-bytes and --byte-order; give one or the others');
  }
  if (registry !== undefined) return isArticle(registry) ? ARTICLE_REGISTRY : registry;
  if (spelledOut) {
    if (proto === undefined) throw new Failure('--id names a message type, but no file defines it; add --proto FILE');
    if (id === undefined) throw new Failure('--proto defines types, but not which id has which; add --id 1=pb.Ping');
    const framing = {
      ...(idBytes === undefined ? {} : { idBytes }),
      ...(byteOrder === undefined ? {} : { byteOrder }),
    };
    return { proto, messages: id, ...framing };
  }
  if (saysFraming(options) || !existsSync(DEFAULT_REGISTRY)) return null;
  say(`using ${DEFAULT_REGISTRY} of the working directory`);
  return DEFAULT_REGISTRY;
}
