// The TCP header (RFC 9293 §3.1) and the range of its payload. The checksum is not looked at: on the sending host
// offload leaves it wrong. Options begin at `tcpStart + 20` and are not read.

import { smaller, viewOf } from './octets.ts';
import type { Segment } from './segment.ts';
import { DECODED, type Outcome, SKIP } from './skip-reason.ts';

/** The source's, and behind it the destination's. */
const PORTS_AT = 0;
const SEQUENCE_AT = 4;
const ACKNOWLEDGMENT_AT = 8;
/** The data offset in the upper 4 bits, the control bits in the lower 8. */
export const OFFSET_AND_FLAGS_AT = 12;
/** And behind it the checksum. */
const WINDOW_AT = 14;

/** Octets of a header without options. */
export const MINIMUM_LENGTH = 20;

/**
 * A LayerDecoder whose `wireEnd` is the end of the IP datagram. A header whose options the snaplen cut is still good: the
 * payload then begins, empty, where the captured octets end, and all of it is `missing`.
 */
export function decodeTcp(buffer: Uint8Array, start: number, end: number, wireEnd: number, segment: Segment): Outcome {
  if (wireEnd - start < MINIMUM_LENGTH) return SKIP['malformed-tcp'];
  if (end - start < MINIMUM_LENGTH) return SKIP['truncated-tcp'];
  const view = viewOf(buffer);
  const offsetAndFlags = view.getUint16(start + OFFSET_AND_FLAGS_AT);
  const headerLength = (offsetAndFlags >> 12) * 4;
  const payloadStart = start + headerLength;
  if (headerLength < MINIMUM_LENGTH || payloadStart > wireEnd) return SKIP['malformed-tcp'];

  fillFromHeader(buffer, view, start, offsetAndFlags, segment);
  segment.payloadStart = smaller(payloadStart, end);
  segment.payloadEnd = end;
  segment.missing = payloadStart > end ? wireEnd - payloadStart : wireEnd - end;
  return DECODED;
}

/**
 * Sets what the header says, wherever the payload is, and completes the `identity` that the layer below began.
 * @param offsetAndFlags its word at `OFFSET_AND_FLAGS_AT`
 */
export function fillFromHeader(
  buffer: Uint8Array,
  view: DataView,
  start: number,
  offsetAndFlags: number,
  segment: Segment,
): void {
  // Hot: V8 notes each reference that is written, and the packets of a block have the same.
  if (segment.buffer !== buffer) segment.buffer = buffer;
  const ports = view.getInt32(start + PORTS_AT);
  segment.sourcePort = ports >>> 16;
  segment.destinationPort = ports & 0xffff;
  segment.sequence = view.getInt32(start + SEQUENCE_AT);
  segment.acknowledgment = view.getInt32(start + ACKNOWLEDGMENT_AT);
  segment.flags = offsetAndFlags & 0xff;
  const windowAndChecksum = view.getInt32(start + WINDOW_AT);
  segment.window = windowAndChecksum >>> 16;
  segment.identity |= windowAndChecksum & 0xffff;
  segment.tcpStart = start;
}
