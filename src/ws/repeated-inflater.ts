// The understudy of `lasting-inflater.ts`: inflates each message at its end by the public functions of `node:zlib`, with the
// window as dictionary. Right, and slow (30 µs a message), as each makes a native object.

import { loadZlib } from '../capture/zlib-handle.ts';
import {
  ENDS_WITHIN_BLOCK,
  type Inflated,
  type InflatedSink,
  MESSAGE_END,
  mayEndAgain,
  type RawInflater,
  TOO_MANY_FINAL_BLOCKS,
} from './raw-inflater.ts';
import type { SlidingWindow } from './sliding-window.ts';

const Z_SYNC_FLUSH = 2;

/** An empty final block, so that a stream that ends elsewhere is told, and an octet that must be left over. */
const FINAL_BLOCK = Uint8Array.of(1, 0, 0, 0xff, 0xff, 0);

export class RepeatedInflater implements RawInflater {
  readonly windowBits: number;
  owner: object | null = null;
  pinned = false;
  lastUse = 0;
  fault = '';
  endedShort = false;
  endedLong = false;
  #window: SlidingWindow | null = null;
  #pieces: Uint8Array[] = [];

  constructor(windowBits: number) {
    this.windowBits = windowBits;
  }

  restart(window: SlidingWindow | null): void {
    this.#window = window;
    this.#pieces = [];
  }

  write(octets: Uint8Array, start: number, end: number): Inflated {
    this.#pieces.push(octets.slice(start, end));
    return 'ok';
  }

  flush(): boolean {
    return true;
  }

  finish(sink: InflatedSink, endStands: boolean): Inflated {
    // The window moves on with the output, so it must be told anew.
    this.owner = null;
    const message = Buffer.concat(this.#pieces);
    this.#pieces = [];
    const outcome = this.#inflateMessage(message, sink);
    this.endedLong = endStands && outcome === 'ok' && !this.endedShort;
    if (!endStands || outcome !== 'broken') return outcome;
    // They are octets of the message like others.
    return this.#inflateMessage(Buffer.concat([message, MESSAGE_END]), sink);
  }

  /** Inflates from final block to final block; hands on all of it, or nothing. */
  #inflateMessage(message: Buffer, sink: InflatedSink): Inflated {
    const octets = Buffer.concat([message, MESSAGE_END, FINAL_BLOCK]);
    const said: Buffer[] = [];
    let room = sink.room;
    const { length } = message;
    // Where a final block ends that is ours too: the message's last, empty one, or the one behind it.
    const ends = [length + MESSAGE_END.length, octets.length - 1];
    this.endedShort = false;
    for (let at = 0, finalBlocks = 0; at <= length; finalBlocks++) {
      const start = at;
      const part = this.#inflate(octets.subarray(at), said, room);
      if (part === null) {
        if (this.fault !== '') return 'broken';
        sink.onTooMuch();
        return 'stopped';
      }
      at += part.used;
      if (at > length) {
        // What we add must end a block, and say nothing.
        const own = this.#inflate(message.subarray(start), said, room)?.octets.length;
        if (!ends.includes(at) || own !== part.octets.length) this.fault = ENDS_WITHIN_BLOCK;
      } else if (!mayEndAgain(finalBlocks, length)) {
        this.fault = TOO_MANY_FINAL_BLOCKS;
      }
      if (this.fault !== '') return 'broken';
      said.push(part.octets);
      room -= part.octets.length;
      this.endedShort = at === length;
      if (this.endedShort) break;
    }
    const all = Buffer.concat(said);
    return all.length === 0 || sink.onInflated(all, 0, all.length, true) ? 'ok' : 'stopped';
  }

  close(): void {}

  /** Up to the end of a final block; null where it is broken or, without a fault, would be more than there is room for. */
  #inflate(octets: Buffer, said: readonly Buffer[], room: number): { octets: Buffer; used: number } | null {
    const window = this.#window;
    const known = window === null ? [] : [window.older, window.newer, ...said];
    const dictionary = Buffer.concat(known).subarray(-(1 << this.windowBits));
    this.fault = '';
    try {
      const options = {
        windowBits: this.windowBits,
        finishFlush: Z_SYNC_FLUSH,
        maxOutputLength: Math.max(1, Math.min(room, 2 ** 31 - 1)),
        info: true,
        ...(dictionary.length === 0 ? {} : { dictionary }),
      };
      // Its types do not know what `info` gives.
      const result = loadZlib().inflateRawSync(octets, options) as unknown as {
        buffer: Buffer;
        engine: { bytesWritten: number };
      };
      return { octets: result.buffer, used: result.engine.bytesWritten };
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== 'ERR_BUFFER_TOO_LARGE') this.fault = message;
      return null;
    }
  }
}
