// The one TCP segment record that the link layer fills a packet and the TCP layer reads. Addresses are four 32-bit
// words, so that finding a connection compares numbers and never builds a string.

import type { Layers } from './layer-decoder.ts';

/** TCP control bits, RFC 9293 §3.1. */
export const FIN = 0x01;
export const SYN = 0x02;
export const RST = 0x04;
export const PSH = 0x08;
export const ACK = 0x10;
export const URG = 0x20;
export const ECE = 0x40;
export const CWR = 0x80;

/** Ports have 16 bits, RFC 9293 §3.1. */
export const HIGHEST_PORT = 65_535;

/** A TCP segment in its packet. Reused: every field is set by every successful decode. */
export class Segment {
  buffer: Uint8Array = new Uint8Array(0);
  /**
   * Which VLANs and virtual networks the packet is in, mixed into one word; 0 for none. Equal addresses and ports there may
   * be other hosts, so TCP tells connections apart by it (`tcp/connection-table.ts`).
   */
  realm = 0;
  /** How decoders find those of their payloads; null where nothing but plain layers is to be decoded. */
  layers: Layers | null = null;
  /** 4 or 6. An IPv4 address stands in word 3, the others are 0. */
  family = 4;
  source0 = 0;
  source1 = 0;
  source2 = 0;
  source3 = 0;
  destination0 = 0;
  destination1 = 0;
  destination2 = 0;
  destination3 = 0;
  sourcePort = 0;
  destinationPort = 0;
  /** Sequence numbers as signed 32-bit integers; compare by `(a - b) | 0`. */
  sequence = 0;
  acknowledgment = 0;
  flags = 0;
  window = 0;
  /** The identification of an IPv4 datagram, 0 of IPv6, and TCP's checksum: what `identityOf` begins with. */
  identity = 0;
  /** Half-open range of the IP header in `buffer`. */
  ipStart = 0;
  /** Where the TCP header begins. */
  tcpStart = 0;
  /** Half-open range of the captured payload. */
  payloadStart = 0;
  payloadEnd = 0;
  /** Octets of payload that were on the wire after `payloadEnd` but not captured (snaplen). */
  missing = 0;
}

/** Octets of payload that were on the wire, captured or not. */
export function octetsSent({ payloadStart, payloadEnd, missing }: Segment): number {
  return payloadEnd - payloadStart + missing;
}
