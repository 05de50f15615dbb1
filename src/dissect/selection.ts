// Which connections and messages a user wants to see: a sink before another sink. Passes views on as they are; compares
// numbers first, and looks into a payload only where the question cannot be answered without.

import type { PayloadCodec } from '../codec/codec.ts';
import { undoEscapes } from '../codec/json-escapes.ts';
import { OctetWriter } from '../codec/octet-writer.ts';
import type { Segment } from '../link/segment.ts';
import type { DirectionFacts } from '../tcp/transport-facts.ts';
import { BINARY, CLOSE, opcodeName, TEXT } from '../ws/opcodes.ts';
import type { Direction, OpcodeName } from './events.ts';
import type { PassingSink } from './passing-sink.ts';
import { indexOfOctets, makeMatcher, type TextMatcher } from './selection-pattern.ts';
import type {
  ControlView,
  ConversationView,
  DirectionIndex,
  DissectionSink,
  EndView,
  FrameView,
  HandshakeView,
  MessageView,
  MidstreamView,
  RareEvent,
  SinkNeeds,
} from './sink.ts';

/** What to select; what is left out does not restrict. Of each list, one must fit. */
export interface Selection {
  /** Numbers of TCP connections. */
  connections?: readonly number[] | undefined;
  /** Ports, of either end. */
  ports?: readonly number[] | undefined;
  /** Addresses of either end, spelled as in events. */
  hosts?: readonly string[] | undefined;
  opcodes?: readonly OpcodeName[] | undefined;
  direction?: Direction | undefined;
  /** Names of message types; needs a codec. */
  types?: readonly string[] | undefined;
  /**
   * Looked for in text messages, in the decoded values of others (as compact JSON, but their texts as they were said,
   * without escapes), and in close reasons; see `makeMatcher`.
   */
  grep?: string | undefined;
  /** Messages and control frames, counted together, after which nothing is passed on but the summary. */
  limit?: number | undefined;
}

/** What stands before the value in what a codec writes; ids and type names cannot contain it. */
const VALUE = new TextEncoder().encode('"value":');

const EITHER = -1;
const ALL_OPCODES = 0xffff;

export class SelectingSink implements PassingSink {
  readonly needs: SinkNeeds;
  /** Whether the limit was reached. */
  satisfied = false;
  readonly #sink: DissectionSink;
  readonly #codec: PayloadCodec | null;
  readonly #onSatisfied: () => void;
  readonly #connections: ReadonlySet<number> | null;
  readonly #ports: ReadonlySet<number> | null;
  readonly #hosts: ReadonlySet<string> | null;
  readonly #types: ReadonlySet<string> | null;
  /** One bit an opcode. */
  readonly #opcodes: number;
  readonly #direction: DirectionIndex | typeof EITHER;
  readonly #matcher: TextMatcher | null;
  readonly #decoded = new OctetWriter();
  #left: number;
  /** Connections not wanted, known from their opening; their later events name no endpoints. */
  readonly #unwanted = new Set<number>();
  /** The verdict on the connection seen last: most of the time the next message is of the same. */
  #connection = -1;
  #wanted = false;

  /**
   * @param onSatisfied called once, when the limit is reached; it may throw to end the reading at that message
   * @throws {PatternError}
   */
  constructor(
    sink: DissectionSink,
    selection: Selection,
    codec: PayloadCodec | null,
    onSatisfied: () => void = () => {},
  ) {
    this.#sink = sink;
    this.#codec = codec;
    this.#onSatisfied = onSatisfied;
    this.#connections = setOf(selection.connections);
    this.#ports = setOf(selection.ports);
    this.#hosts = setOf(selection.hosts);
    this.#types = setOf(selection.types);
    this.#opcodes = opcodeBits(selection.opcodes);
    this.#direction = selection.direction === undefined ? EITHER : selection.direction === 'c2s' ? 0 : 1;
    this.#matcher = selection.grep === undefined ? null : makeMatcher(selection.grep);
    this.#left = selection.limit ?? Number.POSITIVE_INFINITY;
    const looksInside = this.#matcher !== null || this.#types !== null;
    this.needs = { ...sink.needs, payloads: sink.needs.payloads || looksInside };
  }

