// One direction of an upgraded connection: octets in, views out to the sink. Joins the frame parser and the assembler of
// `src/ws/` with what only a connection knows: who speaks, and in which packet.

import { NOWHERE, type Origin } from '../capture/packet.ts';
import type { Rule } from '../tcp/rules.ts';
import type { Allowance } from '../ws/allowance.ts';
import type { DirectionExtensions } from '../ws/extensions.ts';
import { FrameParser } from '../ws/frame-parser.ts';
import type { Inflaters } from '../ws/inflaters.ts';
import { MessageAssembler, type MessageSink } from '../ws/message-assembler.ts';
import { CLOSE } from '../ws/opcodes.ts';
import type { Payload } from '../ws/payload.ts';
import type { WebSocketRuleCode } from '../ws/rules.ts';
import { ruleOf } from './diagnostics.ts';
import {
  CLIENT_TO_SERVER,
  type ControlView,
  type ConversationView,
  type DirectionIndex,
  type DissectionSink,
  type FrameView,
  type MessageView,
} from './sink.ts';

/** What the messages of all directions share. */
export interface MessageLimits {
  /** Octets of one message that are held. */
  readonly messageLimit: number;
  /** What may be held in all, before upgrades and of messages in pieces. */
  readonly allowance: Allowance;
  readonly inflaters: Inflaters;
}

/** What a direction needs of its conversation. */
export interface DirectionOwner extends ConversationView {
  report(rule: Rule, direction: DirectionIndex | null, message: string, origin: Origin): void;
}

/** Stands for the conversation of a reader that has none. */
const NOBODY = {} as DirectionOwner;

export class DirectionReader implements MessageSink {
  #owner: DirectionOwner = NOBODY;
  #direction: DirectionIndex = CLIENT_TO_SERVER;
  readonly #sink: DissectionSink;
  readonly #parser: FrameParser;
  readonly #assembler: MessageAssembler;
  /** Made for the first frame that is asked for. */
  #frameView: FrameRecord | null = null;
  readonly #payloadView: PayloadRecord;
  #origin: Origin = NOWHERE;
  #lost = false;
  /** Whether this direction's close frame was seen. */
  closed = false;

  /** Good for nothing before `begin`. */
  constructor(sink: DissectionSink, limits: MessageLimits) {
    this.#sink = sink;
    this.#assembler = new MessageAssembler(this, {
      keepPayloads: sink.needs.payloads,
      reportFrames: sink.needs.frames,
      messageLimit: limits.messageLimit,
      allowance: limits.allowance,
      inflaters: limits.inflaters,
    });
    this.#parser = new FrameParser(this.#assembler);
    this.#payloadView = new PayloadRecord();
  }

  /**
   * Begins a direction, and sets every field: readers are used again, as making them costs a short connection more than
   * reading it.
   * @param offset where its first frame begins in the stream
   */
  begin(owner: DirectionOwner, direction: DirectionIndex, extensions: DirectionExtensions, offset: number): void {
    this.#owner = owner;
    this.#direction = direction;
    this.#assembler.begin(direction === CLIENT_TO_SERVER, extensions);
    this.#parser.begin(offset);
    this.#frameView = null;
    this.#payloadView.begin(owner, direction);
    this.#origin = NOWHERE;
    this.#lost = false;
    this.closed = false;
  }

  get messages(): number {
    return this.#assembler.messages;
  }

  get controls(): number {
    return this.#assembler.controls;
  }

  get frames(): number {
    return this.#assembler.frames;
  }

  feed(buffer: Uint8Array, start: number, end: number, origin: Origin): void {
    this.#origin = origin;
    this.#assembler.origin = origin;
    this.#parser.packet = origin.number;
    this.#parser.feed(buffer, start, end);
  }

  skip(length: number, origin: Origin): void {
    this.#origin = origin;
    this.#assembler.origin = origin;
    if (this.#parser.pending > 0) this.#assembler.onHole();
    this.#parser.skip(length);
    if (this.#parser.lost && !this.#lost) {
      this.#lost = true;
      this.#assembler.abandon();
      this.onFinding('frame-header-lost', '');
    }
  }

  /** The stream is over. */
  end(origin: Origin): void {
    this.#origin = origin;
    this.#assembler.end(this.#lost ? 0 : this.#parser.pending);
  }

  onFrame(): void {
    this.#frameView ??= new FrameRecord(this.#owner, this.#direction, this.#parser);
    this.#frameView.origin = this.#origin;
    this.#sink.onFrame(this.#frameView);
  }

  onMessage(message: Payload): void {
    this.#payloadView.payload = message;
    this.#sink.onMessage(this.#payloadView);
  }

  onControl(control: Payload): void {
    if (control.opcode === CLOSE) this.closed = true;
    this.#payloadView.payload = control;
    this.#sink.onControl(this.#payloadView);
  }

  onFinding(code: WebSocketRuleCode, detail: string): void {
    const rule = ruleOf(code);
    const message = detail === '' ? rule.words : `${rule.words}: ${detail}`;
    const peerWords = rule.peerWords?.replace(/\{\w+\}/, detail);
    this.#owner.report(peerWords === undefined ? rule : { ...rule, peerWords }, this.#direction, message, this.#origin);
  }
}

class FrameRecord implements FrameView {
  readonly conversation: ConversationView;
  readonly direction: DirectionIndex;
  origin: Origin = NOWHERE;
  readonly #parser: FrameParser;

  constructor(conversation: ConversationView, direction: DirectionIndex, parser: FrameParser) {
    this.conversation = conversation;
    this.direction = direction;
    this.#parser = parser;
  }

  get opcode(): number {
    return this.#parser.opcode;
  }

  get fin(): boolean {
    return this.#parser.fin;
  }

  get rsv(): number {
    return this.#parser.rsv;
  }

  get masked(): boolean {
    return this.#parser.masked;
  }

  get key(): number {
    return this.#parser.key;
  }

  get length(): number {
    return this.#parser.length;
  }

  get headerLength(): number {
    return this.#parser.headerLength;
  }

  get offset(): number {
    return this.#parser.offset;
  }
}

const NO_PAYLOAD = {} as Payload;

class PayloadRecord implements MessageView, ControlView {
  conversation: ConversationView = NOBODY;
  direction: DirectionIndex = CLIENT_TO_SERVER;
  payload: Payload = NO_PAYLOAD;

  begin(conversation: ConversationView, direction: DirectionIndex): void {
    this.conversation = conversation;
    this.direction = direction;
    this.payload = NO_PAYLOAD;
  }

  get origin(): Origin {
    return this.payload.origin;
  }

  get index(): number {
    return this.payload.index;
  }

  get opcode(): number {
    return this.payload.opcode;
  }

  get length(): number {
    return this.payload.length;
  }

  get wireLength(): number {
    return this.payload.wireLength;
  }

  get frames(): number {
    return this.payload.frames;
  }

  get compressed(): boolean {
    return this.payload.compressed;
  }

  get opaque(): boolean {
    return this.payload.opaque;
  }

  get firstPacket(): number {
    return this.payload.firstPacket;
  }

  get readable(): boolean {
    return this.payload.readable;
  }

  get wellFormed(): boolean {
    return this.payload.wellFormed;
  }

  get octets(): Uint8Array {
    return this.payload.octets;
  }

  get start(): number {
    return this.payload.start;
  }

  get end(): number {
    return this.payload.end;
  }

  read(): void {
    this.payload.read();
  }
}
