// A scripted WebSocket connection for a fixture: it writes the packets and, from the same calls, what a reader has to find.
// The truth is what was sent here; nothing that reads has a part in it.

import { Random } from '../test/support/random.ts';
import { type ConversationOptions, type Direction, TcpConversation } from '../test/support/tcp-conversation.ts';
import {
  CLOSE,
  closePayload,
  concat,
  type FrameOptions,
  frame,
  PING,
  PONG,
  type UpgradeOptions,
  upgradeRequest,
  upgradeResponse,
  utf8,
} from '../test/support/websocket-writer.ts';

export interface ExpectedMessage {
  direction: Direction;
  opcode: 'text' | 'binary';
  length: number;
  text?: string;
  /** Octets of a binary message, where nothing decodes them. */
  hex?: string;
  decoded?: { id: number; type: string; value: unknown };
  decodeError?: string;
}

export interface ExpectedControl {
  direction: Direction;
  opcode: 'ping' | 'pong' | 'close';
  length: number;
  code?: number | null;
  reason?: string;
}

export interface ExpectedConnection {
  target: string;
  status: number;
  subprotocol: string | null;
  /** In order within each direction. */
  messages: ExpectedMessage[];
  controls: ExpectedControl[];
  /** Codes of diagnostics, in order. */
  diagnostics: string[];
}

export interface FixtureOptions extends UpgradeOptions {
  /** Settles the masking keys. */
  seed?: number;
  tcp?: ConversationOptions;
}

const OPCODES = { text: 1, binary: 2 };

export class FixtureConversation {
  readonly tcp: TcpConversation;
  readonly expected: ExpectedConnection;
  readonly #random: Random;

  constructor(options: FixtureOptions = {}) {
    this.tcp = new TcpConversation(options.tcp);
    this.#random = new Random(options.seed ?? 1);
    this.expected = {
      target: options.target ?? '/connect',
      status: 101,
      subprotocol: null,
      messages: [],
      controls: [],
      diagnostics: [],
    };
  }

  /** The TCP handshake, the request and a 101. `offer` are fields of the request, `agreement` of the answer. */
  upgrade(options: UpgradeOptions = {}, agreement: UpgradeOptions = options): this {
    this.tcp.open();
    this.tcp.exchange('c2s', upgradeRequest({ ...options, target: this.expected.target }));
    this.tcp.exchange('s2c', upgradeResponse(agreement));
    this.expected.subprotocol = agreement.fields?.find(([name]) => name === 'Sec-WebSocket-Protocol')?.[1] ?? null;
    return this;
  }

  /** The TCP handshake, a request as it is given, and its answer, which refuses. */
  refuse(request: Uint8Array, answer: Uint8Array, status: number): this {
    this.expected.status = status;
    this.tcp.open().exchange('c2s', request).exchange('s2c', answer);
    return this;
  }

  /** A message, in as many frames as `cuts` make of it. */
  message(
    direction: Direction,
    said: string | Uint8Array,
    meaning: Pick<ExpectedMessage, 'decoded' | 'decodeError'> = {},
    cuts: readonly number[] = [],
    between: () => void = () => {},
  ): this {
    const opcode = typeof said === 'string' ? 'text' : 'binary';
    const octets = typeof said === 'string' ? utf8(said) : said;
    const ends = [...cuts, octets.length];
    let start = 0;
    ends.forEach((end, index) => {
      const last = index === ends.length - 1;
      this.octets(direction, index === 0 ? OPCODES[opcode] : 0, octets.subarray(start, end), { fin: last });
      start = end;
      if (!last) between();
    });
    this.found(direction, said, meaning);
    return this;
  }

  /** A message whose octets were sent otherwise. */
  found(
    direction: Direction,
    said: string | Uint8Array,
    meaning: Pick<ExpectedMessage, 'decoded' | 'decodeError'> = {},
  ): this {
    const text = typeof said === 'string';
    const octets = text ? utf8(said) : said;
    this.expected.messages.push({
      direction,
      opcode: text ? 'text' : 'binary',
      length: octets.length,
      ...(text ? { text: said } : {}),
      ...(text || meaning.decoded !== undefined ? {} : { hex: Buffer.from(octets).toString('hex') }),
      ...meaning,
    });
    return this;
  }

  ping(direction: Direction, payload = ''): this {
    this.octets(direction, PING, utf8(payload));
    this.expected.controls.push({ direction, opcode: 'ping', length: utf8(payload).length });
    return this;
  }

  pong(direction: Direction, payload = ''): this {
    this.octets(direction, PONG, utf8(payload));
    this.expected.controls.push({ direction, opcode: 'pong', length: utf8(payload).length });
    return this;
  }

  /** Both close frames, `first`'s first, and TCP's end. */
  close(code: number, reason = '', first: Direction = 'c2s'): this {
    const payload = closePayload(code, reason);
    for (const direction of [first, first === 'c2s' ? 's2c' : 'c2s'] as const) {
      this.octets(direction, CLOSE, payload);
      this.expected.controls.push({ direction, opcode: 'close', length: payload.length, code, reason });
    }
    this.tcp.close(first);
    return this;
  }

  /** One frame, masked as its direction asks for; nothing is expected of it. */
  octets(direction: Direction, opcode: number, payload: Uint8Array, options: FrameOptions = {}): this {
    this.tcp.exchange(direction, this.frame(direction, opcode, payload, options));
    return this;
  }

  /** Several frames in one segment. */
  together(direction: Direction, ...frames: Uint8Array[]): this {
    this.tcp.exchange(direction, concat(...frames));
    return this;
  }

  frame(direction: Direction, opcode: number, payload: Uint8Array, options: FrameOptions = {}): Uint8Array {
    return frame(opcode, payload, direction === 'c2s' ? { key: this.#random.octets(4), ...options } : options);
  }

  /** A rule was broken by what was sent last. */
  breaks(...codes: string[]): this {
    this.expected.diagnostics.push(...codes);
    return this;
  }
}
