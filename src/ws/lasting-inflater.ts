// A raw inflater that lasts from message to message and is driven synchronously: no native object a message, and the window
// stays where zlib keeps it. Knows raw DEFLATE only, not whose messages they are.
//
// It is driven by zlib's native handle (`capture/zlib-handle.ts`): 0.4 µs a message where a native object each time takes 30.
// `lastingWorks` tries it once with a message of RFC 7692 before anybody relies on it; where it fails, `repeated-inflater.ts`
// does the same by the public functions.

import { loadZlib, ZlibHandle } from '../capture/zlib-handle.ts';
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

/** zlib's flush values: inflate all that can be, or up to the end of the block only. */
const Z_SYNC_FLUSH = 2;
const Z_BLOCK = 5;

/** An octet behind the message's end that must be left over where a block ended there. */
const END_AND_SENTINEL = Uint8Array.of(...MESSAGE_END, 0);

/** Octets of a window into which is inflated: small ones would have a long message come in many pieces. */
const SMALLEST_RING = 1 << 15;

/** What is inflated only to be known as window goes here. */
let unread: Uint8Array | null = null;

export class LastingInflater implements RawInflater {
  readonly windowBits: number;
  owner: object | null = null;
  pinned = false;
  lastUse = 0;
  fault = '';
  endedShort = false;
  endedLong = false;
  readonly #handle: ZlibHandle;
  readonly #shared: Uint8Array;
  /** Where output goes. `output[start, filled)` is not handed on. */
  #output: Uint8Array;
  #start = 0;
  #filled = 0;
  #window: SlidingWindow | null = null;
  #finalBlocks = 0;
  #octets = 0;

  /** @param shared output of all inflaters: it is theirs from a message's first octet to `flush` or the message's end */
  constructor(windowBits: number, shared: Uint8Array) {
    this.windowBits = windowBits;
    this.#shared = shared;
    this.#output = shared;
    this.#handle = new ZlibHandle(loadZlib().createInflateRaw({ windowBits }));
  }

  restart(window: SlidingWindow | null): void {
    this.#start = this.#filled;
    this.#finalBlocks = 0;
    this.#octets = 0;
    this.#relearn(window);
  }

