// What inflates a raw DEFLATE stream (RFC 1951) message by message, and how it is told of the octets. Two kinds: the one that
// lasts from message to message (`lasting-inflater.ts`) and its understudy (`repeated-inflater.ts`).

import type { SlidingWindow } from './sliding-window.ts';

export interface InflatedSink {
  /** Octets that may still come of the message. */
  readonly room: number;
  /**
   * `buffer[start, end)` is valid until more is inflated. False where no more is wanted.
   * @param last these are the message's last octets
   */
  onInflated(buffer: Uint8Array, start: number, end: number, last: boolean): boolean;
  /** More comes than there is room for, and so it was not made. */
  onTooMuch(): void;
}

/** `stopped`: the sink wants no more; `broken`: the octets are not DEFLATE, or refer to what is not in the window. */
export type Inflated = 'ok' | 'stopped' | 'broken';

export interface RawInflater {
  readonly windowBits: number;
  /** Whose window it knows, so that it need not be told; null where it knows none. */
  owner: object | null;
  /** In the middle of a message: it cannot be given to another owner. */
  pinned: boolean;
  /** When it was last used, counted by its pool. */
  lastUse: number;
  /** zlib's words where the outcome was `broken`. */
  readonly fault: string;
  /** Whether the last message ended with a final block, without the octet behind it that RFC 7692 §7.2.3.4 asks for. */
  readonly endedShort: boolean;
  /** Whether the last message still had `MESSAGE_END` behind its end. */
  readonly endedLong: boolean;
  /** Forgets all but what `window` holds. The window is asked again after a final block, so it must follow the output. */
  restart(window: SlidingWindow | null): void;
  /** Inflates further octets of a message. */
  write(octets: Uint8Array, start: number, end: number, sink: InflatedSink): Inflated;
  /** Hands on what is inflated so far, as others are going to use the output buffer. False where no more is wanted. */
  flush(sink: InflatedSink): boolean;
  /**
   * The message is over: `ok` only where it ended at the end of a block. Hands on all that is left.
   * @param endStands its last octets are `MESSAGE_END`, and were not written
   */
  finish(sink: InflatedSink, endStands: boolean): Inflated;
  close(): void;
}

/** What every message leaves out at its end, RFC 7692 §7.2.1: the length fields of an empty stored block. */
export const MESSAGE_END: Uint8Array = Uint8Array.of(0, 0, 0xff, 0xff);

/** Words of zlib for a reference to octets that are not in the window. */
export const REFERS_TOO_FAR = 'invalid distance too far back';

/** Other faults, in words of ours. */
export const ENDS_WITHIN_BLOCK = 'it ends in the middle of a block';
export const TOO_MANY_FINAL_BLOCKS = 'too many final blocks';

/** What came before may be referred to after a final block, but a message of nothing but final blocks costs too much. */
export function mayEndAgain(finalBlocks: number, octets: number): boolean {
  return finalBlocks <= 1024 + octets / 256;
}
