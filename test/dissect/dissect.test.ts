// What the library's way in does besides reading a capture: options that exclude each other, and an end before the capture's.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { PayloadCodec } from '../../src/codec/codec.ts';
import { loadRegistry, ProtobufCodec } from '../../src/codec/index.ts';
import { dissect, dissectSync } from '../../src/dissect/dissect.ts';
import type { WsdissectEvent } from '../../src/dissect/events.ts';
import type { OctetWriter } from '../../src/index.ts';
import { BINARY, frame } from '../support/websocket-writer.ts';
import { Dissection, dissectionOf, upgraded } from './dissection.ts';

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

test('the capture event comes first also of what is no capture, and where the reading ended before it began', async () => {
  const signal = AbortSignal.abort();
  const awaited: WsdissectEvent[] = [];
  for await (const event of dissect(capture, { name: 'text.pcap', signal })) awaited.push(event);
  const ways = [
    awaited,
    dissectSync(Buffer.from('text'), { name: 'text.pcap' }),
    dissectSync(Buffer.alloc(0), { name: 'text.pcap' }),
    dissectSync(capture, { name: 'text.pcap', signal }),
  ];
  for (const [first, ...rest] of ways) {
    assert.deepEqual(first, { type: 'capture', files: ['text.pcap'], format: 'unknown', linkTypes: [] });
    assert.deepEqual(
      rest.map(({ type }) => type),
      ['summary'],
    );
  }
});

test('a codec decodes whole messages where no payloads are shown, also those that lie in several packets', () => {
  const codec: PayloadCodec = {
    write(octets, start, end, writer: OctetWriter) {
      writer.ascii(`{"id":1,"type":"Sum","value":${octets.subarray(start, end).reduce((sum, octet) => sum + octet)}}`);
      return null;
    },
    typeOf: () => 'Sum',
  };
  const talk = upgraded({ segmentSize: 60 }).exchange('s2c', frame(BINARY, new Uint8Array(200).fill(3)));
  const [message] = dissectionOf(talk.packets, { payload: 'never', codec }).of('message');
  assert.deepEqual([message.decoded?.value, message.data, message.text], [600, undefined, undefined]);
});

for (const [written, found] of [
  ['', 'nothing'],
  ['{"id":1,', '{"id":1,'],
]) {
  test(`of a codec that writes ${found} it is told that it has to write JSON`, () => {
    const codec: PayloadCodec = {
      write(_octets, _start, _end, writer: OctetWriter) {
        writer.ascii(written);
        return null;
      },
      typeOf: () => null,
    };
    const talk = upgraded().exchange('s2c', frame(BINARY, Uint8Array.of(1)));
    assert.throws(() => dissectionOf(talk.packets, { codec }), {
      name: 'TypeError',
      message: `a codec's write() has to write JSON or to return a failure; it wrote ${found}`,
    });
  });
}
