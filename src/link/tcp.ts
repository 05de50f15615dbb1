// The TCP header (RFC 9293 §3.1) and the range of its payload. The checksum is not looked at: on the sending host
// offload leaves it wrong. Options begin at `tcpStart + 20` and are not read.

import { word16, word32 } from './octets.ts';
import type { Segment } from './segment.ts';
import { DECODED, type Outcome, SKIP } from './skip-reason.ts';

const SOURCE_PORT_AT = 0;
const DESTINATION_PORT_AT = 2;
const SEQUENCE_AT = 4;
const ACKNOWLEDGMENT_AT = 8;
const DATA_OFFSET_AT = 12;
const FLAGS_AT = 13;
const WINDOW_AT = 14;

/** Octets of a header without options. */
const MINIMUM_LENGTH = 20;

/**
 * A LayerDecoder whose `wireEnd` is the end of the IP datagram. A header whose options the snaplen cut is still good: the
 * payload then begins, empty, where the captured octets end, and all of it is `missing`.
 */
export function decodeTcp(buffer: Uint8Array, start: number, end: number, wireEnd: number, segment: Segment): Outcome {
  if (wireEnd - start < MINIMUM_LENGTH) return SKIP['malformed-tcp'];
  if (end - start < MINIMUM_LENGTH) return SKIP['truncated-tcp'];
  const headerLength = (buffer[start + DATA_OFFSET_AT] >> 4) * 4;
  const payloadStart = start + headerLength;
  if (headerLength < MINIMUM_LENGTH || payloadStart > wireEnd) return SKIP['malformed-tcp'];

  segment.buffer = buffer;
  segment.sourcePort = word16(buffer, start + SOURCE_PORT_AT);
  segment.destinationPort = word16(buffer, start + DESTINATION_PORT_AT);
  segment.sequence = word32(buffer, start + SEQUENCE_AT);
  segment.acknowledgment = word32(buffer, start + ACKNOWLEDGMENT_AT);
  segment.flags = buffer[start + FLAGS_AT];
  segment.window = word16(buffer, start + WINDOW_AT);
  segment.tcpStart = start;
  segment.payloadStart = Math.min(payloadStart, end);
  segment.payloadEnd = end;
  segment.missing = wireEnd - Math.max(payloadStart, end);
  return DECODED;
}
