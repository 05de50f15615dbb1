// The reports: each in its format, whatever a capture puts into names and messages. JUnit XML is held against junit.xsd and
// SARIF against what its standard requires; SARIF_SCHEMA and JUNIT_XSD name the published schemas, where they are at hand.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { REPORTS } from '../../src/check/reports/index.ts';
import type { ReportFormat } from '../../src/check/reports/report.ts';
import type { CaptureVerdict } from '../../src/check/verdict.ts';
import { displayWidth } from '../../src/output/display-width.ts';
import { type Line, talk, verdictOf } from './captures.ts';

const XSD = process.env.JUNIT_XSD ?? fileURLToPath(new URL('junit.xsd', import.meta.url));
const PUBLISHED_SARIF = process.env.SARIF_SCHEMA;

const withoutXmllint = spawnSync('xmllint', ['--version']).error ? 'xmllint is not installed' : false;

/** What would break out of XML, YAML, workflow commands and terminals. */
const HOSTILE = 'a <b> & "c" \'d\' ]]> % , : :: # \u001b[31m \u0000 \u202e \ud800 \ufffe 漢字 🫠\nnext::error::x';

const hostile: CaptureVerdict = {
  capture: `dir with spaces/${HOSTILE}.pcap`,
  connections: 1,
  messages: 2,
  damage: 'the capture ends inside record 6 <here>',
  verdicts: [
    { name: 'held', kind: 'message', held: true, place: { file: 'a.yaml', line: 2, column: 5 }, misses: [] },
    {
      name: HOSTILE,
      kind: 'close',
      held: false,
      place: { file: 'a b.yaml', line: 3, column: 5 },
      misses: [
        { connection: 0, packet: 8, expected: HOSTILE, found: HOSTILE, nearest: [HOSTILE], excerpt: [`> ${HOSTILE}`] },
        { connection: null, packet: null, expected: 'one', found: 'none' },
      ],
    },
    { name: 'no place', kind: 'cel', held: false, place: { file: 'program' }, misses: [] },
  ],
};

async function ordinary(): Promise<CaptureVerdict> {
  const yaml = '- message: { text: one }\n- message: { text: three }\n- capture: { complete: true }';
  return verdictOf(yaml, [
    talk([
      ['c2s', 'one'],
      ['s2c', 'two'],
    ]),
  ]);
}

function report(format: ReportFormat, captures: readonly CaptureVerdict[], width: number | null = null): string {
  return REPORTS[format](captures, { width, colour: false, version: '1.2.3' });
}

