// One message through permessage-deflate without context takeover, RFC 7692 §7.2, as gorilla does it. Knows no frames.

import { kMaxLength } from 'node:buffer';
import { promisify } from 'node:util';
import { constants, deflateRaw, deflateRawSync, inflateRaw, inflateRawSync } from 'node:zlib';
import type { Extension } from '../http/extensions.ts';
import { MOST_WINDOW_BITS } from '../http/permessage-deflate.ts';
import { MESSAGE_END } from '../ws/raw-inflater.ts';

/** What each side says, and the only form that is agreed upon. */
export const COMPRESSION_OFFER = 'permessage-deflate; server_no_context_takeover; client_no_context_takeover';

/** From the smallest window that zlib writes (RFC 7692 §7.1.2.1 has 8 too) to deflate's largest. */
const WINDOW_BITS = /^(9|1[0-5])$/;

/** Whether it is permessage-deflate, in small letters: gorilla knows it by no others. */
export function isDeflate({ name }: Extension): boolean {
  return name === 'permessage-deflate';
}

/** What a server answers to the first offer that it can keep, and the window that it may use; null where it can keep none. */
export function agreeOnDeflate(offers: readonly Extension[]): { answer: string; windowBits: number } | null {
  for (const { parameters } of offers.filter(isDeflate)) {
    const asked = parameters.find(([name]) => name === 'server_max_window_bits');
    if (asked === undefined) return { answer: COMPRESSION_OFFER, windowBits: MOST_WINDOW_BITS };
    const bits = asked[1] ?? '';
    if (WINDOW_BITS.test(bits)) {
      return { answer: `${COMPRESSION_OFFER}; server_max_window_bits=${bits}`, windowBits: Number(bits) };
    }
  }
  return null;
}

/** gorilla's default. */
const LEVEL = 1;
/** Messages from this size on go to another thread: at once would hold up all other connections. */
const LARGE = 32 * 1024;

const deflateLarge = promisify(deflateRaw);
const inflateLarge = promisify(inflateRaw);

/** @param windowBits no octet may refer to one that is 2 to this power before it */
export async function deflateMessage(data: Uint8Array, windowBits = MOST_WINDOW_BITS): Promise<Uint8Array> {
  const options = { level: LEVEL, finishFlush: constants.Z_SYNC_FLUSH, windowBits };
  const octets = data.length < LARGE ? deflateRawSync(data, options) : await deflateLarge(data, options);
  return octets.subarray(0, octets.length - MESSAGE_END.length);
}

/**
 * @param limit octets that the message may have
 * @throws where it has more, or where the payload is no deflate data
 */
export async function inflateMessage(payload: Uint8Array, limit: number): Promise<Uint8Array> {
  const whole = new Uint8Array(payload.length + MESSAGE_END.length);
  whole.set(payload);
  whole.set(MESSAGE_END, payload.length);
  // No limit, to zlib, may be above what a buffer holds.
  const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: Math.min(limit, kMaxLength) };
  return payload.length < LARGE ? inflateRawSync(whole, options) : inflateLarge(whole, options);
}
