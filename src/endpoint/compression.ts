// One message through permessage-deflate without context takeover, RFC 7692 §7.2, as gorilla does it. Knows no frames.

import { promisify } from 'node:util';
import { constants, deflateRaw, deflateRawSync, inflateRaw, inflateRawSync } from 'node:zlib';
import type { Extension } from '../http/extensions.ts';
import { MESSAGE_END } from '../ws/raw-inflater.ts';

/** What each side says, and the only form that is agreed upon. */
export const COMPRESSION_OFFER = 'permessage-deflate; server_no_context_takeover; client_no_context_takeover';

/** Whether it is permessage-deflate, in small letters: gorilla knows it by no others. */
export function isDeflate({ name }: Extension): boolean {
  return name === 'permessage-deflate';
}

/** gorilla's default. */
const LEVEL = 1;
/** Messages from this size on go to another thread: at once would hold up all other connections. */
const LARGE = 32 * 1024;

const deflateLarge = promisify(deflateRaw);
const inflateLarge = promisify(inflateRaw);

export async function deflateMessage(data: Uint8Array): Promise<Uint8Array> {
  const options = { level: LEVEL, finishFlush: constants.Z_SYNC_FLUSH };
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
  const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: limit };
  return payload.length < LARGE ? inflateRawSync(whole, options) : inflateLarge(whole, options);
}
