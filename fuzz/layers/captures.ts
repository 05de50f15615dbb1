// Whole capture files, through everything up to the events and their lines: what is thrown, how it ends, what is told.

import { jsonText } from '../../src/codec/json-text.ts';
import { type DissectionLimits, defaultLimits } from '../../src/dissect/dissector.ts';
import { EventMaker, type EventOptions } from '../../src/dissect/event-maker.ts';
import type { WsdissectEvent } from '../../src/dissect/events.ts';
import { runDissectionSync } from '../../src/dissect/run.ts';
import { NdjsonWriter } from '../../src/output/ndjson.ts';
import type { Random } from '../../test/support/random.ts';
import { captureFiles } from '../corpus.ts';
import { checkEvents } from '../event-rules.ts';
import { checkExit } from '../exit.ts';
import { type Layer, mustHold } from '../layer.ts';
import { mutated } from '../mutate.ts';
import { FILE_MUTATIONS, isCompressed, PACKET_MUTATIONS } from '../mutate-capture.ts';
import { codec } from '../walkthrough.ts';

/** So low that they are reached. */
const TIGHT: DissectionLimits = {
  ...defaultLimits,
  openConnections: 2,
  rememberedConnections: 2,
  waitingOctetsADirection: 600,
  waitingOctets: 1000,
  fragments: 2000,
  message: 100,
  held: 2000,
  search: 300,
  inflated: 1000,
  contexts: 40_000,
};

export const captures: Layer = {
  name: 'captures',
  about: 'capture files through all layers: events by the schema and in order, exit code 0 or 3, NDJSON says the same',
  share: 75,
  corpus: captureFiles(),
  inflates: isCompressed,
  draw: (random, corpus) => mutated(random, corpus, [...PACKET_MUTATIONS, ...FILE_MUTATIONS]),
  run(input: Uint8Array, dice: Random): void {
    const events: WsdissectEvent[] = [];
    const eventOptions: EventOptions = {
      frames: dice.once(2),
      payload: dice.pick(['always', 'undecoded', 'never'] as const),
      codec: dice.once(2) ? codec : null,
    };
    const options = {
      limits: dice.once(4) ? TIGHT : {},
      webSocketPorts: dice.once(4) ? [8888, 80] : [],
    };
    const result = runDissectionSync(
      input,
      (clock) => new EventMaker({ onEvent: (event) => events.push(event) }, eventOptions, clock),
      options,
    );
    checkExit(result);
    checkEvents(events, result.complete);
    if (dice.once(2)) return;
    const lines: Buffer[] = [];
    let writer: NdjsonWriter | null = null;
    runDissectionSync(
      input,
      (clock) => {
        writer = new NdjsonWriter((octets) => lines.push(Buffer.from(octets)), eventOptions, clock);
        return writer;
      },
      options,
    );
    (writer as NdjsonWriter | null)?.flush();
    const text = Buffer.concat(lines).toString();
    const expected = events.map((event) => `${jsonText(event)}\n`).join('');
    mustHold(text === expected, () => `NDJSON differs: ${firstDifference(text, expected)}`);
  },
};

function firstDifference(text: string, expected: string): string {
  const lines = text.split('\n');
  const others = expected.split('\n');
  const at = lines.findIndex((line, index) => line !== others[index]);
  return `${lines[at]} and ${others[at]}`;
}
