// What is wrong with a file of expectations is told in one line with its place; and the schema that editors use is the one
// by which files are judged.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { EXPECTATIONS_SCHEMA, expectationsSchema } from '../../scripts/make-schemas.ts';
import { parseExpectations } from '../../src/check/expectations-file.ts';
import { DocumentError } from '../../src/codec/document-error.ts';
import { scenarioNames } from '../../src/endpoint/scenario/scenario-file.ts';

const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(JSON.parse(expectationsSchema()));

const faults: readonly (readonly [yaml: string, message: string])[] = [
  ['expect: []', '1:1: expect says nothing; see docs/check.md for what it can say'],
  ['{}', '1:1: expect is missing; add it'],
  ['- a', '1:1: the document must be a mapping; see docs/check.md'],
  ['expect:\n  - mesage: { type: pb.Ping }', '2:5: unknown key "mesage"; did you mean message?'],
  ['expect:\n  - message: { tipe: pb.Ping }', '2:16: unknown key "tipe"; did you mean type?'],
  ['expect:\n  - { message: { type: pb.Ping }, times: 2 }', '2:35: unknown key "times"; put it under message'],
  [
    'expect:\n  - { answered: { request: {}, answer: {} }, within: 1s }',
    '2:46: unknown key "within"; put it under answered',
  ],
  ['expect:\n  - message: { direction: up }', '2:16: direction can be c2s, s2c; choose one of these'],
  ['expect:\n  - message: { times: lots }', '2:16: times must be a whole number or a mapping; see docs/check.md'],
  [
    'expect:\n  - sequence:\n      steps:\n        - type: a\n        - tipe: b',
    '5:11: unknown key "tipe"; did you mean type?',
  ],
  [
    'expect:\n  - answered: { request: { type: a }, answer: { type: b }, within: soon }',
    '2:60: within is not written as it must be; see docs/check.md',
  ],
  ['expect:\n  - answered: { request: { type: a } }', '2:5: answer is missing; add it'],
  [
    'expect:\n  - answered: { request: { type: a }, anser: { type: b } }',
    '2:39: unknown key "anser"; did you mean answer?',
  ],
  [
    'expect:\n  - diagnostics: { noneOf: [rsv2, rsv-3] }',
    '2:35: "rsv-3" is no code of a diagnostic, as wsdissect explain lists them; did you mean rsv3?',
  ],
  [
    'expect:\n  - diagnostics: { accept: [unmasked-client-frames] }',
    '2:29: "unmasked-client-frames" is no code of a diagnostic, as wsdissect explain lists them; did you mean unmasked-client-frame?',
  ],
  [
    'expect:\n  - diagnostics: { accept: [{ code: nothing-of-the-kind }] }',
    '2:31: "nothing-of-the-kind" is no code of a diagnostic, as wsdissect explain lists them; write one of these',
  ],
  ['expect:\n  - diagnostics: { accept: [{ times: 2 }] }', '2:29: code is missing; add it'],
  ['expect:\n  - diagnostics: { accept: [{ code: rsv2, tims: 2 }] }', '2:43: unknown key "tims"; did you mean times?'],
  [
    'expect:\n  - diagnostics: { exactly: { rsv2: 1, rsv-3: 0 } }',
    '2:40: "rsv-3" is no code of a diagnostic, as wsdissect explain lists them; did you mean rsv3?',
  ],
  ['expect:\n  - diagnostics: { exactly: { "~1/0": lots } }', '2:31: ~1/0 must be a whole number; see docs/check.md'],
  [
    "expect:\n  - message: { where: 'vale.seq > 1' }",
    '2:16: character 1: vale is nothing to ask for; did you mean value?',
  ],
  ["expect:\n  - message: { text: { $pattern: '(' } }", '2:24: /(/u is no pattern: '],
  ['expect:\n  - message: { text: { $pattrn: x } }', '2:16: unknown operator $pattrn; known are '],
  [
    'expect:\n  - message: {}\n    close: { code: 1 }',
    '3:5: message and close stand in one expectation; make two of them',
  ],
  ['expect:\n  - name: nothing', '2:5: nothing is expected here; add one of message, '],
  [
    'expect:\n  - capture: { complete: true }\n    in: any',
    '2:5: capture is about the capture as a whole; leave out on and in',
  ],
  [
    'expect:\n  - handshake: { response: { Upgrade: websocket, upgrade: null } }',
    '2:50: Upgrade and upgrade are one field; leave one out',
  ],
  ["expect:\n  - handshake: { request: { Host: { $pattern: '(' } } }", '2:37: /(/u is no pattern: '],
  ["expect:\n  - cel: 'messages.siz() == 1'", '2:5: character 9: there is no function siz; did you mean size?'],
  [
    "expect:\n  - cel: 'messages.exists(size(messages) > 0)'",
    '2:5: character 9: exists cannot be called like this; see docs/conditions.md',
  ],
  ['expect:\n  - message: [', '2:15: '],
  ['expect: []\n---\nexpect: []\n', '2:1: a second document begins here; make it a file of its own'],
  ['expect: &a [*a, *a]', '1:13: an expectation must be a mapping'],
  [
    `expect:\n  - &a [x]\n  - &b [${Array(40).fill('*a')}]\n  - [${Array(40).fill('*b')}]`,
    '1:1: Excessive alias count indicates a resource exhaustion attack; write the values themselves',
  ],
];

