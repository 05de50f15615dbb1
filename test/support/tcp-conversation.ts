// A TCP conversation by script, as the tap writes it but without timestamps. Its packets are plain records in a list, so a
// test reorders, repeats, drops or splits them with ordinary array methods before they are written.

import { otherSide, type Side, TcpConversation as Written } from '../../src/endpoint/capture/tcp-conversation.ts';
import { FIN, type Peer, PSH, peer, type TcpPacket } from './tcp-packet.ts';

export type { Side };

export interface ConversationOptions {
  client?: Peer;
  server?: Peer;
  /** Sequence number of each side's SYN. */
  clientSequence?: number;
  serverSequence?: number;
  /** Payload octets of a segment at most. */
  segmentSize?: number;
}

export class TcpConversation {
  readonly packets: TcpPacket[] = [];
  readonly #written: Written;

  constructor(options: ConversationOptions = {}) {
    const {
      client = peer('10.0.0.1', 40001),
      server = peer('10.0.0.2', 8888),
      clientSequence = 1000,
      serverSequence = 5000,
      segmentSize = 1448,
    } = options;
    const all = { client, server, clientSequence, serverSequence, segmentSize };
    this.#written = new Written(all, (packet) => this.packets.push(packet));
  }

  /** SYN, SYN/ACK, ACK. `early` rides in the SYN. */
  open(early?: Uint8Array): this {
    this.#written.open(early);
    return this;
  }

  /** Data in as many segments as it takes, unacknowledged; nothing where there is none. */
  send(side: Side, data: Uint8Array): this {
    this.#written.send(side, data);
    return this;
  }

  /** An ACK without data from `side`. */
  acknowledge(side: Side): this {
    this.#written.acknowledge(side);
    return this;
  }

  /** Data and the other side's ACK of all of it. */
  exchange(side: Side, data: Uint8Array): this {
    return this.send(side, data).acknowledge(otherSide(side));
  }

  /** A FIN of `side` alone: a half-close. */
  finish(side: Side): this {
    this.#written.finish(side);
    return this;
  }

  /** Both sides' FINs, `first`'s first, and the last ACK. */
  close(first: Side = 'c2s'): this {
    return this.finish(first).finish(otherSide(first)).acknowledge(first);
  }

  reset(side: Side): this {
    this.#written.reset(side);
    return this;
  }

  /** Lets `octets` go by as though a capture had lost them. */
  skip(side: Side, octets: number): this {
    this.#written.skip(side, octets);
    return this;
  }
}

/** Two segments with the octets before and from `at`, as a retransmission might cut them. */
export function splitPacket(packet: TcpPacket, at: number): [TcpPacket, TcpPacket] {
  return [
    { ...packet, payload: packet.payload.subarray(0, at), flags: packet.flags & ~(FIN | PSH) },
    { ...packet, payload: packet.payload.subarray(at), sequence: (packet.sequence + at) >>> 0 },
  ];
}

/** One segment with the octets of `packet` and of `next`, which follows it. */
export function joinPackets(packet: TcpPacket, next: TcpPacket): TcpPacket {
  const payload = new Uint8Array(packet.payload.length + next.payload.length);
  payload.set(packet.payload);
  payload.set(next.payload, packet.payload.length);
  return { ...packet, flags: packet.flags | next.flags, payload };
}
