// A TCP conversation by script, as the tap writes it but without timestamps. Its packets are plain records in a list, so a
// test reorders, repeats, drops or splits them with ordinary array methods before they are written.

import { otherDirection } from '../../src/dissect/direction.ts';
import type { Direction } from '../../src/dissect/events.ts';
import { TcpConversation as Written } from '../../src/endpoint/capture/tcp-conversation.ts';
import { FIN, type Peer, PSH, peer, type TcpPacket } from './tcp-packet.ts';

export type { Direction };

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
  send(direction: Direction, data: Uint8Array): this {
    this.#written.send(direction, data);
    return this;
  }

  /** An ACK without data in `direction`. */
  acknowledge(direction: Direction): this {
    this.#written.acknowledge(direction);
    return this;
  }

  /** Data and the other side's ACK of all of it. */
  exchange(direction: Direction, data: Uint8Array): this {
    return this.send(direction, data).acknowledge(otherDirection(direction));
  }

  /** A FIN in `direction` alone: a half-close. */
  finish(direction: Direction): this {
    this.#written.finish(direction);
    return this;
  }

  /** Both sides' FINs, `first`'s first, and the last ACK. */
  close(first: Direction = 'c2s'): this {
    return this.finish(first).finish(otherDirection(first)).acknowledge(first);
  }

  reset(direction: Direction): this {
    this.#written.reset(direction);
    return this;
  }

  /** Lets `octets` go by as though a capture had lost them. */
  skip(direction: Direction, octets: number): this {
    this.#written.skip(direction, octets);
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
