// Lines of a text that comes in pieces: the same, wherever the pieces end.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boundedLines } from '../../src/cli/bounded-lines.ts';

async function* piecesOf(text: string, length: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += length) yield text.slice(at, at + length);
}

for (const [what, text, lines] of [
  ['with a line end behind the last', 'one\ntwo\r\n\nfour\n', ['one', 'two', '', 'four']],
  ['with none', 'one\n\r\n漢字 three', ['one', '', '漢字 three']],
  ['of line ends alone', '\n\n', ['', '']],
  ['that is empty', '', []],
] as const) {
  test(`a text ${what} has the same lines, however long its pieces are`, async () => {
    for (let length = 1; length <= text.length + 1; length++) {
      const found: string[] = [];
      for await (const line of boundedLines(piecesOf(text, length), 'text')) found.push(line);
      assert.deepEqual(found, lines, `pieces of ${length}`);
    }
  });
}
