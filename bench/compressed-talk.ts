// Conversations under permessage-deflate with context takeover, for the bench: the frames, and beside them what zlib alone has to
// inflate. Deflated by `node:zlib`; nothing of `src/` has a part in it but the writer of frames.

import { closeSync, openSync, writeSync } from 'node:fs';
import { constants, deflateRawSync } from 'node:zlib';
import type { Random } from '../test/support/random.ts';
import { frame, TEXT } from '../test/support/websocket-writer.ts';

/** RFC 7692 §7.2.1: RSV1 marks the first frame of a compressed message. */
const RSV1 = 4;
/** What a sender takes away from the end of a message, and a receiver puts there again. */
const MESSAGE_END = Buffer.from([0x00, 0x00, 0xff, 0xff]);
const WINDOW = 32 * 1024;

/** One direction's messages: each may refer to the 32 KiB before it. */
export class CompressedDirection {
  readonly #pieces: Buffer[] = [];
  #window = Buffer.alloc(0);

  /** The frame of a text message. */
  message(text: string, key?: Uint8Array): Uint8Array {
    const said = Buffer.from(text);
    const dictionary = this.#window.length > 0 ? { dictionary: this.#window } : {};
    const deflated = deflateRawSync(said, { finishFlush: constants.Z_SYNC_FLUSH, ...dictionary });
    this.#window = Buffer.concat([this.#window, said]).subarray(-WINDOW);
    this.#pieces.push(deflated);
    return frame(TEXT, deflated.subarray(0, -MESSAGE_END.length), { rsv: RSV1, ...(key === undefined ? {} : { key }) });
  }

  /** All of it as one stream of raw DEFLATE. */
  get stream(): Buffer {
    return Buffer.concat(this.#pieces);
  }
}

const WORDS = ['order', 'filled', 'cancelled', 'limit', 'market', 'pending', 'EUR', 'USD', 'JPY', 'resting', 'partial'];

/** A text as services send it: some 2 kB of JSON whose names come again and whose numbers do not. */
export function orderText(random: Random): string {
  const legs = Array.from({ length: random.between(2, 40) }, () => ({
    id: random.word() >>> 0,
    state: random.pick(WORDS),
    currency: random.pick(WORDS),
    price: random.between(1, 1 << 24) / 100,
    quantity: random.between(1, 5000),
  }));
  return JSON.stringify({ type: random.pick(WORDS), sequence: random.word() >>> 0, legs });
}

/** Streams behind each other, each with its length in 4 octets before it, little-endian: what inflate-alone.ts reads. */
export function writeStreams(path: string, directions: readonly CompressedDirection[]): void {
  const file = openSync(path, 'w');
  for (const { stream } of directions) {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(stream.length);
    writeSync(file, length);
    writeSync(file, stream);
  }
  closeSync(file);
}
