// What a message says in one line.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatControl, formatMessage, formatMessageAndPayload } from '../../src/output/payload-text.ts';
import { formatValue, formatValueLines } from '../../src/output/value-notation.ts';
import { binary, close, message, ping, text } from './sample-events.ts';

const PING = [0, 1, 8, 0x96, 1];

test('a decoded message says its id, its type and its value', () => {
  const decoded = { id: 1, type: 'pb.Ping', value: { seq: 150, tags: ['a', 'b'], inner: { ok: true } } };
  assert.equal(
    formatMessage(binary(1, PING, { decoded }), 80),
    '1 pb.Ping {seq: 150, tags: ["a", "b"], inner: {ok: true}}',
  );
});

test('the octets stand behind a decoded value where the event has them and the value leaves room', () => {
  const decoded = { id: 1, type: 'pb.Ping', value: { seq: 150 } };
  const both = binary(1, PING, { decoded });
  assert.equal(formatMessageAndPayload(both, 80), '1 pb.Ping {seq: 150}; 00 01 08 96 01 |.....|');
  assert.equal(formatMessageAndPayload(both, 42), '1 pb.Ping {seq: 150}; 00 01 08 96 … |....|');
  assert.equal(formatMessageAndPayload(both, 20), '1 pb.Ping {seq: 150}');
  assert.equal(formatMessageAndPayload(message(1, { decoded }), 80), '1 pb.Ping {seq: 150}');
  assert.equal(formatMessageAndPayload(binary(1, PING), 80), '00 01 08 96 01 |.....|');
});

test('text is shown as text, escaped', () => {
  assert.equal(formatMessage(text(1, 'one\ntwo \x1b[2J'), 80), 'one\\ntwo \\x1b[2J');
});

test('octets are shown as hex and ASCII, as many as there is room for', () => {
  assert.equal(formatMessage(binary(1, PING), 80), '00 01 08 96 01 |.....|');
  const many = Array.from({ length: 100 }, () => 0x41);
  assert.equal(formatMessage(binary(1, many), 40), '41 41 41 41 41 41 41 41 41 … |AAAAAAAAA|');
});

test('an empty message says so', () => {
  assert.equal(formatMessage(binary(1, []), 80), 'empty');
  assert.equal(formatMessage(text(1, ''), 80), 'empty');
});

test('a decoding error comes before the octets', () => {
  const decodeError = { code: 'ErrNotRegister', message: 'id 7 is not registered' } as const;
  assert.equal(
    formatMessage(binary(1, [0, 7], { decodeError }), 80),
    'ErrNotRegister: id 7 is not registered; 00 07 |..|',
  );
});

test('what was not inflated or not asked for says so', () => {
  assert.equal(formatMessage(message(1, { inflated: false, compressed: true }), 80), 'compressed, not inflated');
  assert.equal(formatMessage(message(1), 80), 'payload not shown');
});

test('a close says its code, its name and its reason', () => {
  assert.equal(formatControl(close(1), 80), '1000 normal closure "bye"');
  assert.equal(
    formatControl(close(1, { code: null, name: null, reason: '', length: 0, data: '' }), 80),
    'no status code',
  );
  assert.equal(formatControl(close(1, { code: 4321, name: null, reason: '\u202e' }), 80), '4321 "\\u{202e}"');
});

test('a ping says its text where it is printable, else its octets', () => {
  assert.equal(formatControl(ping(1, 'héllo'), 80), '"héllo"');
  assert.equal(formatControl(ping(1, [0xff, 0]), 80), 'ff 00 |..|');
  assert.equal(formatControl(ping(1, 'a\x07'), 80), '61 07 |a.|');
  assert.equal(formatControl(ping(1, ''), 80), 'empty');
});

test('keys are quoted where they are no identifiers, and prototypes are ordinary keys', () => {
  const value = JSON.parse('{"__proto__": 1, "a b": "x", "constructor": null}');
  assert.equal(formatValue(value, 80), '{__proto__: 1, "a b": "x", constructor: null}');
});

test('a long value is written to its place only', () => {
  const value = { list: Array.from({ length: 1e5 }, (_, index) => index) };
  assert.ok(formatValue(value, 80).length < 200);
});

test('a value deeper than the stack is cut', () => {
  let value: unknown = 1;
  for (let depth = 0; depth < 20_000; depth++) value = [value];
  assert.ok(formatValue(value, 1e6).includes('…'));
  assert.ok(formatValueLines(value, 40).join('').includes('…'));
});

test('a value too wide for a line is laid out', () => {
  assert.deepEqual(formatValueLines({ seq: 150, notes: ['收到收到收到', 'b'] }, 20), [
    '{',
    '  seq: 150',
    '  notes: [',
    '    "收到收到收到"',
    '    "b"',
    '  ]',
    '}',
  ]);
});
