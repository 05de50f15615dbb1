// A TCP conversation by script: handshake, data in segments, acknowledgements, the end. Its packets are plain records in
// a list, so a test reorders, repeats, drops or splits them with ordinary array methods before they are written.

import { ACK, FIN, type Peer, PSH, peer, RST, SYN, type TcpPacket } from './tcp-packet.ts';

/** Who sends: `c2s` the client, which opened the connection, `s2c` the server. */
export type Side = 'c2s' | 's2c';

export interface ConversationOptions {
  client?: Peer;
  server?: Peer;
  /** Sequence number of each side's SYN. */
  clientSequence?: number;
  serverSequence?: number;
  /** Payload octets of a segment at most. */
  segmentSize?: number;
}

const NOTHING = new Uint8Array(0);

function otherSide(side: Side): Side {
  return side === 'c2s' ? 's2c' : 'c2s';
}

export class TcpConversation {
  readonly packets: TcpPacket[] = [];
  readonly #peers: Record<Side, Peer>;
  /** Sequence number of the next octet that each side sends. */
  readonly #next: Record<Side, number>;
  readonly #segmentSize: number;

  constructor(options: ConversationOptions = {}) {
    this.#peers = { c2s: options.client ?? peer('10.0.0.1', 40001), s2c: options.server ?? peer('10.0.0.2', 8888) };
    this.#next = { c2s: (options.clientSequence ?? 1000) >>> 0, s2c: (options.serverSequence ?? 5000) >>> 0 };
    this.#segmentSize = options.segmentSize ?? 1448;
  }

  #add(side: Side, flags: number, payload: Uint8Array, options = NOTHING): void {
    this.packets.push({
      source: this.#peers[side],
      destination: this.#peers[otherSide(side)],
      sequence: this.#next[side],
      acknowledgment: flags & ACK ? this.#next[otherSide(side)] : 0,
      flags,
      window: 0xffff,
      options,
      payload,
    });
    const occupied = payload.length + (flags & (SYN | FIN) ? 1 : 0);
    this.#next[side] = (this.#next[side] + occupied) >>> 0;
  }

  /** SYN, SYN/ACK, ACK. `early` rides in the SYN. */
  open(early: Uint8Array = NOTHING): this {
    // Maximum segment size 1,460.
    const options = Uint8Array.of(2, 4, 0x05, 0xb4);
    this.#add('c2s', SYN, early, options);
    this.#add('s2c', SYN | ACK, NOTHING, options);
    return this.acknowledge('c2s');
  }

  /** Data in as many segments as it takes, unacknowledged; nothing where there is none. */
  send(side: Side, data: Uint8Array): this {
    for (let at = 0; at < data.length; at += this.#segmentSize) {
      const end = Math.min(at + this.#segmentSize, data.length);
      this.#add(side, end === data.length ? ACK | PSH : ACK, data.subarray(at, end));
    }
    return this;
  }

  /** An ACK without data from `side`. */
  acknowledge(side: Side): this {
    this.#add(side, ACK, NOTHING);
    return this;
  }

  /** Data and the other side's ACK of it. */
  exchange(side: Side, data: Uint8Array): this {
    return this.send(side, data).acknowledge(otherSide(side));
  }

  /** A FIN of `side` alone: a half-close. */
  finish(side: Side): this {
    this.#add(side, FIN | ACK, NOTHING);
    return this;
  }

  /** Both sides' FINs, `first`'s first, and the last ACK. */
  close(first: Side = 'c2s'): this {
    return this.finish(first).finish(otherSide(first)).acknowledge(first);
  }

  reset(side: Side): this {
    this.#add(side, RST | ACK, NOTHING);
    return this;
  }

  /** Lets `octets` go by as though a capture had lost them. */
  skip(side: Side, octets: number): this {
    this.#next[side] = (this.#next[side] + octets) >>> 0;
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
