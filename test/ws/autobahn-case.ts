// A case of the Autobahn test suite: what an end sends, and what must be read of it. For the tables of this folder.

import type { AgreedExtensions } from '../../src/ws/extensions.ts';
import { CONTINUATION, type FrameOptions } from '../support/websocket-writer.ts';

/** A frame before it is known who sends it. */
export type Sent = [opcode: number, payload?: Uint8Array | string | undefined, form?: FrameOptions];

export interface Case {
  id: string;
  sends: Iterable<Sent>;
  /** Codes of what is wrong; none where all is well. */
  told?: string[];
  /** Octets fed at a time, or each frame by itself; all at once where absent. */
  chops?: number | 'frames' | undefined;
  /** What the messages read say, or how many octets they have. */
  messages?: readonly (Uint8Array | number)[];
  /** Control frames read. */
  controls?: string[];
  extensions?: AgreedExtensions;
}

export const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

/** From `low` to `high`, both included. */
export const range = (low: number, high: number) => Array.from({ length: high - low + 1 }, (_, at) => low + at);

/** Messages of one opcode, whole or in fragments of at most `size` octets. */
export function cut(opcode: number, payload: Uint8Array, size = Number.POSITIVE_INFINITY): Sent[] {
  const sent: Sent[] = [];
  for (let at = 0; at < payload.length || at === 0; at += size) {
    const fin = at + size >= payload.length;
    sent.push([at === 0 ? opcode : CONTINUATION, payload.subarray(at, at + size), { fin }]);
  }
  return sent;
}