  onEvent(event: RareEvent): void {
    if (event.type === 'capture' || event.type === 'summary') {
      this.#sink.onEvent(event);
      return;
    }
    // Where the reading stopped, connections have no end and nothing is missing.
    if (this.satisfied) return;
    const { connection } = event;
    if (event.type === 'comment' && this.#connections !== null && !this.#connections.has(connection ?? -1)) return;
    if (connection === null || !this.#unwanted.has(connection)) this.#sink.onEvent(event);
  }

  onTransport(connection: number, c2s: DirectionFacts, s2c: DirectionFacts, roundTrip: number): void {
    this.#sink.onTransport?.(connection, c2s, s2c, roundTrip);
  }

  onConnection(connection: number, segment: Segment): void {
    this.#sink.onConnection?.(connection, segment);
  }

  onHandshake(handshake: HandshakeView): void {
    if (this.satisfied) return;
    const { conversation } = handshake;
    this.#judge(conversation);
    if (!this.#unwanted.has(conversation.connection)) this.#sink.onHandshake(handshake);
  }

  /** A connection begun midstream has no handshake by which it could be told before. */
  onMidstream(midstream: MidstreamView): void {
    if (this.satisfied) return;
    const { conversation } = midstream;
    this.#judge(conversation);
    if (!this.#unwanted.has(conversation.connection)) this.#sink.onMidstream(midstream);
  }

  onFrame(frame: FrameView): void {
    // A frame by itself has no type and says nothing.
    if (this.satisfied || this.#matcher !== null || this.#types !== null) return;
    if (this.#passes(frame.conversation, frame.direction, frame.opcode)) this.#sink.onFrame(frame);
  }

  onMessage(message: MessageView): void {
    if (this.satisfied || !this.#passes(message.conversation, message.direction, message.opcode)) return;
    if (this.#types !== null && !this.#hasType(message, this.#types)) return;
    if (this.#matcher !== null && !this.#says(message, this.#matcher)) return;
    this.#sink.onMessage(message);
    this.#count();
  }

  onControl(control: ControlView): void {
    if (this.satisfied || this.#types !== null) return;
    if (!this.#passes(control.conversation, control.direction, control.opcode)) return;
    if (this.#matcher !== null && !hasReason(control, this.#matcher)) return;
    this.#sink.onControl(control);
    this.#count();
  }

  onEnd(end: EndView): void {
    // Where the reading stopped, connections have no end.
    if (this.satisfied) return;
    if (!this.#unwanted.delete(end.conversation.connection)) this.#sink.onEnd(end);
  }

  #count(): void {
    if (--this.#left > 0) return;
    this.satisfied = true;
    this.#onSatisfied();
  }

  #passes(conversation: ConversationView, direction: DirectionIndex, opcode: number): boolean {
    if (((this.#opcodes >> opcode) & 1) === 0) return false;
    if (this.#direction !== EITHER && this.#direction !== direction) return false;
    if (conversation.connection !== this.#connection) {
      this.#connection = conversation.connection;
      this.#wanted = this.#wants(conversation);
    }
    return this.#wanted;
  }

  #judge(conversation: ConversationView): void {
    if (this.#wants(conversation)) this.#unwanted.delete(conversation.connection);
    else this.#unwanted.add(conversation.connection);
  }

  /** Asks for endpoints only where they matter: addresses are made text when they are asked for. */
  #wants(conversation: ConversationView): boolean {
    if (this.#connections !== null && !this.#connections.has(conversation.connection)) return false;
    const ports = this.#ports;
    if (ports !== null && !ports.has(conversation.client.port) && !ports.has(conversation.server.port)) return false;
    const hosts = this.#hosts;
    return hosts === null || hosts.has(conversation.client.address) || hosts.has(conversation.server.address);
  }

  #hasType(message: MessageView, types: ReadonlySet<string>): boolean {
    if (this.#codec === null || message.opcode !== BINARY || !message.readable || message.opaque) return false;
    message.read();
    const type = this.#codec.typeOf(message.octets, message.start, message.end);
    return type !== null && types.has(type);
  }

  #says(message: MessageView, matcher: TextMatcher): boolean {
    if (!message.readable || message.opaque) return false;
    if (message.opcode === TEXT) {
      message.read();
      return matcher.matches(message.octets, message.start, message.end);
    }
    if (this.#codec === null) return false;
    message.read();
    const decoded = this.#decoded;
    decoded.position = 0;
    if (this.#codec.write(message.octets, message.start, message.end, decoded) !== null) return false;
    const value = indexOfOctets(decoded.buffer, 0, decoded.position, VALUE) + VALUE.length;
    return matcher.matches(decoded.buffer, value, undoEscapes(decoded.buffer, value, decoded.position - 1));
  }
}

function hasReason(control: ControlView, matcher: TextMatcher): boolean {
  if (control.opcode !== CLOSE || control.length <= 2) return false;
  control.read();
  return matcher.matches(control.octets, control.start + 2, control.end);
}

function setOf<T>(wanted: readonly T[] | undefined): ReadonlySet<T> | null {
  return wanted === undefined ? null : new Set(wanted);
}

function opcodeBits(names: readonly OpcodeName[] | undefined): number {
  if (names === undefined) return ALL_OPCODES;
  let bits = 0;
  for (let opcode = 0; opcode < 16; opcode++) if (names.includes(opcodeName(opcode) as OpcodeName)) bits |= 1 << opcode;
  return bits;
}
