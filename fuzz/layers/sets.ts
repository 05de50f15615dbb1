// Several captures as one, from streams: merged by time, whatever each holds and wherever one is damaged.

import { Readable } from 'node:stream';
import { EventMaker } from '../../src/dissect/event-maker.ts';
import type { WsdissectEvent } from '../../src/dissect/events.ts';
import { runDissection } from '../../src/dissect/run.ts';
import type { Random } from '../../test/support/random.ts';
import { captureFiles } from '../corpus.ts';
import { checkEvents } from '../event-rules.ts';
import { checkExit } from '../exit.ts';
import type { Layer } from '../layer.ts';
import { mutated } from '../mutate.ts';
import { FILE_MUTATIONS, isCompressed, PACKET_MUTATIONS, piecesOf } from '../mutate-capture.ts';

/** The records of a capture dealt out to files of the same header; anything else is all in one. */
function dealt(input: Uint8Array, dice: Random): Uint8Array[] {
  const capture = piecesOf(input);
  if (capture === null || capture.head.length === 0) return [input, input];
  const hands: Uint8Array[][] = Array.from({ length: dice.between(2, 5) }, () => []);
  let hand = 0;
  for (const piece of capture.pieces) {
    if (dice.once(4)) hand = dice.between(0, hands.length);
    hands[hand].push(piece);
  }
  return hands.map((pieces) => new Uint8Array(Buffer.concat([capture.head, ...pieces])));
}

/** In pieces as a pipe brings them. */
function streamOf(octets: Uint8Array, dice: Random): Readable {
  const length = dice.pick([7, 100, 4096]);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < octets.length; at += length) pieces.push(octets.slice(at, at + length));
  return Readable.from(pieces, { objectMode: false });
}

export const sets: Layer = {
  name: 'sets',
  about: 'several captures as one, from streams: events by the schema and in order, exit code 0 or 3',
  share: 2,
  corpus: captureFiles(),
  inflates: isCompressed,
  draw: (random, corpus) => mutated(random, corpus, [...PACKET_MUTATIONS, ...FILE_MUTATIONS]),
  async run(input: Uint8Array, dice: Random): Promise<void> {
    const events: WsdissectEvent[] = [];
    const options = { frames: dice.once(2), payload: 'always' as const, codec: null };
    const result = await runDissection(
      dealt(input, dice).map((octets) => streamOf(octets, dice)),
      (clock) => new EventMaker({ onEvent: (event) => events.push(event) }, options, clock),
    );
    checkExit(result);
    checkEvents(events, result.complete);
  },
};