for (const [yaml, message] of faults) {
  test(`${JSON.stringify(yaml)} is told where and why`, async () => {
    await assert.rejects(parseExpectations('a.yaml', yaml), (error: Error) => {
      assert.ok(error instanceof DocumentError, String(error.stack));
      assert.ok(error.message.startsWith(`a.yaml:${message}`), error.message);
      assert.ok(!error.message.includes('\n'));
      return true;
    });
  });
}

test('schemas/expectations.schema.json is what scripts/make-schemas.ts makes', () => {
  assert.deepEqual(JSON.parse(readFileSync(EXPECTATIONS_SCHEMA, 'utf8')), JSON.parse(expectationsSchema()));
});

const right = `
registry: demo.yaml
expect:
  - name: a name
    on: { target: { $pattern: '^/c' }, port: 8888 }
    in: any
    message: { type: pb.Ping, value: { seq: 150 }, times: { min: 1 } }
  - sequence: { steps: [{ type: pb.Ping }, { opcode: [pong, close], within: 50ms }] }
  - latency: { request: { opcode: ping }, answer: { opcode: pong }, p95: 10ms }
  - handshake: { status: 101, subprotocol: null }
  - diagnostics: { none: error, accept: [rsv2, { code: rsv3, times: 2, why: known }] }
  - cel: size(messages) > 0
`;

test('what the schema allows is taken, and what the schema refuses is refused', async () => {
  assert.ok(validate(parse(right)), JSON.stringify(validate.errors));
  assert.equal((await parseExpectations('a.yaml', right)).list.length, 6);
  for (const [yaml] of faults) {
    let document: unknown;
    try {
      document = parse(yaml, { maxAliasCount: 10 });
    } catch {
      continue;
    }
    // Conditions, patterns, operators and names in other letters are more than a schema can judge.
    if (/where|cel:|\$patt|in: any|Upgrade/.test(yaml)) continue;
    assert.ok(!validate(document), yaml);
  }
});

const SHIPPED = fileURLToPath(new URL('../../expectations', import.meta.url));

test('each scenario has expectations that are shipped, and each of them is right', async () => {
  const files = readdirSync(SHIPPED).filter((name) => name.endsWith('.expect.yaml'));
  assert.deepEqual(files.map((name) => name.replace('.expect.yaml', '')).sort(), scenarioNames().sort());
  for (const name of files) {
    const text = readFileSync(`${SHIPPED}/${name}`, 'utf8');
    assert.ok(validate(parse(text)), `${name}: ${JSON.stringify(validate.errors)}`);
    assert.ok((await parseExpectations(name, text)).list.length > 2);
  }
});
