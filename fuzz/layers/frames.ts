// Streams of WebSocket frames: the same frames, messages and findings in whatever pieces they come, with holes too, and
// nothing is held when the stream is over.

import { FrameReader } from '../../src/endpoint/frame-reader.ts';
import { Allowance } from '../../src/ws/allowance.ts';
import type { Random } from '../../test/support/random.ts';
import { CLOSE, clientFrame, closePayload, concat, frame, PING, TEXT } from '../../test/support/websocket-writer.ts';
import { DEFLATE, Reading, type ReadingOptions, read, readInPieces } from '../../test/ws/readings.ts';
import { streams } from '../corpus.ts';
import { type Layer, mustHold } from '../layer.ts';
import { mutated } from '../mutate.ts';

const LONGEST = 2000;

/** What followed an upgrade, and captures that began later. */
function framesOf(octets: Uint8Array): Uint8Array {
  const end = Buffer.from(octets).indexOf('\r\n\r\n');
  return octets.subarray(end < 0 ? 0 : end + 4).subarray(0, LONGEST);
}

const made = [
  concat(clientFrame(TEXT, 'hello'), clientFrame(PING, 'p'), clientFrame(CLOSE, closePayload(1000, 'bye'))),
  concat(frame(TEXT, 'one ', { fin: false }), frame(PING, 'p'), frame(0, 'two €'), frame(CLOSE)),
  concat(frame(2, new Uint8Array(300), { lengthBits: 64 }), frame(2, new Uint8Array(126))),
];

export const frames: Layer = {
  name: 'frames',
  about:
    'streams of frames: the same in whatever pieces, holes too; nothing is held at the end; the server reads them too',
  share: 120,
  corpus: [
    ...made,
    ...streams()
      .map(framesOf)
      .filter(({ length }) => length > 2),
  ],
  draw: (random, corpus) => mutated(random, corpus),
  run(input: Uint8Array, dice: Random): void {
    const allowance = new Allowance(dice.pick([300, 100_000]));
    const options: ReadingOptions = {
      fromClient: dice.once(2),
      keepPayloads: !dice.once(4),
      messageLimit: dice.pick([100, 5000, 1 << 20]),
      ...(dice.once(3) ? { extensions: DEFLATE } : {}),
      allowance,
    };
    const whole = read(input, options);
    mustHold(whole.frames.length <= input.length / 2, () => `${whole.frames.length} frames of ${input.length} octets`);
    mustHold(allowance.held === 0, () => `${allowance.held} octets are held behind the end`);
    // What is held differs by the pieces, so that a limit which is reached may be reached elsewhere.
    const roomy = { ...options, allowance: new Allowance(1 << 27) };
    const longest = dice.pick([1, 5, 14, 200]);
    const pieces = readInPieces(input, () => dice.between(1, longest + 1), roomy);
    const expected = JSON.stringify(read(input, roomy).outcome);
    mustHold(
      JSON.stringify(pieces.outcome) === expected,
      () => `in pieces ${JSON.stringify(pieces.outcome)}, whole ${expected}`,
    );
    withHoles(input, options, dice);
    readAsServer(input, dice);
  },
};

function withHoles(input: Uint8Array, options: ReadingOptions, dice: Random): void {
  const allowance = new Allowance(1 << 20);
  const reading = new Reading({ ...options, allowance });
  for (let at = 0; at < input.length && !reading.parser.lost; ) {
    const end = Math.min(input.length, at + dice.between(1, 60));
    if (dice.once(4)) reading.lose(end - at);
    else reading.feed(input.subarray(at, end));
    at = end;
  }
  reading.end();
  mustHold(allowance.held === 0, () => `${allowance.held} octets are held behind holes`);
}

function readAsServer(input: Uint8Array, dice: Random): void {
  const readLimit = 1024;
  let over = 0;
  const goesOn = () => mustHold(over === 0, () => 'something follows the end');
  const reader = new FrameReader(
    {
      onMessage: ({ payload }) => {
        goesOn();
        mustHold(payload.length <= readLimit, () => `a message of ${payload.length}`);
      },
      onControl: (_opcode, payload) => {
        goesOn();
        mustHold(payload.length <= 125, () => `a control frame of ${payload.length}`);
      },
      onClose: (code) => {
        over++;
        mustHold(code >= 1000 && code < 5000, () => `close code ${code}`);
      },
      onComplaint: () => over++,
    },
    { fromClient: dice.once(2), compression: dice.once(2), readLimit },
  );
  for (let at = 0; at < input.length; at += 100) reader.feed(input.subarray(at, at + 100));
  mustHold(over <= 1, () => `it ended ${over} times`);
}
