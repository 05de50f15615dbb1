// TCP segments in any order and with any numbers through the reassembler: every octet that is handed on was captured, each
// place of a stream is accounted for once, and each connection that opens ends.

import { Origin } from '../../src/capture/packet.ts';
import { Segment } from '../../src/link/segment.ts';
import type { Connection, Side } from '../../src/tcp/connection.ts';
import { defaultTcpLimits } from '../../src/tcp/limits.ts';
import { Reassembler } from '../../src/tcp/reassembler.ts';
import type { StreamSink } from '../../src/tcp/stream-sink.ts';
import type { Random } from '../../test/support/random.ts';
import { TcpConversation } from '../../test/support/tcp-conversation.ts';
import type { TcpPacket } from '../../test/support/tcp-packet.ts';
import { type Layer, mustHold } from '../layer.ts';
import { type Mutation, mutated, spliced } from '../mutate.ts';

/**
 * A segment of a case: 1 octet of ends (which of 2 clients, which side, realm), 1 of flags, 4 each of sequence and
 * acknowledgment number, 2 of window, 1 of octets cut off, 1 of payload length.
 */
const RECORD = 14;

function recordOf(packet: TcpPacket, client: number): Uint8Array {
  const record = new Uint8Array(RECORD);
  const view = new DataView(record.buffer);
  record[0] = (client << 1) | (packet.source.port === 8888 ? 1 : 0);
  record[1] = packet.flags;
  view.setUint32(2, packet.sequence);
  view.setUint32(6, packet.acknowledgment);
  view.setUint16(10, packet.window);
  record[13] = Math.min(255, packet.payload.length);
  return record;
}

function conversation(client: number, clientSequence: number): Uint8Array[] {
  const talk = new TcpConversation({ clientSequence, serverSequence: (clientSequence * 7) >>> 0, segmentSize: 40 });
  talk.open();
  for (let turn = 0; turn < 6; turn++) {
    talk.exchange('c2s', new Uint8Array(10 + turn * 17)).exchange('s2c', new Uint8Array(70 - turn * 10));
  }
  talk.close();
  return talk.packets.map((packet) => recordOf(packet, client));
}

const talks = [conversation(0, 1000), conversation(0, 0xffffff80), conversation(1, 5), conversation(0, 0x7fffffe0)];
const interleaved = talks[1].flatMap((record, at) => [record, talks[2][at]]);

/** Whole segments doubled, moved, left out; numbers a little off, or far. */
const SEGMENT_MUTATIONS: readonly Mutation[] = [
  (random, octets) => ofRecord(random, octets, (record) => [record, record]),
  (random, octets) => ofRecord(random, octets, () => []),
  (random, octets) => {
    const from = RECORD * random.between(0, Math.floor(octets.length / RECORD) + 1);
    const record = octets.slice(from, from + RECORD);
    const rest = spliced(octets, from, Math.min(octets.length, from + RECORD));
    const to = RECORD * random.between(0, Math.floor(rest.length / RECORD) + 1);
    return spliced(rest, to, to, record);
  },
  (random, octets) =>
    ofRecord(random, octets, (record) => {
      const changed = record.slice();
      const view = new DataView(changed.buffer);
      const field = random.pick([2, 2, 2, 6]);
      const by = random.pick([random.between(-100, 100), 2 ** random.between(0, 32), -(2 ** random.between(0, 32))]);
      if (changed.length === RECORD) view.setUint32(field, (view.getUint32(field) + by) >>> 0);
      return [changed];
    }),
  (random, octets) =>
    ofRecord(random, octets, (record) => {
      const changed = record.slice();
      changed[random.pick([0, 1, 12, 13])] ^= 1 << random.between(0, 8);
      return [changed];
    }),
];

function ofRecord(random: Random, octets: Uint8Array, change: (record: Uint8Array) => Uint8Array[]): Uint8Array {
  const at = RECORD * random.between(0, Math.floor(octets.length / RECORD) + 1);
  const end = Math.min(octets.length, at + RECORD);
  return spliced(octets, at, end, ...change(octets.subarray(at, end)));
}

interface Account {
  connection: number;
  ended: boolean;
}

/** Keeps the books: what was handed on must have been captured, and nothing comes after an end. */
class Bookkeeper implements StreamSink<Account> {
  opened = 0;
  ended = 0;
  octets = 0;
  buffer: Uint8Array = new Uint8Array(0);
  readonly #dice: Random;

