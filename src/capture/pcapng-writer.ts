// pcapng as octets, draft-ietf-opsawg-pcapng: one section with one interface, little-endian, and an enhanced packet block a
// packet. It writes no statistics and no names.

import {
  BYTE_ORDER_MAGIC,
  ENHANCED_PACKET,
  HEAD_LENGTH,
  INTERFACE_DESCRIPTION,
  KNOWN_VERSION,
  PACKET_AT,
  PACKET_BODY_LENGTH,
  SECTION_BODY_LENGTH,
  SECTION_HEADER,
  SMALLEST_BLOCK,
} from './pcapng-blocks.ts';
import { INTERFACE_BODY_LENGTH, TIME_RESOLUTION } from './pcapng-interface.ts';
import { padded } from './pcapng-options.ts';
import type { RecordFormat } from './record-format.ts';

/** Option shb_userappl, §4.1. */
const USER_APPLICATION = 4;

function option(code: number, value: Uint8Array): Uint8Array {
  const octets = new Uint8Array(4 + padded(value.length));
  const view = new DataView(octets.buffer);
  view.setUint16(0, code, true);
  view.setUint16(2, value.length, true);
  octets.set(value, 4);
  return octets;
}

/** A whole block; `options` are closed by opt_endofopt. */
function block(type: number, fields: Uint8Array, ...options: Uint8Array[]): Uint8Array {
  const parts = [fields, ...options, new Uint8Array(4)];
  const length = parts.reduce((sum, part) => sum + part.length, SMALLEST_BLOCK);
  const octets = new Uint8Array(length);
  const view = new DataView(octets.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, length, true);
  let at = HEAD_LENGTH;
  for (const part of parts) {
    octets.set(part, at);
    at += part.length;
  }
  view.setUint32(at, length, true);
  return octets;
}

export const pcapngFormat: RecordFormat = {
  fileHeader({ linkType, resolution, snapLength, application }) {
    const section = new Uint8Array(SECTION_BODY_LENGTH);
    const view = new DataView(section.buffer);
    view.setUint32(0, BYTE_ORDER_MAGIC, true);
    view.setUint16(4, KNOWN_VERSION, true);
    // The section's length is not known while it is written.
    view.setBigInt64(8, -1n, true);
    const description = new Uint8Array(INTERFACE_BODY_LENGTH);
    const fields = new DataView(description.buffer);
    fields.setUint16(0, linkType, true);
    fields.setUint32(4, snapLength, true);
    const header = block(SECTION_HEADER, section, option(USER_APPLICATION, new TextEncoder().encode(application)));
    const interfaceBlock = block(
      INTERFACE_DESCRIPTION,
      description,
      option(TIME_RESOLUTION, Uint8Array.of(resolution)),
    );
    const octets = new Uint8Array(header.length + interfaceBlock.length);
    octets.set(header);
    octets.set(interfaceBlock, header.length);
    return octets;
  },

  recordLength: (captured) => SMALLEST_BLOCK + PACKET_BODY_LENGTH + padded(captured),

  putRecord(target, at, packet, { resolution }) {
    const { octets, seconds, nanoseconds, originalLength } = packet;
    const length = SMALLEST_BLOCK + PACKET_BODY_LENGTH + padded(octets.length);
    const view = new DataView(target.buffer, target.byteOffset + at, length);
    const time =
      resolution === 9
        ? BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds)
        : BigInt(seconds) * 1_000_000n + BigInt(Math.floor(nanoseconds / 1000));
    view.setUint32(0, ENHANCED_PACKET, true);
    view.setUint32(4, length, true);
    view.setUint32(8, 0, true);
    view.setUint32(12, Number(time >> 32n), true);
    view.setUint32(16, Number(time & 0xffffffffn), true);
    view.setUint32(20, octets.length, true);
    view.setUint32(24, originalLength, true);
    target.set(octets, at + PACKET_AT);
    target.fill(0, at + PACKET_AT + octets.length, at + PACKET_AT + padded(octets.length));
    view.setUint32(length - 4, length, true);
    return at + length;
  },
};
