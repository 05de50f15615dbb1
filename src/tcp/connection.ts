// The state of one TCP connection: two halves, each with its place in its own sequence space. Plain fields that
// `reassembler.ts` changes; nothing here acts by itself.

import type { Origin } from '../capture/packet.ts';
import type { Segment } from '../link/segment.ts';
import type { WaitingOctets } from './waiting-octets.ts';

/** Which end sent a segment: 0 is the end whose packet was captured first. */
export type Side = 0 | 1;

/** How TCP itself ended. */
export type TcpEnd = 'fin' | 'rst' | 'capture-end' | 'replaced';

/** Why octets were given up. */
export type GapReason = 'not-captured' | 'snaplen' | 'waiting-limit';

/** One direction of a connection: what one end sent. */
export class Half {
  /** Whether `next` is known: from the SYN, else from the first segment seen. */
  started = false;
  /** Sequence number of the next octet to deliver. */
  next = 0;
  /** Octets delivered or given up, so the stream offset of `next`. */
  offset = 0;
  finSeen = false;
  /** Stream offset of the FIN. */
  finOffset = 0;
  /** Whether all up to the FIN was delivered. */
  finished = false;
  /** Highest stream offset that the peer acknowledged. */
  acknowledged = 0;
  /** Packets of the connection seen since the hole at `next` was acknowledged; a capture may show an ACK before its data. */
  packetsSinceAcknowledged = 0;
  waiting: WaitingOctets | null = null;
}

/** A TCP connection; `Upper` is whatever the layer above ties to it. */
export class Connection<Upper> {
  readonly number: number;
  readonly family: number;
  /** Address words and ports (see `Segment`): the segment's source is side 0. Fields, as arrays would double the memory. */
  readonly source0: number;
  readonly source1: number;
  readonly source2: number;
  readonly source3: number;
  readonly port0: number;
  readonly destination0: number;
  readonly destination1: number;
  readonly destination2: number;
  readonly destination3: number;
  readonly port1: number;
  /** Whether the canonical lower endpoint of the table's key is side 0. */
  readonly lowerIsSide0: boolean;
  half0: Half | null = new Half();
  half1: Half | null = new Half();
  /** True once nothing more is to be learned: the entry stays, so that late packets find it. */
  done = false;
  resetSeen = false;
  /** The packet that reset the connection, or its last FIN. */
  endOrigin: Origin | null = null;
  /** Kept beyond `done`: a SYN with another initial sequence number is a new connection. */
  initialSequence0: number | null = null;
  initialSequence1: number | null = null;
  /** Seconds of capture time after which a reset connection is closed for good. */
  lingerUntil = 0;
  upper: Upper | null = null;

  /** @param first the connection's first segment captured */
  constructor(number: number, first: Segment, lowerIsSide0: boolean) {
    this.number = number;
    this.family = first.family;
    this.source0 = first.source0;
    this.source1 = first.source1;
    this.source2 = first.source2;
    this.source3 = first.source3;
    this.port0 = first.sourcePort;
    this.destination0 = first.destination0;
    this.destination1 = first.destination1;
    this.destination2 = first.destination2;
    this.destination3 = first.destination3;
    this.port1 = first.destinationPort;
    this.lowerIsSide0 = lowerIsSide0;
  }
}
