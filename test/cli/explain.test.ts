// `wsdissect explain`: one rule, all of them, reasons for which packets are skipped or octets given up, and codes that there are not.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rulesByCode } from '../../src/dissect/diagnostics.ts';
import { SKIP } from '../../src/link/skip-reason.ts';
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
  const [codes, skips, gaps] = output.split('\n\n').map((table) =>
    table
      .trimEnd()
      .split('\n')
      .slice(2)
      .map((line) => line.split(' ')[0]),
  );
  assert.deepEqual(codes, [...rulesByCode().keys()]);
  assert.deepEqual(skips, [...Object.keys(SKIP), 'unknown-link-type-N']);
  assert.deepEqual(gaps, ['not-captured', 'snaplen', 'waiting-limit']);
});

test('for programs they are JSON', () => {
  const rows = JSON.parse(wsdissect(['explain', 'connection-field-missing', '--format', 'json']).output);
  assert.deepEqual(
    rows.map(({ side }: { side: string }) => side),
    ['request', 'response'],
  );
});

test('a reason for which packets are skipped is explained, with what to do about it', () => {
  assert.equal(
    wsdissect(['explain', 'truncated-tcp', 'not-tcp', '--width', '80']).output,
    [
      'truncated-tcp  packets that are skipped',
      '  It was cut within the first 20 octets of its TCP header.',
      '  remedy    capture whole packets, as `tcpdump -s 0` does',
      '',
      'not-tcp  packets that are skipped',
      '  It is IP that carries no TCP, such as UDP, QUIC or ICMP, or a tunnel that is',
      '  not read.',
      '',
    ].join('\n'),
  );
  const [row] = JSON.parse(wsdissect(['explain', 'unknown-link-type-220', '--format', 'json']).output);
  assert.equal(row.reason, 'unknown-link-type-220');
  assert.match(row.remedy, /tcpdump -i any/);
});

test('a reason for which octets are given up is explained, with what to do about it', () => {
  assert.equal(
    wsdissect(['explain', 'snaplen', '--width', '80']).output,
    [
      'snaplen  octets that are given up',
      '  The octets were cut off when their packet was captured, at the snap length of',
      '  the capturing program.',
      '  remedy    capture whole packets, as `tcpdump -s 0` does',
      '',
    ].join('\n'),
  );
  const [row] = JSON.parse(wsdissect(['explain', 'not-captured', '--format', 'json']).output);
  assert.deepEqual([row.reason, row.event], ['not-captured', 'gap']);
});

test('an unknown code is answered with the nearest, or with where they are listed', () => {
  const mistyped = wsdissect(['explain', 'unmasked-client-fram']);
  assert.deepEqual(
    [mistyped.exitCode, mistyped.errors],
    [
      2,
      'wsdissect: there is no diagnostic unmasked-client-fram, and no such reason of skipped packets or gaps; did you mean unmasked-client-frame?\n',
    ],
  );
  assert.match(wsdissect(['explain', 'zzzzzzzzzzzzzzz']).errors, /wsdissect explain lists all/);
});
