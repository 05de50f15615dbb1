// The files that people write: registries, .proto files, scenarios, expectations and conditions. Each is taken, or refused in
// one line with its place.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConditionError, compileCondition } from '../../src/check/condition.ts';
import { parseExpectations } from '../../src/check/expectations-file.ts';
import { judge } from '../../src/check/judge.ts';
import { factsOf, MESSAGE_FACTS } from '../../src/check/message-facts.ts';
import { DocumentError } from '../../src/codec/document-error.ts';
import { loadRegistry, ProtobufCodec } from '../../src/codec/index.ts';
import { loadProtoFiles } from '../../src/codec/proto-files.ts';
import { makeMatcher, PatternError } from '../../src/dissect/selection-pattern.ts';
import { loadScenario } from '../../src/endpoint/scenario/scenario-file.ts';
import { logOfCapture } from '../../test/check/mutation.ts';
import { ROOT, texts } from '../corpus.ts';
import { type Layer, promise } from '../layer.ts';
import { dictionary, type Mutation, mutated } from '../mutate.ts';

const folder = mkdtempSync(join(tmpdir(), 'wsdissect-fuzz-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const YAML = dictionary([
  ': ',
  '\n',
  '\n  ',
  '- ',
  '[',
  ']',
  '{',
  '}',
  '&a ',
  '*a',
  '&a [*a, *a]',
  '<<: *a',
  '!!binary ',
  '!!js/function ',
  '? ',
  '|',
  '>',
  '"',
  "'",
  '#',
  '__proto__: ',
  'constructor: ',
  'toString',
  '{ __proto__: { x: 1 } }',
  '1e999',
  '-0',
  '.inf',
  '.nan',
  '9007199254740993',
  '0x10',
  '~',
  'null',
  'true',
  '\t',
  '\0',
  '\u202e',
  '\ufeff',
  '%YAML 9.9\n---\n',
  '---\n',
  '...\n',
]);
const PROTO = dictionary([
  'message ',
  'enum ',
  'oneof ',
  'map<string, ',
  'repeated ',
  'import "',
  'import "";',
  'import "sub/none.proto";',
  'import public "',
  '../',
  'option ',
  'reserved ',
  'extend ',
  'extensions 1 to max;',
  'group ',
  '= 0;',
  '= 536870912;',
  '{',
  '}',
  ';',
  '"',
  '/*',
  '//',
  '__proto__',
  'constructor',
  'package ',
  'syntax = "proto2";',
  'edition = "2023";',
]);
const CEL = dictionary([
  'length',
  'value',
  'json',
  '.seq',
  '[0]',
  '(',
  ')',
  ' && ',
  ' || ',
  '!',
  ' == ',
  ' in ',
  '.all(x, x > 0)',
  '.exists(x, ',
  '.map(x, ',
  'size(',
  'text.matches("(a+)+$")',
  '"',
  '1',
  '-9223372036854775808',
  '1e999',
  'u',
  '? 1 : ',
  '__proto__',
  'type(',
  'has(',
]);

/** One line, and the place. */
function refusal(error: unknown, ...kinds: readonly (new (...words: never[]) => Error)[]): void {
  if (!kinds.some((kind) => error instanceof kind)) throw error;
  const { message } = error as Error;
  promise(message !== '' && !message.includes('\n'), () => `no line: ${JSON.stringify(message)}`);
}

interface DocumentKind {
  name: string;
  about: string;
  share: number;
  corpus: readonly Uint8Array[];
  words: Mutation;
  /** A case's text is taken, or refused. */
  read(text: string, path: string): unknown;
}

function documentLayer({ name, about, share, corpus, words, read }: DocumentKind): Layer {
  const path = join(folder, `${name}.yaml`);
  return {
    name,
    about: `${about}: taken, or refused in one line`,
    share,
    corpus,
    draw: (random, seeds) => mutated(random, seeds, [words]).subarray(0, 20_000),
    async run(input) {
      try {
        await read(Buffer.from(input).toString(), path);
      } catch (error) {
        refusal(error, DocumentError, ConditionError, PatternError);
      }
    },
  };
}

writeFileSync(join(folder, 'demo.proto'), texts('fixtures/walkthrough', /\.proto$/)[0]);
writeFileSync(join(folder, 'shop.proto'), texts('fixtures/registry', /\.proto$/)[0]);
const codec = new ProtobufCodec(await loadRegistry(join(ROOT, 'fixtures/walkthrough/walkthrough.registry.yaml')));
const log = logOfCapture(join(ROOT, 'fixtures/walkthrough/walkthrough.pcap'), codec);
const said = log.connections[0].said.slice(0, 4);
const lines = (...all: string[]) => all.map((line) => new Uint8Array(Buffer.from(line)));

export const documents: readonly Layer[] = [
  documentLayer({
    name: 'registries',
    about: 'registry files',
    share: 5,
    corpus: texts('.', /registry\.yaml$/),
    words: YAML,
    read: (text, path) => {
      writeFileSync(path, text);
      return loadRegistry(path);
    },
  }),
  documentLayer({
    name: 'protos',
    about: '.proto files',
    share: 5,
    corpus: texts('.', /(demo|shop|article)\.proto$/),
    words: PROTO,
    read: async (text) => {
      const path = join(folder, 'changed.proto');
      writeFileSync(path, text);
      const types = await loadProtoFiles([{ path, place: { file: path } }], folder);
      for (const name of types.messageNames()) types.table(name);
    },
  }),
  documentLayer({
    name: 'scenarios',
    about: 'scenarios',
    share: 4,
    corpus: texts('scenarios', /\.yaml$/),
    words: YAML,
    read: (text, path) => {
      writeFileSync(path, text);
      return loadScenario(path);
    },
  }),
  documentLayer({
    name: 'expectations',
    about: 'expectations, judged where they are any',
    share: 1,
    corpus: [...texts('expectations', /expect\.yaml$/), ...texts('fixtures', /expect\.yaml$/)],
    words: YAML,
    read: async (text) => judge(await parseExpectations('expect.yaml', text), log),
  }),
  documentLayer({
    name: 'conditions',
    about: 'conditions of --where and patterns of --grep, asked of messages',
    share: 6,
    corpus: lines(
      'length > 100 && direction == "c2s"',
      'value.seq == 150 || text.startsWith("{")',
      'json.items.exists(x, x.price > 1.5 && x.name in ["a", "b"])',
      '/(a+)+$/i',
      '/^\\{"seq":\\d+\\}$/',
      'has(value.note) ? size(value.note) > 3u : false',
      'type == "pb.Ping" && !(opcode in ["text"])',
    ),
    words: CEL,
    read: async (text) => {
      if (text.startsWith('/')) {
        const matcher = makeMatcher(text, 20);
        for (const octets of lines('{"seq":150}', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab'))
          matcher.matches(octets, 0, octets.length);
        return;
      }
      const condition = await compileCondition(text, MESSAGE_FACTS);
      for (const each of said) condition.holds(factsOf(each));
    },
  }),
];
