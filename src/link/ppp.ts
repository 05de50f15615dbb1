// PPP (RFC 1661), with and without HDLC-like framing (RFC 1662), inside PPPoE (RFC 2516) too, and Cisco's HDLC, which has
// EtherTypes instead. Compressed and encrypted payloads are none that can be read.

import { decodeEtherType } from './ether-type.ts';
import { word16 } from './octets.ts';
import type { Segment } from './segment.ts';
import { type Outcome, SKIP } from './skip-reason.ts';

const ALL_STATIONS = 0xff;
const UNNUMBERED = 0x03;
const CISCO_UNICAST = 0x0f;
const CISCO_MULTICAST = 0x8f;

/** The EtherType that means the same, https://www.iana.org/assignments/ppp-numbers */
const ETHER_TYPES: ReadonlyMap<number, number> = new Map([
  [0x0021, 0x0800],
  [0x0057, 0x86dd],
  [0x0281, 0x8847],
  [0x0283, 0x8848],
]);

const PPPOE_HEADER_LENGTH = 6;
const PPPOE_VERSION_AND_TYPE = 0x11;
const PPPOE_SESSION = 0;

/** A LayerDecoder. */
export function decodePpp(buffer: Uint8Array, start: number, end: number, wireEnd: number, segment: Segment): Outcome {
  let at = start;
  if (end - at >= 2 && buffer[at] === ALL_STATIONS && buffer[at + 1] === UNNUMBERED) at += 2;
  if (at >= end) return SKIP['truncated-ppp'];
  // A protocol below 0x100 may be compressed to one octet, which is odd as the last octet of all of them is.
  const isCompressed = (buffer[at] & 1) !== 0;
  if (!isCompressed && end - at < 2) return SKIP['truncated-ppp'];
  const protocol = isCompressed ? buffer[at] : word16(buffer, at);
  const type = ETHER_TYPES.get(protocol);
  if (type === undefined) return SKIP['not-ip'];
  return decodeEtherType(type, buffer, at + (isCompressed ? 1 : 2), end, wireEnd, segment);
}

/** A LayerDecoder for link types whose first octet is a direction: 0 received, 1 sent. */
export function decodePppWithDirection(
  buffer: Uint8Array,
  start: number,
  end: number,
  wireEnd: number,
  segment: Segment,
): Outcome {
  if (end - start < 2) return SKIP['truncated-ppp'];
  // Linux's pppd puts it in the place of the address, and keeps the control octet.
  const length = buffer[start + 1] === UNNUMBERED ? 2 : 1;
  return decodePpp(buffer, start + length, end, wireEnd, segment);
}

/** A LayerDecoder for HDLC: PPP or Cisco's, as its first octet says. */
export function decodeHdlc(buffer: Uint8Array, start: number, end: number, wireEnd: number, segment: Segment): Outcome {
  if (end - start < 4) return SKIP['truncated-ppp'];
  if (buffer[start] !== CISCO_UNICAST && buffer[start] !== CISCO_MULTICAST) {
    return decodePpp(buffer, start, end, wireEnd, segment);
  }
  return decodeEtherType(word16(buffer, start + 2), buffer, start + 4, end, wireEnd, segment);
}

/** A LayerDecoder for the session stage of PPPoE. */
export function decodePppoe(
  buffer: Uint8Array,
  start: number,
  end: number,
  wireEnd: number,
  segment: Segment,
): Outcome {
  if (end - start < PPPOE_HEADER_LENGTH) return SKIP['truncated-ppp'];
  if (buffer[start] !== PPPOE_VERSION_AND_TYPE || buffer[start + 1] !== PPPOE_SESSION) return SKIP['not-ip'];
  const payloadStart = start + PPPOE_HEADER_LENGTH;
  const payloadEnd = Math.min(wireEnd, payloadStart + word16(buffer, start + 4));
  return decodePpp(buffer, payloadStart, Math.min(end, payloadEnd), payloadEnd, segment);
}
