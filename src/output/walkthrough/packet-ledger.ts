// The packets of one TCP connection as a reader wants to see them: flags, numbers counted from the start of each stream,
// and what part each one plays. Keeps the first and the last; it knows nothing of what the streams say.

import type { Origin } from '../../capture/packet.ts';
import type { Endpoint } from '../../dissect/events.ts';
import { formatAddress } from '../../link/address.ts';
import { identityOf } from '../../link/identity.ts';
import { ACK, FIN, octetsSent, RST, type Segment, SYN } from '../../link/segment.ts';
import type { Side } from '../../tcp/connection.ts';
import { FirstAndLast } from './first-and-last.ts';
import { StreamNumbers } from './stream-numbers.ts';

/** `copy`: captured before; `ahead`: octets before it were not captured yet; `late`: it brings some of those. */
export type Part = 'new' | 'again' | 'copy' | 'ahead' | 'late' | 'keep-alive' | 'no-data';

export interface PacketRecord {
  readonly number: number;
  /** Seconds since the capture's first packet. */
  readonly elapsed: number;
  readonly side: Side;
  readonly flags: number;
  /** As on the wire, unsigned. */
  readonly sequence: number;
  readonly acknowledgment: number;
  readonly window: number;
  /** Payload octets on the wire. */
  readonly length: number;
  /** Where its payload stands in its side's stream. Moves where that turns out to begin earlier. */
  offset: number;
  /** All octets of the other side before this offset are acknowledged; null where it acknowledges nothing. Moves likewise. */
  acknowledges: number | null;
  readonly part: Part;
  /** TCP options of a SYN as far as they were captured; empty for all others. */
  readonly options: Uint8Array;
  /** Whether there are more options than were captured. */
  readonly optionsCut: boolean;
}

/** Packets that are kept of a long connection. */
export const KEPT_FIRST = 256;
export const KEPT_LAST = 64;
/** Packets with octets of which copies are known. */
const REMEMBERED = 1024;
const TCP_HEADER = 20;
const NO_OPTIONS = new Uint8Array(0);

export class PacketLedger {
  readonly packets = new FirstAndLast<PacketRecord>(KEPT_FIRST, KEPT_LAST);
  /** The end whose packet was captured first, and the other. */
  readonly ends: readonly [Endpoint, Endpoint];
  readonly #family: number;
  readonly #words: readonly number[];
  /** What each of the last packets is told by. */
  readonly #marks = new Set<string>();
  readonly #streams: readonly [StreamNumbers, StreamNumbers] = [new StreamNumbers(), new StreamNumbers()];

  /** @param first the connection's first segment */
  constructor(first: Segment) {
    this.#family = first.family;
    this.#words = wordsOf(first);
    const { source0, source1, source2, source3, destination0, destination1, destination2, destination3 } = first;
    this.ends = [
      { address: formatAddress(first.family, source0, source1, source2, source3), port: first.sourcePort },
      {
        address: formatAddress(first.family, destination0, destination1, destination2, destination3),
        port: first.destinationPort,
      },
    ];
  }

  /** Who sent the segment; null where it is of other endpoints. */
  sideOf(segment: Segment): Side | null {
    if (segment.family !== this.#family) return null;
    const words = wordsOf(segment);
    const half = words.length / 2;
    if (words.every((word, index) => word === this.#words[index])) return 0;
    return words.every((word, index) => word === this.#words[(index + half) % words.length]) ? 1 : null;
  }

  /** Where the last octet ends that a packet of the side brought. */
  octetsOf(side: Side): number {
    return this.#streams[side].octets;
  }

  add(segment: Segment, side: Side, origin: Origin, elapsed: number): PacketRecord {
    const { flags } = segment;
    const isSyn = (flags & SYN) !== 0;
    const own = this.#streams[side];
    const peer = this.#streams[1 - side];
    const sequence = isSyn ? (segment.sequence + 1) | 0 : segment.sequence;
    const captured = segment.payloadEnd - segment.payloadStart;
    const length = octetsSent(segment);
    if ((flags & RST) === 0) {
      if (!own.started) own.start(sequence, length === 0 && (flags & (SYN | FIN)) === FIN);
      if (!peer.started && (flags & ACK) !== 0) {
        // A SYN/ACK says where the other stream began, also where its SYN was not captured.
        if (isSyn) peer.start(segment.acknowledgment, false);
        else peer.guess(segment.acknowledgment);
      }
      this.#move(side, own.beginEarlier(sequence, captured));
    }
    const offset = own.started ? own.offsetOf(sequence) : 0;
    const streamEnd = own.end;
    const fills = own.take(offset, offset + length);
    const isCopy = length > 0 && this.#isCopy(segment, side);
    const part = fills ? 'late' : partOf(flags, offset, length, streamEnd);
    const record: PacketRecord = {
      number: origin.number,
      elapsed,
      side,
      flags,
      sequence: segment.sequence >>> 0,
      acknowledgment: segment.acknowledgment >>> 0,
      window: segment.window,
      length,
      offset,
      acknowledges: (flags & ACK) !== 0 && peer.started ? peer.offsetOf(segment.acknowledgment) : null,
      part: isCopy && part === 'again' ? 'copy' : part,
      options: isSyn ? optionsOf(segment) : NO_OPTIONS,
      optionsCut: isSyn && headerEnd(segment) > segment.payloadStart,
    };
    this.packets.add(record);
    return record;
  }

  /** The stream of a side begins so many octets earlier than its packets so far were counted from. */
  #move(side: Side, octets: number): void {
    if (octets === 0) return;
    for (const packet of this.packets) {
      if (packet.side === side) packet.offset += octets;
      else if (packet.acknowledges !== null) packet.acknowledges += octets;
    }
  }

  /** Whether the packet is one of the last once more, as a capture on several interfaces has it; remembers it. */
  #isCopy(segment: Segment, side: Side): boolean {
    const mark = `${side} ${segment.sequence} ${identityOf(segment)}`;
    if (this.#marks.has(mark)) return true;
    if (this.#marks.size === REMEMBERED) {
      const [oldest] = this.#marks;
      this.#marks.delete(oldest);
    }
    this.#marks.add(mark);
    return false;
  }
}

function wordsOf(segment: Segment): number[] {
  return [
    segment.source0,
    segment.source1,
    segment.source2,
    segment.source3,
    segment.sourcePort,
    segment.destination0,
    segment.destination1,
    segment.destination2,
    segment.destination3,
    segment.destinationPort,
  ];
}

function partOf(flags: number, offset: number, length: number, streamEnd: number): Part {
  // A keep-alive asks for an ACK by an octet that the other end has already, or none (RFC 9293 §3.8.4).
  if (length <= 1 && offset === streamEnd - 1 && (flags & (SYN | FIN | RST)) === 0) return 'keep-alive';
  if (length === 0) return 'no-data';
  if (offset + length <= streamEnd) return 'again';
  return offset > streamEnd ? 'ahead' : 'new';
}

function headerEnd(segment: Segment): number {
  return segment.tcpStart + (segment.buffer[segment.tcpStart + 12] >> 4) * 4;
}

function optionsOf(segment: Segment): Uint8Array {
  return segment.buffer.slice(segment.tcpStart + TCP_HEADER, Math.min(headerEnd(segment), segment.payloadStart));
}
