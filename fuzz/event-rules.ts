// What holds of the events of any capture whatever: each fits the published schema, packets and connections are in range, the
// capture comes first and the summary last, and a connection is told of before it says anything and ends once.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { WsdissectEvent } from '../src/dissect/events.ts';
import { ROOT } from './corpus.ts';
import { mustHold } from './layer.ts';

const schema = JSON.parse(readFileSync(join(ROOT, 'schemas/events.schema.json'), 'utf8'));
const fits = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);
const TIME = /^\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d\.(\d{6}|\d{9})Z$/;

export function checkEvents(events: readonly WsdissectEvent[], complete: boolean): void {
  for (const event of events) {
    mustHold(fits(event) === true, () => `the schema refuses ${JSON.stringify(event)}: ${JSON.stringify(fits.errors)}`);
  }
  mustHold(events[0]?.type === 'capture', () => `the first event is ${events[0]?.type}`);
  const last = events.at(-1);
  mustHold(last?.type === 'summary', () => `the last event is ${last?.type}`);
  mustHold(last.complete === complete, () => `the summary says complete: ${last.complete}`);
  mustHold(events.filter(({ type }) => type === 'summary').length === 1, () => 'there are several summaries');
  const open = new Set<number>();
  let messages = 0;
  for (const event of events) {
    if (event.type === 'message') {
      messages++;
      mustHold(event.firstPacket >= 1 && event.firstPacket <= event.packet, () => `firstPacket ${event.firstPacket}`);
    }
    if (!('connection' in event) || event.type === 'comment') continue;
    const { connection, packet, elapsed, time } = event;
    mustHold(packet >= 1 && packet <= last.packets, () => `packet ${packet} of ${last.packets}`);
    mustHold(connection >= 0 && connection < last.tcpConnections, () => `connection ${connection}`);
    mustHold(Number.isFinite(elapsed) && TIME.test(time), () => `time ${time}, elapsed ${elapsed}`);
    if (event.type === 'handshake' || event.type === 'midstream') open.add(connection);
    mustHold(open.has(connection), () => `${event.type} of connection ${connection}, which was not told of`);
    if (event.type === 'end') open.delete(connection);
  }
  mustHold(open.size === 0, () => `connections ${[...open].join()} have no end`);
  mustHold(messages === last.messages, () => `${messages} messages, and the summary says ${last.messages}`);
}