describe('text', () => {
  test('shows what held, and what did not beside what was found', async () => {
    assert.equal(
      report('text', [await ordinary()], 80),
      `test.pcap: 2 messages in 1 WebSocket connection
  ✓ message with text "one"
  ✗ message with text "three"  (test.yaml:3:3)
      connection 0, packet 8
      expected  at least 1 of message with text "three"
      found     none
      nearest is packet 8:
      text: expected "three", found "one"
        >  8  → one
          10  ← two
  ✓ the capture is whole

2 of 3 expectations held
`,
    );
  });

  test('lets the packet of a miss stand out from the conversation around it', async () => {
    const yaml = '- message: { text: two, times: 0 }';
    const lines: Line[] = [
      ['c2s', 'one'],
      ['s2c', 'two'],
    ];
    const verdict = await verdictOf(yaml, [talk(lines)]);
    const shown = REPORTS.text([verdict], { width: 80, colour: true, version: '1.2.3' }).split('\n');
    const lineOf = (said: string) =>
      shown.find((line) => line.endsWith(said) || line.includes(`${said}\x1b[22m`)) ?? '';
    assert.match(lineOf('→ one'), /^\x1b\[2m +8 /);
    assert.match(lineOf('← two'), /^ +> 10 /);
  });

  test('says the total of several captures', async () => {
    const lines = report('text', [await ordinary(), hostile], 80)
      .trimEnd()
      .split('\n');
    assert.equal(lines.at(-1), '3 of 6 expectations held in 2 captures; 1 capture incomplete');
  });

  for (const width of [40, 60, 80]) {
    test(`keeps to ${width} columns, and nothing reaches the terminal raw`, () => {
      const text = report('text', [hostile], width);
      assert.doesNotMatch(text, /[\x00-\x09\x0b-\x1f\u202e]/);
      for (const line of text.split('\n')) assert.ok(displayWidth(line) <= width, line);
    });
  }
});

describe('JUnit XML', () => {
  test('is valid by its schema', { skip: withoutXmllint }, async () => {
    for (const captures of [[], [hostile], [await ordinary(), hostile]]) {
      const { status, stderr } = spawnSync('xmllint', ['--noout', '--schema', XSD, '-'], {
        input: report('junit', captures),
        encoding: 'utf8',
      });
      assert.equal(status, 0, stderr);
    }
  });

  test('counts tests, failures and errors, in all and of each capture', async () => {
    const text = report('junit', [await ordinary(), hostile]);
    assert.match(text, /^<testsuites name="wsdissect" tests="7" failures="3" errors="1">$/m);
    const suites = text.match(/tests="\d+" failures="\d+" errors="\d+" skipped/g);
    assert.deepEqual(suites, [
      'tests="3" failures="1" errors="0" skipped',
      'tests="4" failures="2" errors="1" skipped',
    ]);
    assert.equal(text.match(/<testcase /g)?.length, 7);
  });

  test('keeps the line ends of attributes, which readers of XML make blanks of', () => {
    assert.match(report('junit', [hostile]), / name="[^"]*&#10;next::error::x"/);
  });
});

describe('SARIF', () => {
  test('has what SARIF 2.1.0 requires, and a rule for each result', async () => {
    const { version, runs } = JSON.parse(report('sarif', [await ordinary(), hostile]));
    assert.equal(version, '2.1.0');
    const [{ tool, results }] = runs;
    const rules = tool.driver.rules.map(({ id }: { id: string }) => id);
    assert.equal(results.length, 4);
    for (const { ruleId, level, message, locations } of results) {
      assert.ok(rules.includes(ruleId));
      assert.equal(level, 'error');
      assert.ok(message.text.length > 0);
      const { artifactLocation, region } = locations[0].physicalLocation;
      assert.doesNotThrow(() => new URL(artifactLocation.uri, 'file:///'));
      assert.doesNotMatch(artifactLocation.uri, /[\s<>"]/);
      if (region !== undefined) assert.ok(region.startLine >= 1);
    }
  });

  test('has paths of Windows as URIs too', () => {
    const [, missed] = hostile.verdicts;
    const verdicts = [{ ...missed, place: { file: 'tests\\a b.yaml', line: 3 } }];
    const [{ results }] = JSON.parse(report('sarif', [{ ...hostile, verdicts, damage: null }])).runs;
    assert.equal(results[0].locations[0].physicalLocation.artifactLocation.uri, 'tests/a%20b.yaml');
  });

  const skip = PUBLISHED_SARIF === undefined ? 'SARIF_SCHEMA does not name the published schema' : false;
  test('is valid by the published schema', { skip }, async () => {
    const { $schema: _s, id: _i, ...schema } = JSON.parse(readFileSync(PUBLISHED_SARIF as string, 'utf8'));
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
    for (const captures of [[], [hostile], [await ordinary(), hostile]]) {
      assert.ok(validate(JSON.parse(report('sarif', captures))), JSON.stringify(validate.errors));
    }
  });
});

test('GitHub annotations are one line each, with everything that would end them escaped', () => {
  const lines = report('github', [hostile]).trimEnd().split('\n');
  assert.equal(lines.length, 4);
  assert.match(lines[0], /^::error file=a b\.yaml,line=3,col=5,title=a <b> & "c" 'd' \]\]> %25 %2C %3A %3A%3A # /);
  assert.match(lines[0], /\\x1b\[31m/);
  assert.match(lines[2], /^::error file=dir with spaces.*title=The capture is incomplete::the capture ends/);
});

test('GitHub annotations have names without controls', () => {
  const verdicts = hostile.verdicts.map((verdict) => ({ ...verdict, name: 'a\x1b[31m\u202eb\0' }));
  const text = report('github', [{ ...hostile, verdicts }]);
  assert.match(text, /title=a\\x1b\[31m/);
  assert.doesNotMatch(text, /[\x00-\x09\x0b-\x1f\u202e]/);
});

test('TAP has a plan, a line for each expectation, and YAML that can be read', () => {
  const text = report('tap', [hostile]);
  const lines = text.split('\n');
  assert.equal(lines[0], 'TAP version 14');
  assert.equal(lines[1], '1..4');
  assert.equal(lines.filter((line) => /^(not )?ok \d+ - /.test(line)).length, 4);
  const [, yaml] = /\n {2}---\n([\s\S]*?)\n {2}\.\.\.\n/.exec(text) as RegExpExecArray;
  assert.equal(parse(yaml).at, 'a b.yaml:3:5');
  for (const line of lines) if (/^(not )?ok/.test(line)) assert.doesNotMatch(line, /[^\\]#/);
  // A backslash that is not escaped would escape what follows.
  const [held] = hostile.verdicts;
  const named = report('tap', [{ ...hostile, capture: 'a', verdicts: [{ ...held, name: 'C:\\#1' }], damage: null }]);
  assert.match(named, /^ok 1 - a: C:\\\\\\#1$/m);
});

test('JSON has every verdict and the total', async () => {
  const { total, captures } = JSON.parse(report('json', [await ordinary(), hostile]));
  assert.deepEqual(total, { captures: 2, expectations: 6, held: 3, missed: 3, damaged: 1 });
  assert.equal(captures[1].verdicts[1].misses[0].found, HOSTILE);
});
