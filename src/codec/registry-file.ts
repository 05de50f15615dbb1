// Makes a registry from its file (docs/registry.md, schemas/registry.schema.json) or from what the command line says, and
// refuses what is not one, by line and column. It knows what a registry means; YAML and .proto are read elsewhere.

import { dirname, isAbsolute, join } from 'node:path';
import { nearestName } from '../nearest-name.ts';
import { checkOptions, checkValue, isObject, listOf, needed, oneOf, TEXT, type Wanted } from '../option-checks.ts';
import { formatPlural } from '../plural.ts';
import { type DocumentNode, parseDocument } from './document.ts';
import { DocumentError, type Place } from './document-error.ts';
import type { MessageTable } from './message-table.ts';
import { loadProtoFiles, type ProtoFile, type ProtoTypes } from './proto-files.ts';
import { readDocumentText } from './read-text-file.ts';
import { DEFAULT_FRAMING, highestId, type IdFraming, NARROWEST_ID, type Registry, WIDEST_ID } from './registry.ts';

const BYTE_ORDERS = ['big', 'little'] as const;
const ID_KEY = /^(?:\d+|0x[0-9a-f]+)$/i;

const PATH: Wanted = { ...TEXT, words: 'a path' };
/** What a program may say; how wide an id may be is told to the command line as well. */
const OPTIONS: Readonly<Record<keyof RegistryOptions, Wanted>> = {
  proto: needed(listOf(PATH)),
  messages: needed(
    listOf({
      fits: (value) => isObject(value) && typeof value.id === 'number' && typeof value.type === 'string',
      words: 'as { id: 1, type: "pb.Ping" }',
    }),
  ),
  idBytes: { fits: (value) => typeof value === 'number', words: 'a number of octets' },
  byteOrder: oneOf(BYTE_ORDERS),
};

/** One line of `messages`. */
interface NamedMessage {
  id: number;
  type: string;
  idPlace: Place;
  typePlace: Place;
}

/** The same as a registry file, as command-line options. */
export interface RegistryOptions {
  /** .proto files, relative to the working directory. */
  proto: readonly string[];
  messages: readonly { id: number; type: string }[];
  /** Octets of the id, 1…4; 2 by default. */
  idBytes?: number;
  byteOrder?: IdFraming['byteOrder'];
}

/**
 * Reads a registry file, YAML or JSON.
 *
 * @throws {TypeError} where no path is given
 * @throws {DocumentError} in one line, `file:line:column: what; what to do`
 */
export async function loadRegistry(path: string): Promise<Registry> {
  checkValue('the registry', path, PATH);
  const document = await parseDocument(path, await readDocumentText(path, 'the registry'));
  const fields = document.fields('the registry', ['framing', 'proto', 'messages']);
  const framing = framingOf(fields.get('framing'));
  const protoNode = fields.get('proto');
  const messagesNode = fields.get('messages');
  if (protoNode === undefined) throw document.error('proto is missing', 'add proto: [file.proto]');
  if (messagesNode === undefined) throw document.error('messages is missing', 'add messages: { 1: package.Type }');
  const directory = dirname(path);
  const files = protoNode.items('proto').map((item): ProtoFile => {
    const name = item.text('a file of proto');
    return { path: isAbsolute(name) ? name : join(directory, name), place: item.place };
  });
  if (files.length === 0) throw protoNode.error('proto names no file', 'add proto: [file.proto]');
  const messages = messagesNode.members('messages').map(({ key, place, value }): NamedMessage => {
    if (!ID_KEY.test(key)) {
      throw new DocumentError(place, `${JSON.stringify(key)} is no id`, 'write a number such as 1 or 0x10');
    }
    return { id: Number(key), type: value.text('a message type'), idPlace: place, typePlace: value.place };
  });
  if (messages.length === 0) throw messagesNode.error('messages is empty', 'add messages: { 1: package.Type }');
  return makeRegistry(framing, await loadProtoFiles(files, directory), messages);
}

