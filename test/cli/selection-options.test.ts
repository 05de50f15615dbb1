// What --type is held against: the types that the codec at hand names.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selectionOf } from '../../src/cli/selection-options.ts';
import type { PayloadCodec } from '../../src/codec/index.ts';

const nameless: PayloadCodec = { write: () => null, typeOf: () => 'chat.Hello' };
const named: PayloadCodec = { ...nameless, typeNames: () => ['chat.Hello', 'chat.Goodbye'] };

test('a type that a codec does not name is refused, with the nearest or all that it names', () => {
  assert.deepEqual(selectionOf({ type: ['chat.Hello'] }, named).types, ['chat.Hello']);
  assert.throws(() => selectionOf({ type: ['chat.Hallo'] }, named), /no id to chat\.Hallo; did you mean chat\.Hello\?/);
  assert.throws(() => selectionOf({ type: ['x'] }, named), /no id to x; it has chat\.Hello, chat\.Goodbye/);
});

test('any type may be asked of a codec that names none, and none without a codec', () => {
  assert.deepEqual(selectionOf({ type: ['chat.Hallo'] }, nameless).types, ['chat.Hallo']);
  assert.throws(() => selectionOf({ type: ['chat.Hello'] }, null), /--type needs to know the types/);
});
