// Subflows of a Multipath TCP connection by script, with the options of RFC 8684 (and of RFC 6824, for version 0). Keys, tokens and
// initial data sequence numbers are those that tshark tells of a recorded handshake, so that nothing here hashes.

import { otherDirection } from '../../src/dissect/direction.ts';
import { type ConversationOptions, type Direction, TcpConversation } from './tcp-conversation.ts';
import { peer, type TcpPacket } from './tcp-packet.ts';

interface KeyedEnd {
  readonly key: bigint;
  readonly token: number;
  /** Initial data sequence number. */
  readonly initial: bigint;
}

/** By version: SHA-256 of the keys for 1, SHA-1 for 0. */
const ENDS: Record<0 | 1, Record<Direction, KeyedEnd>> = {
  1: {
    c2s: { key: 1835394444710231932n, token: 3638351440, initial: 12838439812235925191n },
    s2c: { key: 1053742507842989316n, token: 3833605169, initial: 12577790026386220463n },
  },
  0: {
    c2s: { key: 1835394444710231932n, token: 2741440948, initial: 5154792562612067873n },
    s2c: { key: 1053742507842989316n, token: 4123983202, initial: 11805439342941733754n },
  },
};

const NOTHING = new Uint8Array(0);
const KIND = 30;

function octetsOf(value: bigint, length: number): number[] {
  return Array.from({ length }, (_, at) => Number((value >> BigInt(8 * (length - 1 - at))) & 0xffn));
}

function padded(option: readonly number[]): Uint8Array {
  return Uint8Array.from([...option, ...new Array<number>((4 - (option.length % 4)) % 4).fill(1)]);
}

/** MP_CAPABLE, RFC 8684 §3.1, with what follows its flags. */
function capable(version: number, rest: readonly number[]): number[] {
  return [KIND, 4 + rest.length, version, 0x01, ...rest];
}

/** What a DSS says, RFC 8684 §3.3; data sequence numbers as they stand there. */
export interface DataSequenceSignal {
  acknowledgment?: bigint | undefined;
  mapping?: { dataSequence: bigint; subflowSequence: number; length: number } | undefined;
  /** Octets of a data sequence number or acknowledgment, 8 where it is left out. */
  width?: 4 | 8 | undefined;
  checksum?: boolean | undefined;
  dataFin?: boolean | undefined;
}

export function signal({ acknowledgment, mapping, width = 8, checksum, dataFin }: DataSequenceSignal): Uint8Array {
  const isLong = width === 8;
  const parts: number[] = [];
  let flags = dataFin ? 0x10 : 0;
  if (acknowledgment !== undefined) {
    flags |= isLong ? 0x03 : 0x01;
    parts.push(...octetsOf(acknowledgment, width));
  }
  if (mapping !== undefined) {
    flags |= isLong ? 0x0c : 0x04;
    parts.push(...octetsOf(mapping.dataSequence, width), ...octetsOf(BigInt(mapping.subflowSequence), 4));
    parts.push(...octetsOf(BigInt(mapping.length), 2), ...(checksum ? [0xab, 0xcd] : []));
  }
  return padded([KIND, 4 + parts.length, 0x20, flags, ...parts]);
}

export interface MultipathOptions {
  version?: 0 | 1;
  width?: 4 | 8;
  checksum?: boolean;
}

/** One TCP connection of a multipath one. Data is placed by its offset in what its direction says over all of them. */
export class SubflowWriter {
  readonly #talk: TcpConversation;
  readonly #connection: MultipathWriter;
  /** Octets sent over it. */
  readonly #sent: Record<Direction, number> = { c2s: 0, s2c: 0 };

  constructor(connection: MultipathWriter, options: ConversationOptions) {
    this.#connection = connection;
    this.#talk = new TcpConversation(options);
  }

  /** SYN, SYN/ACK and ACK with MP_CAPABLE. */
  open(): this {
    const { version } = this.#connection;
    const [client, server] = [octetsOf(ENDS[version].c2s.key, 8), octetsOf(ENDS[version].s2c.key, 8)];
    const options = [capable(version, version === 0 ? client : []), capable(version, server)];
    const all = [...options, capable(version, [...client, ...server])];
    return this.#write(all.map(padded), () => this.#talk.open());
  }