  constructor(dice: Random) {
    this.#dice = dice;
  }

  /** Where it may be another connection, it is one now and then. */
  beginsAnother(_connection: Connection<Account>, _side: Side, segment: Segment, octetsApart: number): boolean {
    mustHold(octetsApart > 0 && segment.payloadStart < segment.payloadEnd, () => `nothing is ${octetsApart} apart`);
    return this.#dice.once(4);
  }

  onOpen(connection: Connection<Account>): void {
    mustHold(connection.number === this.opened, () => `connection ${connection.number} opens as number ${this.opened}`);
    this.opened++;
    connection.upper = { connection: connection.number, ended: false };
  }

  onOctets(
    connection: Connection<Account>,
    side: Side,
    buffer: Uint8Array,
    start: number,
    end: number,
    origin: Origin,
  ) {
    this.#isOpen(connection, side);
    mustHold(start < end && start >= 0 && end <= buffer.length, () => `octets ${start}…${end} of ${buffer.length}`);
    mustHold(origin.number > 0, () => 'octets of no packet');
    this.octets += end - start;
  }

  onGap(connection: Connection<Account>, side: Side, length: number): void {
    this.#isOpen(connection, side);
    mustHold(Number.isSafeInteger(length) && length > 0, () => `a gap of ${length}`);
  }

  onFinding(connection: Connection<Account>, side: Side): void {
    this.#isOpen(connection, side);
  }

  onEnd(connection: Connection<Account>): void {
    this.#isOpen(connection, 0);
    (connection.upper as Account).ended = true;
    this.ended++;
  }

  #isOpen({ upper, number }: Connection<Account>, side: Side): void {
    mustHold(upper !== null && !upper.ended, () => `connection ${number} goes on behind its end`);
    mustHold(side === 0 || side === 1, () => `side ${side}`);
  }
}

/** Whatever is said, said it is: what counts here is how much of it there is. */
const PAYLOAD = new Uint8Array(300);

const TIGHT = { openConnections: 1, rememberedConnections: 1, waitingOctetsADirection: 800, waitingOctets: 1000 };

export const segments: Layer = {
  name: 'segments',
  about: 'TCP segments in any order: octets handed on were captured, nothing follows an end, all that opens ends',
  share: 130,
  corpus: [...talks, interleaved].map((records) => new Uint8Array(Buffer.concat(records))),
  draw: (random, corpus) => mutated(random, corpus, SEGMENT_MUTATIONS),
  run(input: Uint8Array, dice: Random): void {
    const books = new Bookkeeper(dice);
    const limits = dice.once(3) ? { ...defaultTcpLimits, ...TIGHT } : defaultTcpLimits;
    const reassembler = new Reassembler<Account>(books, limits);
    const segment = new Segment();
    const origin = new Origin();
    const view = new DataView(input.buffer, input.byteOffset, input.length);
    let captured = 0;
    for (let at = 0; at + RECORD <= input.length; at += RECORD) {
      const [ends] = input.subarray(at);
      const fromServer = (ends & 1) === 1;
      segment.buffer = PAYLOAD;
      segment.realm = (ends >> 6) & 1;
      segment.source3 = fromServer ? 1 : 2;
      segment.destination3 = fromServer ? 2 : 1;
      const client = 40_000 + ((ends >> 1) & 3);
      segment.sourcePort = fromServer ? 8888 : client;
      segment.destinationPort = fromServer ? client : 8888;
      segment.flags = input[at + 1] & 0x3f;
      segment.sequence = view.getInt32(at + 2);
      segment.acknowledgment = view.getInt32(at + 6);
      segment.window = view.getUint16(at + 10);
      segment.missing = input[at + 12];
      segment.payloadStart = 20;
      segment.payloadEnd = 20 + input[at + 13];
      captured += input[at + 13];
      origin.number++;
      origin.seconds += dice.once(20) ? 30 : 0;
      reassembler.onSegment(segment, origin);
    }
    reassembler.finish(origin);
    mustHold(books.octets <= captured, () => `${books.octets} octets handed on, and ${captured} captured`);
    mustHold(books.opened === reassembler.connections, () => `${reassembler.connections} connections counted`);
    mustHold(books.ended === books.opened, () => `${books.opened} connections opened, ${books.ended} ended`);
  },
};