/**
 * Makes a registry of `--proto FILE --id 1=pb.Ping`.
 *
 * @throws {TypeError} of an option that is not as it must be
 * @throws {DocumentError} in one line that begins with the option or the file
 */
export async function registryFromOptions(options: RegistryOptions): Promise<Registry> {
  checkOptions(options, OPTIONS);
  const { idBytes: width = DEFAULT_FRAMING.width, byteOrder = DEFAULT_FRAMING.byteOrder } = options;
  checkWidth(width, (what, whatToDo) => new DocumentError({ file: '--id-bytes' }, what, whatToDo));
  const files = options.proto.map((path): ProtoFile => ({ path, place: { file: '--proto' } }));
  const messages = options.messages.map(({ id, type }): NamedMessage => {
    const place = { file: `--id ${id}=${type}` };
    return { id, type, idPlace: place, typePlace: place };
  });
  return makeRegistry({ width, byteOrder }, await loadProtoFiles(files, '.'), messages);
}

/**
 * The registry of a file, or of what the command line says instead.
 *
 * @throws {TypeError} of what is neither
 * @throws {DocumentError} as the two above
 */
export function registryOf(source: string | RegistryOptions): Promise<Registry> {
  return typeof source === 'string' ? loadRegistry(source) : registryFromOptions(source);
}

function framingOf(node: DocumentNode | undefined): IdFraming {
  const framing: IdFraming = { ...DEFAULT_FRAMING };
  const id = node?.fields('framing', ['id']).get('id')?.fields('framing.id', ['width', 'byteOrder']);
  const width = id?.get('width');
  if (width) {
    framing.width = width.integer('width');
    checkWidth(framing.width, (what, whatToDo) => width.error(what, whatToDo));
  }
  const byteOrder = id?.get('byteOrder');
  if (byteOrder) {
    const text = byteOrder.text('byteOrder');
    const order = BYTE_ORDERS.find((candidate) => candidate === text);
    if (order === undefined) throw byteOrder.error(`byteOrder ${JSON.stringify(text)} is unknown`, 'use big or little');
    framing.byteOrder = order;
  }
  return framing;
}

function checkWidth(width: number, error: (what: string, whatToDo: string) => DocumentError): void {
  if (Number.isInteger(width) && width >= NARROWEST_ID && width <= WIDEST_ID) return;
  throw error(`an id cannot take ${width} octets`, `use ${NARROWEST_ID}…${WIDEST_ID}`);
}

function makeRegistry(framing: IdFraming, types: ProtoTypes, named: readonly NamedMessage[]): Registry {
  const messages = new Map<number, MessageTable>();
  for (const { id, type, idPlace, typePlace } of named) {
    if (!(id >= 0 && id <= highestId(framing.width))) {
      const whatToDo = `use 0…${highestId(framing.width)}, or a wider id`;
      throw new DocumentError(idPlace, `id ${id} does not fit into ${formatPlural(framing.width, 'octet')}`, whatToDo);
    }
    const taken = messages.get(id);
    if (taken) throw new DocumentError(idPlace, `id ${id} is taken by ${taken.name}`, 'give each type its own');
    messages.set(id, typeOf(types, type.replace(/^\./, ''), typePlace));
  }
  return { framing, messages, typeNamed: (name) => types.table(name) };
}

function typeOf(types: ProtoTypes, name: string, place: Place): MessageTable {
  const table = types.table(name);
  if (table) return table;
  if (types.isEnum(name)) throw new DocumentError(place, `${name} is an enum`, 'name a message type');
  const nearest = nearestName(name, types.messageNames());
  const whatToDo = nearest ? `did you mean ${nearest}?` : 'name one with its package, such as pb.Ping';
  throw new DocumentError(place, `no message type ${name} in the .proto files`, whatToDo);
}
