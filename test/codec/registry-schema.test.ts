// The published schema of registries: editors say of a file what the program says of it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const fits = new Ajv2020({ strict: true }).compile(JSON.parse(read('schemas/registry.schema.json')));

test('the registries that are shipped fit it', () => {
  for (const path of [
    'expectations/article.registry.yaml',
    'fixtures/registry/shop.registry.yaml',
    'fixtures/walkthrough/walkthrough.registry.yaml',
  ]) {
    assert.ok(fits(parse(read(path))), `${path}: ${JSON.stringify(fits.errors)}`);
  }
});

const proto = 'proto: [demo.proto]';
for (const [what, text] of [
  ['an unknown key', `${proto}\nmesages: { 1: pb.Ping }`],
  ['no proto', 'messages: { 1: pb.Ping }'],
  ['no messages', proto],
  ['empty messages', `${proto}\nmessages: {}`],
  ['text for a list', 'proto: demo.proto\nmessages: { 1: pb.Ping }'],
  ['a key that is no id', `${proto}\nmessages: { one: pb.Ping }`],
  ['a number for a type', `${proto}\nmessages: { 1: 7 }`],
  ['a width of 5', `framing: { id: { width: 5 } }\n${proto}\nmessages: { 1: pb.Ping }`],
  ['a byte order that is none', `framing: { id: { byteOrder: middle } }\n${proto}\nmessages: { 1: pb.Ping }`],
] as const) {
  test(`it refuses ${what}`, () => {
    assert.equal(fits(parse(text)), false);
  });
}
