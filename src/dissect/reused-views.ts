// What a direction hands to the sink: views of a frame, of a message or control frame, filled anew for each and valid during the
// call. They hold nothing themselves but what is asked of, so that nothing is copied that nobody asks for.

import { NOWHERE, type Origin } from '../capture/packet.ts';
import type { FrameParser } from '../ws/frame-parser.ts';
import type { Payload } from '../ws/payload.ts';
import { notBegun } from './not-begun.ts';
import {
  CLIENT_TO_SERVER,
  type ControlView,
  type ConversationView,
  type DirectionIndex,
  type FrameView,
  type MessageView,
} from './sink.ts';

/** The frame whose header the parser has just read. */
export class FrameRecord implements FrameView {
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

/** A message or a control frame. */
export class PayloadRecord implements MessageView, ControlView {
  conversation = notBegun<ConversationView>();
  direction: DirectionIndex = CLIENT_TO_SERVER;
  payload = notBegun<Payload>();

  of(conversation: ConversationView, direction: DirectionIndex, payload: Payload): this {
    this.conversation = conversation;
    this.direction = direction;
    this.payload = payload;
    return this;
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
