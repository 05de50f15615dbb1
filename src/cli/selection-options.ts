// The options that select connections and messages, the same for each command that has them.

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { PayloadCodec } from '../codec/codec.ts';
import { DIRECTIONS } from '../dissect/direction.ts';
import type { Direction, OpcodeName } from '../dissect/events.ts';
import type { Selection } from '../dissect/selection.ts';
import { HIGHEST_PORT } from '../link/segment.ts';
import { loadBuiltin } from '../load-builtin.ts';
import { nearestName } from '../nearest-name.ts';
import { Failure } from './failure.ts';
import { choiceOption, choicesOption, commaListed, integerFrom } from './option-values.ts';
import { TYPES_BY } from './registry-options.ts';

export interface SelectionOptions {
  connection?: number[];
  port?: number[];
  host?: string[];
  opcode?: OpcodeName[];
  direction?: Direction;
  type?: string[];
  grep?: string;
  where?: string;
  limit?: number;
}

const GROUP = 'What to show:';
const OPCODES: readonly OpcodeName[] = ['text', 'binary', 'close', 'ping', 'pong', 'continuation'];

/** An address in the spelling of events (RFC 5952 for IPv6). */
function parseHost(word: string): string {
  const { isIP, SocketAddress } = loadBuiltin('node:net');
  const bare = word.replace(/^\[(.*)\]$/, '$1');
  const family = isIP(bare);
  if (family === 0) {
    throw new InvalidArgumentError('It must be an IP address, such as 10.0.0.1 or fd00::2: names are not looked up.');
  }
  return family === 4 ? bare : new SocketAddress({ address: bare, family: 'ipv6' }).address;
}

/** No text at all would be found nowhere, or everywhere. */
function parseGrep(word: string): string {
  if (word !== '') return word;
  throw new InvalidArgumentError('It must be a text such as ping, or a pattern such as /p[io]ng/i.');
}

function connectionOptions(): Option[] {
  return [
    new Option('-c, --connection <n>', 'this TCP connection only (from 0); repeatable').argParser(
      commaListed(integerFrom(0)),
    ),
    new Option('--port <n>', 'connections with this port at either end; repeatable').argParser(
      commaListed(integerFrom(0, HIGHEST_PORT)),
    ),
    new Option('--host <address>', 'connections with this IP address at either end').argParser(commaListed(parseHost)),
  ];
}

function messageOptions(): Option[] {
  return [
    choicesOption('--opcode <name>', 'messages of this kind only; repeatable', OPCODES),
    choiceOption('--direction <way>', 'from the client to the server, or back', DIRECTIONS),
    new Option('--type <name>', 'messages of this type of the registry; repeatable').argParser(
      commaListed((word) => word),
    ),
    new Option(
      '--grep <text>',
      'what is said in texts, decoded values (JSON, but without escapes) and close reasons; /…/i is a pattern',
    ).argParser(parseGrep),
    new Option(
      '--where <condition>',
      'messages that fit a condition in CEL, such as \'type == "pb.Ping" && value.seq > 100\'',
    ),
    new Option('--limit <n>', 'stop after this many messages').argParser(integerFrom(1)),
  ];
}

export function addSelectionOptions(command: Command): Command {
  for (const option of connectionOptions()) command.addOption(option.helpGroup(GROUP));
  return addMessageOptions(command);
}

/** Those for messages alone, for commands that show one connection. */
export function addMessageOptions(command: Command): Command {
  for (const option of messageOptions()) command.addOption(option.helpGroup(GROUP));
  return command;
}

/** @throws {Failure} where types are asked for that nothing defines */
export function selectionOf(options: SelectionOptions, codec: PayloadCodec | null): Selection {
  if (options.type !== undefined) requireTypes(options.type, codec);
  return {
    connections: options.connection,
    ports: options.port,
    hosts: options.host,
    opcodes: options.opcode,
    direction: options.direction,
    types: options.type,
    grep: options.grep,
    limit: options.limit,
  };
}

function requireTypes(asked: readonly string[], codec: PayloadCodec | null): void {
  if (codec === null) {
    throw new Failure(`--type needs to know the types; give ${TYPES_BY}`);
  }
  const names = codec.typeNames?.();
  if (names === undefined) return;
  for (const type of asked) {
    if (names.includes(type)) continue;
    const meant = nearestName(type, names);
    const advice = meant === null ? `it has ${names.join(', ')}` : `did you mean ${meant}?`;
    throw new Failure(`--type: the registry gives no id to ${type}; ${advice}`);
  }
}

/** Whether all that is said in the connections that are chosen is selected. */
export function isWhole({ opcodes, direction, types, grep, limit }: Selection): boolean {
  return [opcodes, direction, types, grep, limit].every((value) => value === undefined);
}

/** Whether anything is selected at all: if not, no sink stands between. */
export function selects(selection: Selection): boolean {
  return Object.values(selection).some((value) => value !== undefined);
}
