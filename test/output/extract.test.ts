// Names and contents of extracted payloads.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExtractOutput, extractedFiles } from '../../src/output/extract.ts';
import { binary, close, feed, message, text } from './sample-events.ts';

const contents = (files: { name: string; octets: Uint8Array }[]) =>
  files.map(({ name, octets }) => [name, Buffer.from(octets).toString('latin1')]);

test('octets go to .bin and the decoded value to .json beside it', () => {
  const decoded = { id: 1, type: 'pb.Ping', value: { seq: 150 } };
  const files = extractedFiles(binary(34, [0, 1, 0xff], { index: 12, decoded }));
  assert.deepEqual(contents(files), [
    ['connection-0000_c2s_000012_packet-34.bin', '\x00\x01\xff'],
    ['connection-0000_c2s_000012_packet-34.json', `${JSON.stringify(decoded, null, 2)}\n`],
  ]);
});

test('text goes to .txt as its own octets', () => {
  const files = extractedFiles(text(5, 'é\x00', { direction: 's2c', connection: 12345 }));
  assert.deepEqual(contents(files), [['connection-12345_s2c_000000_packet-5.txt', '\xc3\xa9\x00']]);
});

test('text that is not UTF-8 keeps its octets', () => {
  const files = extractedFiles(message(5, { opcode: 'text', data: Buffer.from([0xff]).toString('base64') }));
  assert.deepEqual(contents(files), [['connection-0000_c2s_000000_packet-5.bin', '\xff']]);
});

test('an empty message is an empty file, one that is not at hand is none', () => {
  const names: string[] = [];
  const output = new ExtractOutput({ write: (name) => names.push(name) });
  feed(output, [binary(1, []), message(2, { inflated: false }), close(3)]);
  assert.deepEqual(names, ['connection-0000_c2s_000000_packet-1.bin']);
  assert.equal(output.missing, 1);
});
