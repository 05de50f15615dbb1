// What the library's way in does besides reading a capture: options that exclude each other, and an end before the capture's.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadRegistry, ProtobufCodec } from '../../src/codec/index.ts';
import { dissect, dissectSync } from '../../src/dissect/dissect.ts';
import { Dissection } from './dissection.ts';

const folder = fileURLToPath(new URL('../../fixtures/walkthrough', import.meta.url));
const capture = `${folder}/walkthrough.pcap`;
const registry = `${folder}/walkthrough.registry.yaml`;

test('a registry and a codec together are refused', async () => {
  const codec = new ProtobufCodec(await loadRegistry(registry));
  await assert.rejects(dissect(capture, { registry, codec }).next(), TypeError);
});

test('a signal ends the reading without waiting too, and the summary says so', () => {
  const stop = new AbortController();
  const { summary } = new Dissection(dissectSync(capture, { signal: stop.signal, onProgress: () => stop.abort() }));
  assert.deepEqual([summary.complete, summary.error], [false, 'the reading was ended early']);
});
