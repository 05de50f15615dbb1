// Frames as octets, RFC 6455 §5.2: right ones, and, where it is asked for, wrong ones, with whatever bits, mask and form of length.
// It judges nothing, knows neither direction nor message in progress, and makes no masking key: who sends says all that.

import { LONGEST_SHORT_LENGTH } from './frame-parser.ts';
import { unmask } from './masking.ts';
import { CONTINUATION } from './opcodes.ts';

/** How a frame departs from the plain final one without a mask. */
export interface FrameForm {
  /** Default true. */
  fin?: boolean | undefined;
  /** RSV1, RSV2, RSV3 as the bits 4, 2, 1. Default 0. */
  rsv?: number | undefined;
  /** The masking key, 4 octets; unmasked without. */
  key?: Uint8Array | undefined;
  /** Bits of the length field, also where it is not minimal. Default the shortest that holds the length. */
  lengthBits?: 7 | 16 | 64 | undefined;
  /** What the length field says, where it shall not be the payload's length; up to 2⁶⁴−1, so its top bit can be set. */
  statedLength?: number | bigint | undefined;
}

/** The most that 16 bits of length hold. */
const MEDIUM = 0xffff;

function lengthField(length: number | bigint, bits: 7 | 16 | 64): Uint8Array {
  if (bits === 7) return Uint8Array.of(Number(length));
  const octets = new Uint8Array(1 + bits / 8);
  const view = new DataView(octets.buffer);
  octets[0] = bits === 16 ? 126 : 127;
  if (bits === 16) view.setUint16(1, Number(length));
  else view.setBigUint64(1, BigInt(length));
  return octets;
}

function leastBits(length: number | bigint): 7 | 16 | 64 {
  if (length <= LONGEST_SHORT_LENGTH) return 7;
  return length <= MEDIUM ? 16 : 64;
}

/**
 * One frame.
 *
 * @param opcode 0…15, reserved ones too
 */
export function writeFrame(opcode: number, payload: Uint8Array, form: FrameForm = {}): Uint8Array {
  const { fin = true, rsv = 0, key, statedLength = payload.length } = form;
  const length = lengthField(statedLength, form.lengthBits ?? leastBits(statedLength));
  const keyAt = 1 + length.length;
  const payloadAt = keyAt + (key?.length ?? 0);
  const octets = new Uint8Array(payloadAt + payload.length);
  octets[0] = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  octets.set(length, 1);
  if (key === undefined) {
    octets.set(payload, payloadAt);
  } else {
    octets[1] |= 0x80;
    octets.set(key, keyAt);
    const word = new DataView(octets.buffer).getUint32(keyAt);
    // Masking is its own inverse, RFC 6455 §5.3.
    unmask(payload, 0, payload.length, word, 0, octets, payloadAt);
  }
  return octets;
}

/**
 * A message in fragments, a frame each.
 *
 * @param lengths payload octets of each frame; 0 is allowed, and together they must be the payload's
 * @param form asked for each frame, so that each can have its own key; `fin` and, after the first, RSV1 are settled here
 */
export function writeFragments(
  opcode: number,
  payload: Uint8Array,
  lengths: readonly number[],
  form: () => Omit<FrameForm, 'fin'> = () => ({}),
): Uint8Array[] {
  let at = 0;
  return lengths.map((length, index) => {
    const first = index === 0;
    const given = form();
    const rsv = first ? given.rsv : (given.rsv ?? 0) & 3;
    const part = payload.subarray(at, at + length);
    at += length;
    return writeFrame(first ? opcode : CONTINUATION, part, { ...given, rsv, fin: index === lengths.length - 1 });
  });
}

/** The payload of a close frame, RFC 6455 §5.5.1; any code and any reason. */
export function closePayload(code: number, reason: string | Uint8Array = ''): Uint8Array {
  const words = typeof reason === 'string' ? new TextEncoder().encode(reason) : reason;
  const octets = new Uint8Array(2 + words.length);
  octets[0] = code >> 8;
  octets[1] = code;
  octets.set(words, 2);
  return octets;
}
