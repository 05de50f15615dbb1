// Expectations held against captures with many connections: how often each connection is looked at.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConnectionLog } from '../../src/check/capture-log.ts';
import { parseExpectations } from '../../src/check/expectations-file.ts';
import { judge } from '../../src/check/judge.ts';
import { handshake, text } from '../output/sample-events.ts';

/** How often `field` of `count` connections is looked at, and how many expectations hold; each connection says `hi`. */
async function looksAt(count: number, field: keyof ConnectionLog, expect: readonly string[]) {
  let looks = 0;
  const connections = Array.from({ length: count }, (_, index): ConnectionLog => {
    const connection = 2 * index + 1;
    const said = [text(2, 'hi', { connection })];
    const handshakes = [handshake(1, { connection })];
    const log: ConnectionLog = { connection, handshakes, midstream: null, said, gaps: [], diagnostics: [], end: null };
    const value = log[field];
    return Object.defineProperty(log, field, {
      get: () => {
        looks++;
        return value;
      },
    });
  });
  const expectations = await parseExpectations('test.yaml', `expect:\n${expect.join('\n')}`);
  const { verdicts } = await judge(expectations, { capture: 'test.pcap', connections, summary: null });
  return { looks, held: verdicts.filter(({ held }) => held).length, misses: verdicts.flatMap(({ misses }) => misses) };
}

test('an expectation of the connection at a place looks at no other', async () => {
  const ofEach = (count: number) =>
    Array.from({ length: count }, (_, index) => `  - { on: { index: ${index} }, message: { text: hi, times: 1 } }`);
  const few = await looksAt(20, 'midstream', ofEach(20));
  const many = await looksAt(80, 'midstream', ofEach(80));
  assert.deepEqual([few.held, many.held], [20, 80]);
  assert.ok(many.looks < few.looks * 8, `of 20 ${few.looks}, of 80 ${many.looks}`);
  const [miss] = (await looksAt(3, 'midstream', ['  - { on: { index: 3 }, message: { text: hi } }'])).misses;
  assert.equal(miss.found, 'none of 3 is one of those');
});

test('the conversation around what each connection missed is found without looking through all of them', async () => {
  const expect = ['  - conversation: { says: [{ text: never }] }'];
  const few = await looksAt(20, 'connection', expect);
  const many = await looksAt(80, 'connection', expect);
  assert.deepEqual([few.misses.length, many.misses.length], [20, 80]);
  assert.ok(many.misses.every(({ excerpt }) => excerpt?.length === 1));
  assert.ok(many.looks < few.looks * 8, `of 20 ${few.looks}, of 80 ${many.looks}`);
});
