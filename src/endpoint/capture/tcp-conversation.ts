// What TCP puts on the wire for one connection whose opening, data and end are told: handshake with options, segments,
// acknowledgements, FIN or RST, each with right sequence numbers. The client is who opens it. Packets are plain records,
// handed on at once. It reads no clock and no socket.

import { otherDirection } from '../../dissect/direction.ts';
import type { Direction } from '../../dissect/events.ts';
import type { Peer, TcpPacket } from '../../link/packet-writer.ts';
import { ACK, FIN, PSH, RST, SYN } from '../../link/segment.ts';

export interface TcpConversationOptions {
  client: Peer;
  server: Peer;
  /** Sequence number of each side's SYN. */
  clientSequence: number;
  serverSequence: number;
  /** Milliseconds for the timestamps option (RFC 7323 §3); without it the SYNs have a maximum segment size and nothing else. */
  timestamp?: (() => number) | undefined;
  /** Payload octets of a segment at most; by default what an Ethernet frame of 1,514 octets holds. For tests. */
  segmentSize?: number | undefined;
}

const NOTHING: Uint8Array = new Uint8Array(0);

/** Ethernet's 1,500 octets less the headers of IP and TCP. */
const maximumSegmentSize = (peer: Peer) => (peer.address.length === 4 ? 1460 : 1440);
/** Two NOPs and the timestamps. */
const TIMESTAMPS_LENGTH = 12;
/** Linux's first windows of client and server, and what both offer afterwards: 64,256 octets, scaled by 7 bits. */
const WINDOWS = { c2s: 64_240, s2c: 65_160 };
const WINDOW_SHIFT = 7;
const SCALED_WINDOW = 502;
const UNSCALED_WINDOW = 0xffff;

interface Sender {
  readonly peer: Peer;
  /** Sequence number of the next octet. */
  next: number;
  identification: number;
  /** The timestamp that this side sent last. */
  timestamp: number;
}

function word(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

export class TcpConversation {
  readonly #sides: Record<Direction, Sender>;
  readonly #segmentSize: number;
  readonly #timestamp: (() => number) | undefined;
  readonly #emit: (packet: TcpPacket) => void;

  constructor(options: TcpConversationOptions, emit: (packet: TcpPacket) => void) {
    const { client, server, clientSequence, serverSequence, timestamp } = options;
    const sender = (peer: Peer, next: number): Sender => ({
      peer,
      next: next >>> 0,
      identification: next & 0xffff,
      timestamp: 0,
    });
    this.#sides = { c2s: sender(client, clientSequence), s2c: sender(server, serverSequence) };
    this.#timestamp = timestamp;
    const room = maximumSegmentSize(client) - (timestamp ? TIMESTAMPS_LENGTH : 0);
    this.#segmentSize = options.segmentSize ?? room;
    this.#emit = emit;
  }

  /** SYN, SYN/ACK, ACK. `early`, for tests, rides in the SYN. */
  open(early: Uint8Array = NOTHING): void {
    this.#add('c2s', SYN, early);
    this.#add('s2c', SYN | ACK);
    this.acknowledge('c2s');
  }

  /** Data in as many segments as it takes, unacknowledged; nothing where there is none. For tests. */
  send(direction: Direction, data: Uint8Array): void {
    this.#inSegments(direction, data, () => {});
  }

  /** Data, with the other side's ACK of each second segment and of the last. */
  exchange(direction: Direction, data: Uint8Array): void {
    this.#inSegments(direction, data, (number, last) => {
      if (last || number % 2 === 1) this.acknowledge(otherDirection(direction));
    });
  }

  /** An ACK without data in `direction`. */
  acknowledge(direction: Direction): void {
    this.#add(direction, ACK);
  }

  /** A FIN in `direction` alone: a half-close. */
  finish(direction: Direction): void {
    this.#add(direction, FIN | ACK);
  }

  reset(direction: Direction): void {
    this.#add(direction, RST | ACK);
  }

  /** Lets `octets` go by as though they had been sent and not been captured. For tests. */
  skip(direction: Direction, octets: number): void {
    const sender = this.#sides[direction];
    sender.next = (sender.next + octets) >>> 0;
  }

  #inSegments(direction: Direction, data: Uint8Array, sent: (number: number, last: boolean) => void): void {
    for (let at = 0, number = 0; at < data.length; at += this.#segmentSize, number++) {
      const end = Math.min(at + this.#segmentSize, data.length);
      const last = end === data.length;
      this.#add(direction, last ? ACK | PSH : ACK, data.subarray(at, end));
      sent(number, last);
    }
  }

  #add(direction: Direction, flags: number, payload = NOTHING): void {
    const from = this.#sides[direction];
    const to = this.#sides[otherDirection(direction)];
    this.#emit({
      source: from.peer,
      destination: to.peer,
      sequence: from.next,
      acknowledgment: flags & ACK ? to.next : 0,
      flags,
      window: this.#window(direction, flags),
      options: this.#options(flags, from, to),
      payload,
      ...(this.#timestamp ? { identification: from.identification } : {}),
    });
    from.identification = (from.identification + 1) & 0xffff;
    from.next = (from.next + payload.length + (flags & (SYN | FIN) ? 1 : 0)) >>> 0;
  }

  #window(direction: Direction, flags: number): number {
    if (!this.#timestamp) return UNSCALED_WINDOW;
    return flags & SYN ? WINDOWS[direction] : SCALED_WINDOW;
  }

  /** RFC 9293 §3.2, RFC 7323, RFC 2018; in the order in which Linux writes them. */
  #options(flags: number, from: Sender, to: Sender): Uint8Array {
    const size = maximumSegmentSize(from.peer);
    const segmentSize = [2, 4, size >> 8, size & 0xff];
    if (!this.#timestamp) return flags & SYN ? Uint8Array.from(segmentSize) : NOTHING;
    from.timestamp = this.#timestamp() >>> 0;
    const timestamps = [8, 10, ...word(from.timestamp), ...word(flags & ACK ? to.timestamp : 0)];
    if (flags & SYN) return Uint8Array.from([...segmentSize, 4, 2, ...timestamps, 1, 3, 3, WINDOW_SHIFT]);
    return Uint8Array.from([1, 1, ...timestamps]);
  }
}
