// The options by which subflows of Multipath TCP say whose octets they carry (RFC 8684, and RFC 6824 for version 0): MP_CAPABLE,
// MP_JOIN and DSS of kind 30. Others of that kind change nothing in the order of octets and are passed over. Knows no connections.

import { viewOf, word16, word32 } from '../link/octets.ts';
import type { Segment } from '../link/segment.ts';

/** TCP's options, RFC 9293 §3.2. */
const END_OF_OPTIONS = 0;
const NO_OPERATION = 1;
const MULTIPATH = 30;
const OPTIONS_AT = 20;

/** Subtypes, RFC 8684 §8.1. */
const MP_CAPABLE = 0;
const MP_JOIN = 1;
const DSS = 2;

/** Lengths of MP_CAPABLE with one key, and with both (RFC 8684 §3.1); with more, it maps data (version 1). */
const WITH_KEY = 12;
const WITH_KEYS = 20;
const WITH_LENGTH = 22;
/** Length of MP_JOIN in a SYN, which alone has a token (RFC 8684 §3.2). */
const JOIN_OF_SYN = 12;

/** Flags of a DSS, RFC 8684 §3.3. */
const DATA_FIN = 0x10;
const LONG_SEQUENCE = 0x08;
const HAS_MAPPING = 0x04;
const LONG_ACKNOWLEDGMENT = 0x02;
const HAS_ACKNOWLEDGMENT = 0x01;

/** Of a data sequence number of 8 octets the lower 4 are kept: what is told apart by them lies within 2 GiB. */
export interface DataMapping {
  /** Data sequence number of the first octet; null for the initial one and 1, which the sender's key tells. */
  readonly dataSequence: number | null;
  /** Counted from the subflow's initial sequence number, so that its first octet is 1. */
  readonly subflowSequence: number;
  /** Octets, without the place of a DATA_FIN; 0 for all that follow (RFC 8684 §3.7). */
  readonly length: number;
}

/** Where the first whole option of Multipath TCP from `start` on begins; -1 where there is none. The snaplen may have cut some. */
function optionFrom(buffer: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end && buffer[at] !== END_OF_OPTIONS; ) {
    if (buffer[at] === NO_OPERATION) {
      at++;
      continue;
    }
    const next = at + buffer[at + 1];
    if (at + 2 > end || next < at + 2 || next > end) return -1;
    if (buffer[at] === MULTIPATH && next > at + 3) return at;
    at = next;
  }
  return -1;
}

/** Whether a segment speaks of Multipath TCP at all: those of most connections do not. */
export function hasMultipathOption({ buffer, tcpStart, payloadStart }: Segment): boolean {
  return optionFrom(buffer, tcpStart + OPTIONS_AT, payloadStart) >= 0;
}

/** What the options of one segment say. Reused: each reading sets every field. */
export class MultipathOptions {
  /** Whether there is an MP_CAPABLE, or an MP_JOIN. */
  isCapable = false;
  isJoin = false;
  /** Of MP_CAPABLE. */
  version = 0;
  /** 8 octets each, where they are told. */
  senderKey: Uint8Array | null = null;
  receiverKey: Uint8Array | null = null;
  /** Of the receiver's key, in the SYN of a subflow that joins. */
  token: number | null = null;
  dataAcknowledgment: number | null = null;
  mapping: DataMapping | null = null;
  /** Data sequence number of the DATA_FIN. */
  dataFin: number | null = null;

  read(segment: Segment): void {
    this.#clear();
    const { buffer, tcpStart, payloadStart } = segment;
    for (let at = optionFrom(buffer, tcpStart + OPTIONS_AT, payloadStart); at >= 0; ) {
      const next = at + buffer[at + 1];
      this.#take(buffer, at, next);
      at = optionFrom(buffer, next, payloadStart);
    }
  }

  #clear(): void {
    this.isCapable = false;
    this.isJoin = false;
    this.version = 0;
    this.senderKey = null;
    this.receiverKey = null;
    this.token = null;
    this.dataAcknowledgment = null;
    this.mapping = null;
    this.dataFin = null;
  }

  #take(buffer: Uint8Array, at: number, end: number): void {
    const subtype = buffer[at + 2] >> 4;
    if (subtype === MP_CAPABLE) this.#takeCapable(buffer, at, end - at);
    else if (subtype === MP_JOIN) this.#takeJoin(buffer, at, end - at);
    else if (subtype === DSS) this.#takeDataSequenceSignal(buffer, at, end);
  }

  #takeCapable(buffer: Uint8Array, at: number, length: number): void {
    this.isCapable = true;
    this.version = buffer[at + 2] & 0x0f;
    if (length >= WITH_KEY) this.senderKey = buffer.slice(at + 4, at + 12);
    if (length >= WITH_KEYS) this.receiverKey = buffer.slice(at + 12, at + 20);
    // The data of the third packet or the one behind it begins the stream.
    const mapped = length >= WITH_LENGTH && this.version > 0 ? word16(buffer, at + 20) : 0;
    if (mapped > 0) this.mapping = { dataSequence: null, subflowSequence: 1, length: mapped };
  }

  #takeJoin(buffer: Uint8Array, at: number, length: number): void {
    this.isJoin = true;
    if (length === JOIN_OF_SYN) this.token = word32(buffer, at + 4);
  }

  #takeDataSequenceSignal(buffer: Uint8Array, start: number, end: number): void {
    const flags = buffer[start + 3];
    const view = viewOf(buffer);
    let at = start + 4;
    if ((flags & HAS_ACKNOWLEDGMENT) !== 0) {
      at += (flags & LONG_ACKNOWLEDGMENT) !== 0 ? 8 : 4;
      if (at > end) return;
      this.dataAcknowledgment = view.getInt32(at - 4);
    }
    if ((flags & HAS_MAPPING) === 0) return;
    at += (flags & LONG_SEQUENCE) !== 0 ? 8 : 4;
    // Behind the data sequence number: the subflow's, the length, and perhaps a checksum.
    if (at + 6 > end) return;
    const dataSequence = view.getInt32(at - 4);
    const subflowSequence = view.getInt32(at);
    const length = view.getUint16(at + 4);
    if ((flags & DATA_FIN) === 0) {
      this.mapping = { dataSequence, subflowSequence, length };
      return;
    }
    // It takes the last place of what is mapped, and that is no octet.
    this.dataFin = (dataSequence + length - 1) | 0;
    if (length > 1) this.mapping = { dataSequence, subflowSequence, length: length - 1 };
  }
}
