// Captures damaged at random: no octets whatever make the dissector throw or run on, and the events stay in order.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { CaptureError } from '../../src/capture/index.ts';
import { EventMaker } from '../../src/dissect/event-maker.ts';
import type { WsdissectEvent } from '../../src/dissect/events.ts';
import { type RunResult, runDissectionSync } from '../../src/dissect/run.ts';
import { NdjsonWriter } from '../../src/output/ndjson.ts';
import { captureOf } from '../support/capture-builder.ts';
import type { Random } from '../support/random.ts';
import { forSeeds } from '../support/time-box.ts';
import { CLOSE, clientFrame, closePayload, frame, PING, TEXT } from '../support/websocket-writer.ts';
import { upgraded } from './dissection.ts';
import { truthsOf } from './truth.ts';

const LARGEST = 200_000;

function bases(): Uint8Array[] {
  const talk = upgraded()
    .exchange('c2s', clientFrame(TEXT, 'hello'))
    .exchange('s2c', frame(TEXT, 'x'.repeat(3000)));
  talk
    .exchange('s2c', frame(PING, 'p'))
    .exchange('c2s', clientFrame(CLOSE, closePayload(1000, 'bye')))
    .close();
  const built = [captureOf(talk.packets), captureOf(talk.packets, { resolution: 9, byteOrder: 'big', linkType: 101 })];
  const recorded = [...truthsOf('core'), ...truthsOf('violations')].map(
    ({ capture }) => new Uint8Array(readFileSync(capture)),
  );
  return [...built, ...recorded.filter((capture) => capture.length < LARGEST)];
}

/** Where the records begin, and the end. */
function recordsOf(capture: Uint8Array): number[] {
  const view = new DataView(capture.buffer, capture.byteOffset, capture.length);
  const magic = view.getUint32(0, true);
  const little = magic === 0xa1b2c3d4 || magic === 0xa1b23c4d;
  const starts: number[] = [];
  let at = 24;
  while (at + 16 <= capture.length) {
    starts.push(at);
    at += 16 + view.getUint32(at + 8, little);
  }
  return [...starts, capture.length];
}

/** Octets changed anywhere, in headers or in payloads; records dropped, repeated, exchanged; the end cut off. */
function damaged(random: Random, capture: Uint8Array): Uint8Array {
  const starts = recordsOf(capture);
  let records = starts.slice(0, -1).map((start, at) => capture.slice(start, starts[at + 1]));
  for (let change = random.between(1, 20); change > 0; change--) {
    const record = random.pick(records);
    // Beyond the record's header mostly: a wrong length there ends the file.
    const from = random.once(15) ? 0 : random.pick([16, 30, 50, 70]);
    if (record.length > from)
      record[random.between(from, record.length)] = random.pick([0, 255, random.between(0, 256)]);
  }
  if (random.once(3)) records = records.filter(() => !random.once(8));
  if (random.once(3)) records = records.flatMap((record) => (random.once(8) ? [record, record] : [record]));
  if (random.once(3))
    for (let swap = 5; swap > 0; swap--) records.push(...records.splice(random.between(0, records.length), 1));
  const octets = Buffer.concat([capture.subarray(0, 24), ...records]);
  if (random.once(10)) octets[random.between(0, 24)] = random.between(0, 256);
  return new Uint8Array(random.once(4) ? octets.subarray(0, random.between(0, octets.length + 1)) : octets);
}

function check(capture: Uint8Array, makeSink: Parameters<typeof runDissectionSync>[1]): RunResult | null {
  try {
    return runDissectionSync(capture, makeSink);
  } catch (error) {
    // There is nothing to read: the one thing that is thrown, before any event.
    assert.ok(error instanceof CaptureError && error.kind === 'unreadable', String(error));
    return null;
  }
}

it('ends every damaged capture with a summary, and events that are in range and in order', () => {
  const captures = bases();
  forSeeds(5000, (random) => {
    const capture = damaged(random, random.pick(captures));
    const events: WsdissectEvent[] = [];
    const onEvent = (event: WsdissectEvent) => events.push(event);
    const options = { frames: random.once(2), payload: random.pick(['always', 'never'] as const), codec: null };
    const result = check(capture, (clock) => new EventMaker({ onEvent }, options, clock));
    if (result === null) return;
    const last = events.at(-1);
    assert.ok(last?.type === 'summary');
    assert.equal(last.complete, result.complete);
    assert.equal(events.filter(({ type }) => type === 'summary').length, 1);
    const open = new Set<number>();
    for (const event of events) {
      if (!('connection' in event) || event.type === 'comment') continue;
      assert.ok(event.packet >= 1 && event.packet <= last.packets, `packet ${event.packet} of ${last.packets}`);
      assert.ok(event.connection >= 0 && event.connection < last.tcpConnections);
      assert.ok(
        Number.isFinite(event.elapsed) && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/.test(event.time),
        event.time,
      );
      if (event.type === 'handshake' || event.type === 'midstream') open.add(event.connection);
      assert.ok(open.has(event.connection), `${event.type} of a connection that was not told of`);
      if (event.type === 'message') assert.ok(event.firstPacket >= 1 && event.firstPacket <= last.packets);
      if (event.type === 'end') open.delete(event.connection);
    }
    assert.equal(open.size, 0, 'each connection that was told of ends');
    const lines: Buffer[] = [];
    let writer: NdjsonWriter | null = null;
    check(capture, (clock) => {
      writer = new NdjsonWriter((octets) => lines.push(Buffer.from(octets)), options, clock);
      return writer;
    });
    (writer as NdjsonWriter | null)?.flush();
    assert.equal(Buffer.concat(lines).toString(), `${events.map((event) => JSON.stringify(event)).join('\n')}\n`);
  });
});
