// Compressed payloads, one after another in a direction: what is shown is what zlib says, or it is not shown.

import { constants, inflateRawSync } from 'node:zlib';
import { Allowance } from '../../src/ws/allowance.ts';
import { Inflaters } from '../../src/ws/inflaters.ts';
import type { Random } from '../../test/support/random.ts';
import { concat, frame } from '../../test/support/websocket-writer.ts';
import { Deflater } from '../../test/ws/deflater.ts';
import { Reading } from '../../test/ws/readings.ts';
import { type Layer, mustHold } from '../layer.ts';
import { mutated } from '../mutate.ts';

/** Of a case: how it was agreed upon, then each payload behind its length. */
const LENGTH = 2;
const INFLATED = 100_000;
const TEXTS = [
  'hello hello hello',
  '{"price":1.25,"name":"A"}'.repeat(8),
  '',
  'x',
  'é€😀'.repeat(30),
  'y'.repeat(5000),
];
const END = Uint8Array.of(0, 0, 0xff, 0xff);

function payloads(...messages: Uint8Array[]): Uint8Array {
  return concat(Uint8Array.of(0), ...messages.flatMap((each) => [Uint8Array.of(each.length >> 8, each.length), each]));
}

function conversation(takeover: boolean, level: number, blocks: number): Uint8Array {
  const deflater = new Deflater(takeover, { level });
  return payloads(...TEXTS.map((text) => deflater.message(new Uint8Array(Buffer.from(text)), blocks)));
}

const inflaters = new Inflaters({ inflated: INFLATED, ratio: 250, windows: 200_000 });

export const compressed: Layer = {
  name: 'compressed',
  about: 'compressed payloads: what is shown is what zlib says of the same octets, within the limit',
  share: 60,
  corpus: [conversation(true, 6, 1), conversation(false, 9, 1), conversation(true, 0, 1), conversation(true, 1, 3)],
  draw: (random, corpus) => mutated(random, corpus),
  run(input: Uint8Array, dice: Random): void {
    if (input.length === 0) return;
    const takeover = (input[0] & 1) === 0;
    const windowBits = 15 - ((input[0] >> 1) & 7);
    const allowance = new Allowance(1 << 24);
    const extensions = { deflate: { windowBits, takeover, assumed: false }, unknown: false };
    const reading = new Reading({ fromClient: false, inflaters, allowance, extensions });
    let first: Uint8Array | null = null;
    for (let at = 1; at + LENGTH <= input.length; ) {
      const end = Math.min(input.length, at + LENGTH + ((input[at] << 8) | input[at + 1]));
      const payload = input.subarray(at + LENGTH, end);
      first ??= payload;
      const cut = dice.once(2) ? payload.length : dice.between(0, payload.length + 1);
      const isWhole = cut === payload.length;
      reading.feed(frame(1, payload.subarray(0, cut), { rsv: 4, fin: isWhole }));
      if (!isWhole) reading.feed(frame(0, payload.subarray(cut)));
      at = end;
    }
    reading.end();
    mustHold(allowance.held === 0, () => `${allowance.held} octets are held behind the end`);
    for (const { length, octets } of reading.messages) {
      mustHold(length <= INFLATED && (octets?.length ?? 0) <= INFLATED, () => `${length} octets inflated`);
    }
    const [shown] = reading.messages;
    if (first === null || first.length === 0 || !shown || shown.octets === null) return;
    const expected = inflated(first, windowBits);
    if (expected === undefined) return;
    mustHold(
      shown.octets === expected,
      () => `shown as ${JSON.stringify(shown.octets)}, and zlib says ${JSON.stringify(expected)}`,
    );
  },
};

/** As Latin-1; null where zlib does not take it, undefined where it stops early: it knows one final block, RFC 7692 several. */
function inflated(payload: Uint8Array, windowBits: number): string | null | undefined {
  try {
    const options = {
      windowBits: Math.max(9, windowBits),
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: INFLATED * 2,
      info: true,
    };
    const all = Buffer.concat([payload, END]);
    // Node's types leave out what `info` asks for.
    const { buffer, engine } = inflateRawSync(all, options) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    return engine.bytesWritten < all.length ? undefined : buffer.toString('latin1');
  } catch {
    return null;
  }
}
