// `wsdissect explain`: one rule, all of them, and codes that there are not.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rulesByCode } from '../../src/dissect/diagnostics.ts';
import { wsdissect } from './command-line.ts';

test('a code is explained with its words, reference, example, and what gorilla says', () => {
  const { exitCode, output } = wsdissect(['explain', 'reserved-opcode', '--width', '80']);
  assert.equal(exitCode, 0);
  for (const said of ['reserved-opcode', 'error', 'RFC 6455 §5.2', 'the opcode is reserved', '83 00', 'bad opcode']) {
    assert.ok(output.includes(said), said);
  }
  assert.ok(output.split('\n').every((line) => line.length <= 80));
});

test('a rule that is told as a note where the server refused says so', () => {
  const { output } = wsdissect(['explain', 'method-not-get', '--width', '80']);
  assert.match(
    output,
    /^method-not-get {2}error .*note {6}where the upgrade was refused, or its answer was not captured$/ms,
  );
});

test('without a code all are listed, each in a line', () => {
  const { output } = wsdissect(['explain']);
  const listed = output.trimEnd().split('\n').slice(2);
  assert.deepEqual(
    listed.map((line) => line.split(' ')[0]),
    [...rulesByCode().keys()],
  );
});

test('for programs they are JSON', () => {
  const rows = JSON.parse(wsdissect(['explain', 'connection-field-missing', '--format', 'json']).output);
  assert.deepEqual(
    rows.map(({ side }: { side: string }) => side),
    ['request', 'response'],
  );
});

test('an unknown code is answered with the nearest, or with where they are listed', () => {
  const mistyped = wsdissect(['explain', 'unmasked-client-fram']);
  assert.deepEqual(
    [mistyped.exitCode, mistyped.errors],
    [2, 'wsdissect: there is no diagnostic unmasked-client-fram; did you mean unmasked-client-frame?\n'],
  );
  assert.match(wsdissect(['explain', 'zzzzzzzzzzzzzzz']).errors, /wsdissect explain lists all/);
});
