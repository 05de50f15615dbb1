// Loads .proto files and all that they import, and gives their message types as tables. protobufjs reads the language;
// this file finds the files and says in which line something is wrong. It knows nothing of ids.

import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { NamespaceBase, Root, Type } from 'protobufjs';
import { readingReason, readingRemedy } from '../system-reason.ts';
import { DocumentError, type Place } from './document-error.ts';
import { keepingFieldIndexes } from './field-indexes.ts';
import { type MessageTable, MessageTables } from './message-table.ts';
import { readTextFile } from './read-text-file.ts';
import { qualifyFieldTypes } from './scoped-names.ts';
import { HIGHEST_FIELD_NUMBER } from './wire-reader.ts';

type Protobuf = typeof import('protobufjs');

const BUNDLED_FOLDER = 'google/protobuf/';
const DESCRIPTOR = `${BUNDLED_FOLDER}descriptor.proto`;
/** Imported by files that define options of their own; options do not change what is on the wire. */
const OPTION_MESSAGES = [
  'File',
  'Message',
  'Field',
  'Oneof',
  'Enum',
  'EnumValue',
  'ExtensionRange',
  'Service',
  'Method',
];

/** A .proto file to load, and who asked for it. */
export interface ProtoFile {
  path: string;
  /** Of the entry or import that names it; where it is not known, the file itself is told. */
  place: Place;
}

/** The types of the loaded files. Names are full, without a leading dot. */
export interface ProtoTypes {
  table(name: string): MessageTable | undefined;
  isEnum(name: string): boolean;
  messageNames(): string[];
}

/**
 * `directory` is where imports are looked for last, after the importing file's own folder and the folders between.
 *
 * @throws {DocumentError}
 */
export async function loadProtoFiles(files: readonly ProtoFile[], directory: string): Promise<ProtoTypes> {
  const protobuf = (await import('protobufjs')).default;
  const loader = new ProtoLoader(protobuf, directory);
  for (const file of files) await loader.load(file, `"${file.path}"`);
  return loader.finish();
}

class ProtoLoader {
  readonly #protobuf: Protobuf;
  readonly #directory: string;
  readonly #root: Root;
  /** Text by path as shown; also what keeps a file from being loaded twice. */
  readonly #sources = new Map<string, string>();
  readonly #bundled = new Set<string>();

  constructor(protobuf: Protobuf, directory: string) {
    this.#protobuf = protobuf;
    this.#directory = directory;
    this.#root = new protobuf.Root();
  }

  async load(first: ProtoFile, quoted: string): Promise<void> {
    if (this.#loadBundled(first.path)) return;
    const source = await readText(first.path).catch((error) => {
      throw new DocumentError(
        first.place,
        `${quoted} cannot be read: ${readingReason(error)}`,
        readingRemedy(error, 'correct the path'),
        error,
      );
    });
    const waiting = [{ path: first.path, source }];
    for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
      if (this.#sources.has(file.path)) continue;
      this.#sources.set(file.path, file.source);
      for (const name of this.#parse(file.path, file.source)) {
        if (!this.#loadBundled(name)) waiting.push(await this.#imported(name, file.path, file.source));
      }
    }
  }

  finish(): ProtoTypes {
    try {
      qualifyFieldTypes(this.#protobuf, this.#root);
      this.#root.resolveAll();
    } catch (error) {
      throw this.#unresolved(error);
    }
    const types = new Map<string, Type>();
    const enums = new Set<string>();
    this.#collect(this.#root, types, enums);
    const tables = new MessageTables();
    return {
      table: (name) => {
        const type = types.get(name);
        return type && tables.of(type);
      },
      isEnum: (name) => enums.has(name),
      messageNames: () => [...types.keys()],
    };
  }

  /** Returns the names of the imports. */
  #parse(path: string, source: string): string[] {
    try {
      const { imports, weakImports } = keepingFieldIndexes(this.#protobuf, () =>
        this.#protobuf.parse(source, this.#root, { keepCase: true }),
      );
      return [...(imports ?? []), ...(weakImports ?? [])];
    } catch (error) {
      const said = messageOf(error);
      const line = /\s*\(line (\d+)\)$/.exec(said);
      const what = line ? said.slice(0, line.index) : said;
      const word = /'([^']+)'/.exec(what)?.[1] ?? /in Type \S*?(\w+)$/.exec(what)?.[1];
      const place = line ? placeInLine(path, source, Number(line[1]), word) : placeOf(path, source, word);
      throw new DocumentError(place, what, 'correct the .proto file there', error);
    }
  }

