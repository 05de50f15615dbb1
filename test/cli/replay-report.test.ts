// What `replay` prints of an answer that differs: words of both by which the difference is seen.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReplayReport } from '../../src/cli/replay-report.ts';
import { type Answer, differencesOf } from '../../src/endpoint/replay/answer-differences.ts';

function said(captured: Answer, live: Answer): string {
  let printed = '';
  const out = { write: (text: string) => (printed += text), flush: () => {} };
  const differences = differencesOf(captured, live, () => false);
  new ReplayReport(out as never, { verbose: false }).answer({
    index: 0,
    captured: { ...captured, packet: 10 },
    live,
    differences,
  } as never);
  return printed;
}

const text = (data: string): Answer => ({ kind: 'text', type: null, value: undefined, data: Buffer.from(data) });
const json = (value: unknown): Answer => ({ ...text(JSON.stringify(value)), value });
const binary = (...octets: number[]): Answer => ({
  kind: 'binary',
  type: null,
  value: undefined,
  data: Uint8Array.from(octets),
});

const LONG = 'lorem ipsum '.repeat(20);
const OCTETS = Array.from({ length: 100 }, (_, at) => at);

const CASES: [what: string, captured: Answer, live: Answer, line: string][] = [
  ['short texts', text('one'), text('two'), 'captured "one", now "two"'],
  [
    'texts that begin alike',
    text(`${LONG}one`),
    text(`${LONG}two`),
    'from character 231 on: captured "…rem ipsum one", now "…rem ipsum two"',
  ],
  [
    'a member of JSON',
    json({ a: `${LONG}one` }),
    json({ a: `${LONG}two` }),
    'JSON a from character 231 on: captured "…rem ipsum one", now "…rem ipsum two"',
  ],
  ['short octets', binary(1, 2), binary(1, 3), 'captured 01 02, now 01 03'],
  [
    'octets that begin alike',
    binary(...OCTETS, 3),
    binary(...OCTETS, 4),
    'from octet 96 on: captured 60 61 62 63 03, now 60 61 62 63 04',
  ],
  [
    'octets of which one goes on',
    binary(...OCTETS),
    binary(...OCTETS, ...OCTETS),
    'from octet 96 on: captured 60 61 62 63, now 60 61 62 63 00 01 02 03 04 05 06 07 08 09 0a 0b … (200 octets)',
  ],
];
for (const [what, captured, live, line] of CASES) {
  test(`${what}: where they differ is seen`, () => {
    assert.equal(said(captured, live), `answer 1 (packet 10): ${line}\n`);
  });
}

test('a text is cut between characters', () => {
  const printed = said(text(`ab${'😀'.repeat(40)}`), text(`bb${'😀'.repeat(40)}`));
  assert.match(printed, /captured "ab(?:😀){28}…, now "bb(?:😀){28}…$/m);
});