  #relearn(window: SlidingWindow | null): void {
    this.#handle.reset();
    this.#window = window;
    if (window === null || window.length === 0) return;
    // A stored block is copied to the window as it is: faster than a new native object with a dictionary.
    const { length, older, newer } = window;
    const header = Uint8Array.of(0, length, length >> 8, ~length, ~length >> 8);
    this.#absorb(header);
    this.#absorb(older);
    this.#absorb(newer);
  }

  write(octets: Uint8Array, start: number, end: number, sink: InflatedSink): Inflated {
    this.#octets += end - start;
    if (this.#filled === this.#start) this.#aim();
    let at = start;
    for (;;) {
      this.#run(Z_SYNC_FLUSH, octets, at, end);
      if (this.fault !== '') return 'broken';
      at = end - this.#handle.inputLeft;
      if (this.#filled === this.#output.length) {
        // There may be more of it, though all the input is used.
        if (!this.flush(sink)) return 'stopped';
      } else if (at < end) {
        if (!this.flush(sink)) return 'stopped';
        if (!mayEndAgain(++this.#finalBlocks, this.#octets)) {
          this.fault = TOO_MANY_FINAL_BLOCKS;
          return 'broken';
        }
        this.#relearn(this.#window);
      } else {
        return 'ok';
      }
    }
  }

  flush(sink: InflatedSink, last = false): boolean {
    const start = this.#start;
    const filled = this.#filled;
    const goesOn = filled === start || sink.onInflated(this.#output, start, filled, last);
    this.#aim();
    return goesOn;
  }

  /** Nothing waits. Written straight into a window, output need not be copied there (bench/README.md, compressed). */
  #aim(): void {
    const window = this.#window;
    const ring = window !== null && window.size >= SMALLEST_RING ? window.ring : null;
    this.#output = ring ?? this.#shared;
    this.#start = ring === null ? 0 : (window as SlidingWindow).next;
    this.#filled = this.#start;
  }

  finish(sink: InflatedSink, endStands: boolean): Inflated {
    let left = this.#leftBehindEnd();
    this.endedLong = endStands && left === 1;
    if (endStands && left === null) {
      const outcome = this.#inflateRestOfEnd(sink);
      if (outcome !== 'ok') return outcome;
      left = this.#leftBehindEnd();
    }
    this.endedShort = left === END_AND_SENTINEL.length;
    // Behind a final block it must be told its window anew.
    if (this.endedShort) this.owner = null;
    this.#finalBlocks = 0;
    this.#octets = 0;
    if (left !== null) return this.flush(sink, true) ? 'ok' : 'stopped';
    if (this.fault === '') this.fault = ENDS_WITHIN_BLOCK;
    return 'broken';
  }

  /** Octets of `END_AND_SENTINEL` that are not needed: 1 where a block ends with it, all behind a final block; else null. */
  #leftBehindEnd(): number | null {
    const before = this.#filled;
    // Stops where the empty block ends. In the middle of another it would go on and take the sentinel too; behind a final block
    // it takes nothing.
    this.#run(Z_BLOCK, END_AND_SENTINEL, 0, END_AND_SENTINEL.length);
    const left = this.#handle.inputLeft;
    // Whatever zlib says of the sentinel, the message has no such octet.
    if (left === 0) this.fault = ENDS_WITHIN_BLOCK;
    const ends = left === 1 || left === END_AND_SENTINEL.length;
    return ends && this.fault === '' && this.#filled === before ? left : null;
  }

  /** The message's last octets, which looked like its end, are none: what is left of them is inflated like the rest. */
  #inflateRestOfEnd(sink: InflatedSink): Inflated {
    if (this.fault !== '') return 'broken';
    const taken = END_AND_SENTINEL.length - this.#handle.inputLeft;
    return this.write(END_AND_SENTINEL, taken, MESSAGE_END.length, sink);
  }

  close(): void {
    this.owner = null;
    this.#handle.close();
  }

  /** The input of the call before is done with, so a fault is one of this call. */
  #run(flush: number, input: Uint8Array, start: number, end: number): void {
    const output = this.#output;
    this.#handle.write(flush, input, start, end, output, this.#filled);
    this.fault = this.#handle.fault;
    this.#filled = output.length - this.#handle.outputLeft;
  }

  #absorb(octets: Uint8Array): void {
    if (octets.length === 0) return;
    unread ??= new Uint8Array(1 << 15);
    this.#handle.write(Z_SYNC_FLUSH, octets, 0, octets.length, unread, 0);
    this.fault = this.#handle.fault;
  }
}

/** `Hello`, RFC 7692 §7.2.3.1, and the same again by reference to the first, §7.2.3.2. */
const HELLO = Uint8Array.of(0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00);
const HELLO_AGAIN = Uint8Array.of(0xf2, 0x00, 0x11, 0x00, 0x00);

/** Whether this Node has the handle, and it does what is expected of it. */
export function lastingWorks(): boolean {
  const said: number[] = [];
  const sink: InflatedSink = {
    room: Number.POSITIVE_INFINITY,
    onInflated(buffer, start, end) {
      said.push(...buffer.subarray(start, end));
      return true;
    },
    onTooMuch() {},
  };
  try {
    const inflater = new LastingInflater(15, new Uint8Array(64));
    const outcomes = [HELLO, HELLO_AGAIN].map((octets) => {
      return inflater.write(octets, 0, octets.length, sink) === 'ok' && inflater.finish(sink, false) === 'ok';
    });
    inflater.restart(null);
    const refused = inflater.write(HELLO_AGAIN, 0, HELLO_AGAIN.length, sink) === 'broken';
    inflater.close();
    return refused && outcomes.every(Boolean) && String.fromCharCode(...said) === 'HelloHello';
  } catch {
    return false;
  }
}