  /** SYN, SYN/ACK and ACK with MP_JOIN (RFC 8684 §3.2); `to` is whose key the token is of. */
  join(to: Direction = 's2c'): this {
    const token = octetsOf(BigInt(ENDS[this.#connection.version][to].token), 4);
    const filled = (length: number) => new Array<number>(length).fill(7);
    const syn = [KIND, 12, 0x10, 1, ...token, ...filled(4)];
    const all = [syn, [KIND, 16, 0x10, 1, ...filled(12)], [KIND, 24, 0x10, 0, ...filled(20)]];
    return this.#write(all.map(padded), () => this.#talk.open());
  }

  /** Data in as many segments as it takes, all with the same mapping; it stands at `at` of what the direction says. */
  send(direction: Direction, data: Uint8Array, at: number): this {
    const mapping = this.mapping(direction, at, data.length);
    return this.sendWith(direction, data, signal({ mapping, ...this.#connection.form }));
  }

  /** The first data of a direction in version 1, mapped by MP_CAPABLE. */
  sendFirst(direction: Direction, data: Uint8Array): this {
    const { c2s, s2c } = ENDS[1];
    const keys = direction === 'c2s' ? [c2s.key, s2c.key] : [s2c.key, c2s.key];
    const length = octetsOf(BigInt(data.length), 2);
    const option = capable(1, [...keys.flatMap((key) => octetsOf(key, 8)), ...length]);
    return this.sendWith(direction, data, padded(option));
  }

  /** Data whose segments have these options. */
  sendWith(direction: Direction, data: Uint8Array, options: Uint8Array = NOTHING): this {
    this.#sent[direction] += data.length;
    return this.#write([options], () => this.#talk.send(direction, data));
  }

  /** A bare acknowledgment: of all data of the other direction before `at`. */
  acknowledge(direction: Direction, at: number): this {
    const { initial } = ENDS[this.#connection.version][otherDirection(direction)];
    const acknowledgment = initial + 1n + BigInt(at);
    const options = signal({ acknowledgment, ...this.#connection.form });
    return this.#write([options], () => this.#talk.acknowledge(direction));
  }

  /** A DATA_FIN without data, behind what the direction said before `at`. */
  finishData(direction: Direction, at: number): this {
    const mapping = { ...this.mapping(direction, at, 1), subflowSequence: 0 };
    const options = signal({ mapping, dataFin: true, ...this.#connection.form });
    return this.#write([options], () => this.#talk.acknowledge(direction));
  }

  finish(direction: Direction): this {
    return this.#write([NOTHING], () => this.#talk.finish(direction));
  }

  reset(direction: Direction): this {
    return this.#write([NOTHING], () => this.#talk.reset(direction));
  }

  /** Lets octets go by as though a capture had lost them. */
  skip(direction: Direction, octets: number): this {
    this.#sent[direction] += octets;
    this.#talk.skip(direction, octets);
    return this;
  }

  /** How a mapping says that the next octets of a direction are those at `at` of what it says. */
  mapping(direction: Direction, at: number, length: number) {
    return this.mappingOf(direction, at, length, direction);
  }

  /** The same where the subflow was opened by the other end: what `said` says in the connection goes over it in `direction`. */
  mappingOf(said: Direction, at: number, length: number, direction: Direction) {
    const { initial } = ENDS[this.#connection.version][said];
    const dataSequence = (initial + 1n + BigInt(at)) & 0xffff_ffff_ffff_ffffn;
    return { dataSequence, subflowSequence: this.#sent[direction] + 1, length };
  }

  /** Each packet written has the options of its place, and those behind them the last. */
  #write(options: readonly Uint8Array[], write: () => void): this {
    const { packets } = this.#talk;
    const before = packets.length;
    write();
    for (const [at, packet] of packets.slice(before).entries()) {
      const more = options[Math.min(at, options.length - 1)];
      this.#connection.packets.push({ ...packet, options: Uint8Array.from([...packet.options, ...more]) });
    }
    return this;
  }
}

export class MultipathWriter {
  /** Of all subflows, in the order in which they were written. */
  readonly packets: TcpPacket[] = [];
  readonly version: 0 | 1;
  readonly form: Pick<DataSequenceSignal, 'width' | 'checksum'>;

  constructor({ version = 1, ...form }: MultipathOptions = {}) {
    this.version = version;
    this.form = form;
  }

  subflow(options: ConversationOptions = {}): SubflowWriter {
    return new SubflowWriter(this, options);
  }

  /** A subflow from another address of the client's. */
  second(options: ConversationOptions = {}): SubflowWriter {
    return this.subflow({
      client: peer('10.9.0.1', 50001),
      clientSequence: 0x7000_0000,
      serverSequence: 900,
      ...options,
    });
  }
}
