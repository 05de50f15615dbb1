// A registry file that is right makes a registry; one that is wrong is refused in one line with the place and the remedy.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { DocumentError } from '../../src/codec/document-error.ts';
import { loadRegistry, registryFromOptions } from '../../src/codec/registry-file.ts';
import { DEMO } from './messages.ts';

let folder = '';
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'wsdissect-registry-'));
});
after(() => rmSync(folder, { recursive: true }));

function put(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** Ids and type names of a registry file with this text. */
async function messagesOf(text: string, name = 'registry.yaml'): Promise<Record<string, string>> {
  const registry = await loadRegistry(put(name, text));
  return Object.fromEntries([...registry.messages].map(([id, table]) => [id, table.name]));
}

/** The error's line, the folder left out. */
async function complaint(text: string): Promise<string> {
  return refusal(loadRegistry(put('registry.yaml', text)));
}

async function refusal(attempt: Promise<unknown>): Promise<string> {
  const error = await attempt.then(
    () => assert.fail('it was not refused'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof DocumentError, String(error));
  assert.doesNotMatch(error.message, /\n/);
  return error.message.replaceAll(`${folder}/`, '');
}

beforeEach(() => {
  put('demo.proto', DEMO);
});

describe('a registry file', () => {
  it('names the type of each id, the article’s framing being the default', async () => {
    const registry = await loadRegistry(put('a.yaml', 'proto: [demo.proto]\nmessages: { 1: pb.Ping, 2: .pb.Pong }\n'));
    assert.deepEqual(registry.framing, { width: 2, byteOrder: 'big' });
    assert.deepEqual(
      [...registry.messages.values()].map(({ name }) => name),
      ['pb.Ping', 'pb.Pong'],
    );
    assert.equal(registry.typeNamed('pb.Rich')?.name, 'pb.Rich');
    assert.equal(registry.typeNamed('__proto__'), undefined);
  });

  it('may be JSON, and say how ids are framed', async () => {
    const framing = { id: { width: 4, byteOrder: 'little' } };
    const text = JSON.stringify({ framing, proto: ['demo.proto'], messages: { '4294967295': 'pb.Ping' } }, null, 1);
    const registry = await loadRegistry(put('a.json', `\ufeff${text}`));
    assert.deepEqual(registry.framing, framing.id);
    assert.deepEqual([...registry.messages.keys()], [4294967295]);
  });

  it('may write ids in decimal, in quotes, in hexadecimal, and refer to anchors', async () => {
    const messages = '{ 1: &ping pb.Ping, "2": *ping, 0x10: pb.Pong, "0x11": pb.Rich }';
    assert.deepEqual(await messagesOf(`proto: [demo.proto]\nmessages: ${messages}`), {
      1: 'pb.Ping',
      2: 'pb.Ping',
      16: 'pb.Pong',
      17: 'pb.Rich',
    });
  });

  it('finds imports beside the importing file, above it and in its own folder, each once', async () => {
    put('top.proto', 'syntax = "proto3"; import "deep/er/b.proto"; message Top { b.B b = 1; }');
    put('deep/er/a.proto', 'syntax = "proto3"; package a; import public "b.proto"; import "er/c.proto"; message A {}');
    put(
      'deep/er/b.proto',
      'syntax = "proto3"; package b; message B { google.protobuf.Timestamp t = 1; }\n' +
        'import "google/protobuf/timestamp.proto"; import "top.proto"; import "google/protobuf/descriptor.proto";\n' +
        'extend google.protobuf.FieldOptions { string mine = 50000; }',
    );
    put(
      'deep/er/c.proto',
      'syntax = "proto3"; package c; message C { b.B b = 1 [(b.mine) = "x"]; }\nimport "deep/er/b.proto";',
    );
    const text = 'proto: [deep/er/a.proto]\nmessages: { 1: a.A, 2: b.B, 3: c.C, 4: Top, 5: google.protobuf.Timestamp }';
    assert.deepEqual(Object.values(await messagesOf(text)), ['a.A', 'b.B', 'c.C', 'Top', 'google.protobuf.Timestamp']);
  });

  it('takes time linear in the fields of a message', async () => {
    const time = async (count: number): Promise<number> => {
      const fields = Array.from(
        { length: count },
        (_, index) => `oneof o${index} { int32 f${index} = ${20_000 + index}; }`,
      );
      put('many.proto', `syntax = "proto3"; message Many { ${fields.join('\n')} }`);
      const start = performance.now();
      assert.deepEqual(await messagesOf('proto: [many.proto]\nmessages: { 1: Many }'), { 1: 'Many' });
      return performance.now() - start;
    };
    await time(1000);
    const few = await time(1000);
    // An index made anew for each field would cost a hundred times as much for ten times the fields.
    assert.ok((await time(10_000)) < 40 * few + 50);
  });
});

describe('a registry file is refused', () => {
  const proto = 'proto: [demo.proto]';
  const cases: [title: string, text: string, message: string][] = [
    [
      'where it is no YAML',
      'proto: [demo.proto\nmessages: {}\n',
      'registry.yaml:2:1: Flow sequence in block collection must be sufficiently indented and end with a ]; correct the YAML there',
    ],
    [
      'where it is no mapping',
      '- 1\n',
      'registry.yaml:1:1: the registry must be a mapping; write it as "key: value" lines',
    ],
    ['where it is empty', '', 'registry.yaml:1:1: the registry must be a mapping; write it as "key: value" lines'],
    [
      'with an unknown key',
      `${proto}\nmesages: {}\n`,
      'registry.yaml:2:1: unknown key "mesages"; did you mean messages?',
    ],
    [
      'with an unknown key of the framing',
      `framing: { id: { endianness: big } }\n`,
      'registry.yaml:1:18: unknown key "endianness"; known here: width, byteOrder',
    ],
    ['with a key twice', `${proto}\n${proto}\n`, 'registry.yaml:2:1: proto comes twice; join the two'],
    ['without proto', 'messages: { 1: pb.Ping }', 'registry.yaml:1:1: proto is missing; add proto: [file.proto]'],
    ['without messages', `\n${proto}`, 'registry.yaml:2:1: messages is missing; add messages: { 1: package.Type }'],
    [
      'with empty messages',
      `${proto}\nmessages: {}`,
      'registry.yaml:2:11: messages is empty; add messages: { 1: package.Type }',
    ],
    [
      'with no .proto file',
      'proto: []\nmessages: {}',
      'registry.yaml:1:8: proto names no file; add proto: [file.proto]',
    ],
    [
      'with text for a list',
      'proto: demo.proto\nmessages: {}',
      'registry.yaml:1:8: proto must be a list; write it in brackets: [a, b]',
    ],
    [
      'with a number for a type',
      `${proto}\nmessages:\n  1: 7\n`,
      'registry.yaml:3:6: a message type must be text; put it in quotes',
    ],
    [
      'with text for a width',
      `framing: { id: { width: two } }\n`,
      'registry.yaml:1:25: width must be a whole number; write its digits, without quotes',
    ],
    ['with a width of 5', `framing: { id: { width: 5 } }\n`, 'registry.yaml:1:25: an id cannot take 5 octets; use 1…4'],
    [
      'with a byte order that is none',
      `framing: { id: { byteOrder: middle } }\n`,
      'registry.yaml:1:29: byteOrder "middle" is unknown; use big or little',
    ],
    [
      'with a key that is no id',
      `${proto}\nmessages: { one: pb.Ping }\n`,
      'registry.yaml:2:13: "one" is no id; write a number such as 1 or 0x10',
    ],
    [
      'with an id that does not fit',
      `${proto}\nmessages: { 65536: pb.Ping }\n`,
      'registry.yaml:2:13: id 65536 does not fit into 2 octets; use 0…65535, or a wider id',
    ],
    [
      'with an id twice, however it is written',
      `${proto}\nmessages:\n  16: pb.Ping\n  0x10: pb.Pong\n`,
      'registry.yaml:4:3: id 16 is taken by pb.Ping; give each type its own',
    ],
    [
      'with a type that is mistyped',
      `${proto}\nmessages: { 1: pb.Pign }\n`,
      'registry.yaml:2:16: no message type pb.Pign in the .proto files; did you mean pb.Ping?',
    ],
    [
      'with a type whose package is missing',
      `${proto}\nmessages: { 1: Rich }\n`,
      'registry.yaml:2:16: no message type Rich in the .proto files; did you mean pb.Rich?',
    ],
    [
      'with an enum for a message',
      `${proto}\nmessages: { 1: pb.Kind }\n`,
      'registry.yaml:2:16: pb.Kind is an enum; name a message type',
    ],
    [
      'with a .proto file that is not there',
      `proto: [demo.proto, none.proto]\nmessages: { 1: pb.Ping }\n`,
      'registry.yaml:1:21: "none.proto" cannot be read: there is no such file; correct the path',
    ],
    [
      'with an alias to nowhere',
      `${proto}\nmessages: { 1: *none }\n`,
      'registry.yaml:2:16: no anchor &none before it; write the value itself',
    ],
  ];
  for (const [title, text, message] of cases) {
    it(title, async () => assert.equal(await complaint(text), message));
  }

  it('where it cannot be read', async () => {
    const message = 'none.yaml: the registry cannot be read: there is no such file; check its path';
    assert.equal(await refusal(loadRegistry(join(folder, 'none.yaml'))), message);
  });

  it('where it is nested without end, or doubles itself by anchors', async () => {
    assert.match(await complaint('['.repeat(100000)), /^registry\.yaml:\d+:\d+: /);
    const levels = Array.from({ length: 40 }, (_, i) => `  k${i}: &a${i} [${i ? `*a${i - 1}, *a${i - 1}` : 'x'}]`);
    assert.match(await complaint(`framing:\n${levels.join('\n')}\n`), /^registry\.yaml:2:3: unknown key "k0"/);
  });
});

describe('a .proto file is refused', () => {
  const text = (name: string): string => `proto: [${name}]\nmessages: { 1: A }\n`;
  const cases: [title: string, source: string, message: string][] = [
    [
      'where it cannot be parsed',
      'syntax = "proto3";\nmessage A {\n  int32 x 1;\n}\n',
      "bad.proto:3:11: illegal token '1', '=' expected; correct the .proto file there",
    ],
    [
      'with a name twice',
      'syntax = "proto3";\nmessage A { int32 x = 1;\n int32 x = 2; }\n',
      "bad.proto:3:8: duplicate name 'x' in Type A; correct the .proto file there",
    ],
    [
      'with a number twice',
      'syntax = "proto3";\nmessage A { int32 x = 1;\n oneof o { int32 y = 1; } }\n',
      'bad.proto:2:9: duplicate id 1 in Type A; correct the .proto file there',
    ],
    [
      'with a number that an extension takes again',
      'syntax = "proto2";\nmessage A { optional int32 x = 9; extensions 1 to max; }\nextend A { optional int32 y = 9; }',
      'bad.proto:3:8: duplicate id 9 in Type .A; correct the .proto file there',
    ],
    [
      'with a type that is not defined',
      'syntax = "proto3";\nmessage A {\n  Nope x = 1;\n}\n',
      "bad.proto:3:3: no such Type or Enum 'Nope' in Type .A; define it, or import the file that does",
    ],
    [
      'with a field number that does not exist',
      'syntax = "proto3";\nmessage A {\n  int32 x = 0;\n}\n',
      'bad.proto:3:9: field x of A has the number 0; use 1…536870911',
    ],
    [
      'with an import that is not there',
      'syntax = "proto3";\nimport "none.proto";\nmessage A {}\n',
      'bad.proto:2:9: the import "none.proto" is not to be found; put it into one of: .',
    ],
    [
      'with an import that leads out',
      'syntax = "proto3";\nimport "../x.proto";\n',
      'bad.proto:2:9: the import "../x.proto" leaves the registry\'s folder; ' +
        'name it relative to the folder of the registry or of the importing file, without ".."',
    ],
    [
      'with an import by its whole path',
      'import "/etc/passwd";\n',
      'bad.proto:1:9: the import "/etc/passwd" leaves the registry\'s folder; ' +
        'name it relative to the folder of the registry or of the importing file, without ".."',
    ],
    [
      'with an extension of nothing',
      'syntax = "proto2";\nextend Foo { optional int32 z = 100; }\n',
      "bad.proto:2:8: unresolvable extensions: 'extend Foo' in ; define it, or import the file that does",
    ],
    [
      'with a syntax of several lines',
      'syntax = "proto\n3";\nmessage A {}\n',
      'bad.proto: Unknown edition: proto 3; define it, or import the file that does',
    ],
  ];
  for (const [title, source, message] of cases) {
    it(title, async () => {
      put('bad.proto', source);
      assert.equal((await complaint(text('bad.proto'))).replace(folder, '.'), message);
    });
  }
});

describe('options', () => {
  const messages = [{ id: 1, type: 'pb.Ping' }];

  it('say the same as a file', async () => {
    const registry = await registryFromOptions({ proto: [join(folder, 'demo.proto')], messages, idBytes: 1 });
    assert.deepEqual(registry.framing, { width: 1, byteOrder: 'big' });
    assert.equal(registry.messages.get(1)?.name, 'pb.Ping');
  });

  it('are refused by their name', async () => {
    const proto = [join(folder, 'demo.proto')];
    const cases: [options: Parameters<typeof registryFromOptions>[0], message: string][] = [
      [{ proto, messages, idBytes: 0 }, '--id-bytes: an id cannot take 0 octets; use 1…4'],
      [
        { proto, messages: [{ id: 256, type: 'pb.Ping' }], idBytes: 1 },
        '--id 256=pb.Ping: id 256 does not fit into 1 octet; use 0…255, or a wider id',
      ],
      [
        { proto, messages: [...messages, { id: 1, type: 'pb.Pong' }] },
        '--id 1=pb.Pong: id 1 is taken by pb.Ping; give each type its own',
      ],
      [
        { proto, messages: [{ id: 1, type: 'pb.Pnig' }] },
        '--id 1=pb.Pnig: no message type pb.Pnig in the .proto files; did you mean pb.Ping?',
      ],
      [
        { proto: ['none.proto'], messages },
        '--proto: "none.proto" cannot be read: there is no such file; correct the path',
      ],
    ];
    for (const [options, message] of cases) assert.equal(await refusal(registryFromOptions(options)), message);
  });
});