  async #imported(name: string, path: string, source: string): Promise<{ path: string; source: string }> {
    const place = placeOf(path, source, name);
    if (isAbsolute(name) || name.split(/[/\\]/).includes('..')) {
      const whatToDo = 'name it relative to the folder of the registry or of the importing file, without ".."';
      throw new DocumentError(place, `the import "${name}" leaves the registry's folder`, whatToDo);
    }
    const folders = this.#importFolders(path);
    for (const folder of folders) {
      const candidate = join(folder, name);
      const text = this.#sources.get(candidate) ?? (await readText(candidate).catch(() => null));
      if (text !== null) return { path: candidate, source: text };
    }
    const looked = folders.map((folder) => (folder === '' ? '.' : folder)).join(', ');
    throw new DocumentError(place, `the import "${name}" is not to be found`, `put it into one of: ${looked}`);
  }

  /** The importing file's folder, those above it up to the registry's, and the registry's. */
  #importFolders(path: string): string[] {
    const folders = [dirname(path)];
    const below = relative(resolve(this.#directory), resolve(dirname(path)));
    if (below !== '' && !isAbsolute(below) && !below.startsWith('..')) {
      for (let count = below.split(sep).length - 1; count > 0; count--) {
        folders.push(join(this.#directory, ...below.split(sep).slice(0, count)));
      }
    }
    if (below !== '') folders.push(this.#directory);
    return folders;
  }

  /** Well-known types come from protobufjs, however their file is named. */
  #loadBundled(name: string): boolean {
    const path = name.replaceAll('\\', '/');
    const at = path.lastIndexOf(BUNDLED_FOLDER);
    if (at < 0 || (at > 0 && path[at - 1] !== '/')) return false;
    const bundled = path.slice(at);
    if (this.#bundled.has(bundled)) return true;
    if (bundled === DESCRIPTOR) {
      for (const option of OPTION_MESSAGES) {
        this.#root.define('google.protobuf').add(new this.#protobuf.Type(`${option}Options`));
      }
    } else {
      const definition = this.#protobuf.common.get(bundled);
      if (definition?.nested === undefined) return false;
      this.#root.addJSON(definition.nested);
    }
    this.#bundled.add(bundled);
    return true;
  }

  #collect(namespace: NamespaceBase, types: Map<string, Type>, enums: Set<string>): void {
    for (const nested of namespace.nestedArray) {
      const name = nested.fullName.replace(/^\./, '');
      if (nested instanceof this.#protobuf.Enum) enums.add(name);
      if (nested instanceof this.#protobuf.Type) {
        types.set(name, nested);
        for (const field of nested.fieldsArray) {
          if (field.id >= 1 && field.id <= HIGHEST_FIELD_NUMBER) continue;
          const what = `field ${field.name} of ${name} has the number ${field.id}`;
          throw new DocumentError(this.#placeOfWord(field.name), what, `use 1…${HIGHEST_FIELD_NUMBER}`);
        }
      }
      if (nested instanceof this.#protobuf.Namespace) this.#collect(nested, types, enums);
    }
  }

  #unresolved(error: unknown): DocumentError {
    const what = messageOf(error);
    const word = /'(?:extend )?([^']+)'/.exec(what)?.[1];
    return new DocumentError(this.#placeOfWord(word), what, 'define it, or import the file that does', error);
  }

  /** Where a word stands in the loaded files. */
  #placeOfWord(word: string | undefined): Place {
    let place: Place = { file: '' };
    for (const [path, source] of this.#sources) {
      place = placeOf(path, source, word);
      if (place.line !== undefined) return place;
    }
    return place;
  }
}

/** @throws the error of the system */
async function readText(path: string): Promise<string> {
  return (await readTextFile(path)).replace(/^\uFEFF/, '');
}

/** The last place where `word` stands by itself; of two definitions, the second is the wrong one. */
function placeOf(file: string, source: string, word: string | undefined): Place {
  if (word === undefined || word === '') return { file };
  let at = -1;
  for (let next = source.indexOf(word); next >= 0; next = source.indexOf(word, next + 1)) {
    const isWhole = !/\w/.test(source[next - 1] ?? '') && !/\w/.test(source[next + word.length] ?? '');
    if (isWhole) at = next;
  }
  if (at < 0) return { file };
  const before = source.slice(0, at).split('\n');
  return { file, line: before.length, column: before[before.length - 1].length + 1 };
}

function placeInLine(file: string, source: string, line: number, word: string | undefined): Place {
  const text = source.split('\n')[line - 1] ?? '';
  const column = word === undefined ? -1 : text.indexOf(word);
  return column < 0 ? { file, line } : { file, line, column: column + 1 };
}

/** In one line: protobufjs quotes what it has read, line ends included. */
function messageOf(error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  return said.replace(/\s*[\r\n]+\s*/g, ' ');
}
