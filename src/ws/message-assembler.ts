// One direction's frames into messages and control frames: where application data is made of payload, inflated and judged as
// text. Knows no connection, and of packets only which one is being read.

import { NOWHERE, type Origin } from '../capture/packet.ts';
import { certainCount } from '../plural.ts';
import type { Pool } from '../tcp/pool.ts';
import { Allowance } from './allowance.ts';
import { judgeCloseBody } from './close-body.ts';
import { type DeflateAgreement, type DirectionExtensions, NO_EXTENSIONS } from './extensions.ts';
import { type FindingSink, FrameJudge } from './frame-judge.ts';
import type { FrameParser, FrameSink } from './frame-parser.ts';
import { type FrameContext, RSV1 } from './frame-rules.ts';
import type { Inflaters } from './inflaters.ts';
import { type InflatedMessageSink, MessageInflater } from './message-inflater.ts';
import { BINARY, CLOSE, CONTINUATION, PONG, TEXT } from './opcodes.ts';
import { Payload, type Withheld } from './payload.ts';
import type { WebSocketRuleCode } from './rules.ts';
import { TextJudge } from './text-judge.ts';

/** Takes what one direction says. Views are valid during the call. */
export interface MessageSink extends FindingSink {
  onFrame(frame: FrameParser): void;
  onMessage(message: Payload): void;
  onControl(control: Payload): void;
  /** A message or control frame of which octets are missing. */
  onIncomplete(payload: Payload): void;
}

/** What holds for all directions. */
export interface AssemblerOptions {
  /** Inflate the messages of all connections. */
  readonly inflaters: Inflaters;
  /**
   * Whether payloads of messages will be asked for; if not, they are counted and never held, nor judged as text. Compressed
   * ones are inflated either way, as only then their length is known.
   */
  readonly keepPayloads: boolean;
  /** Whether `onFrame` is wanted. */
  readonly reportFrames: boolean;
  /** Octets of a message that are held; a larger one is counted, and its payload not shown. */
  readonly messageLimit: number;
  /** What all messages in pieces may hold together. */
  readonly allowance: Allowance;
  /** Payloads, lent while a message or a control frame is in progress: most directions have none most of the time. */
  readonly payloads: Pool<Payload>;
  /** One for all messages that lie whole, as each is over before the next begins. */
  readonly whole: Payload;
}

/** Stands where nothing is in progress. */
const NONE = new Payload(new Allowance(0));

/** Octets of the longest message that `onWhole` is given. */
const LONGEST_WHOLE = 0xffff;
/** Control frames are held up to this many octets; RFC 6455 §5.5 allows 125. */
const CONTROL_LIMIT = 4096;

export class MessageAssembler implements FrameSink, FrameContext, InflatedMessageSink {
  // Hot: what a whole message asks for stands first, as in `tcp/connection.ts`.
  fromClient = false;
  /** Whether masking keys need not be looked at any more. */
  #keysWatched = false;
  readonly #options: AssemblerOptions;
  #origin: Origin = NOWHERE;
  frames = 0;
  /** Data messages completed, so the index of the next. */
  messages = 0;
  /** Packet that carried the last octet captured of the message before; 0 where there was none. */
  lastMessagePacket = 0;
  readonly #sink: MessageSink;

  compression = false;
  unknownExtension = false;
  inMessage = false;
  closed = false;
  controls = 0;
  #message = NONE;
  /** Frames that stand apart from messages: control frames, and those that break the rules. */
  #apart = NONE;
  #current = NONE;
  #extensions = NO_EXTENSIONS.fromClient;
  /** Made for the first compressed message, or loss of what may have been one. */
  #inflater: MessageInflater | null = null;
  readonly #frameJudge: FrameJudge;
  readonly #textJudge: TextJudge;
  /** Whether frames are read from the middle of a stream, and no data frame came yet. */
  #resumed = false;

  constructor(sink: MessageSink, options: AssemblerOptions) {
    this.#sink = sink;
    this.#options = options;
    this.#frameJudge = new FrameJudge(this);
    this.#textJudge = new TextJudge(this);
  }

  /** Begins a direction, and sets every field: assemblers are used again for other connections. */
  begin(fromClient: boolean, extensions: DirectionExtensions): void {
    this.fromClient = fromClient;
    this.compression = extensions.deflate !== null;
    this.unknownExtension = extensions.unknown;
    this.#extensions = extensions;
    this.#inflater?.release();
    this.#inflater = null;
    this.#frameJudge.begin();
    this.#keysWatched = false;
    this.#textJudge.begin(false);
    this.inMessage = false;
    this.closed = false;
    this.messages = 0;
    this.controls = 0;
    this.frames = 0;
    this.lastMessagePacket = 0;
    this.#endPayloads();
    this.#origin = NOWHERE;
    this.#resumed = false;
  }

  /** Packet of the octets that are fed next; read during `feed` only. */
  set origin(origin: Origin) {
    this.#origin = origin;
  }

  onHeader(frame: FrameParser): void {
    this.frames++;
    const opcode = frame.opcode;
    if (this.#resumed && opcode <= BINARY) this.#onFirstData(opcode, frame.firstPacket);
    this.#frameJudge.judge(frame, this);
    if (!this.#keysWatched && frame.masked && frame.length > 0) this.#watchKey(frame.key);
    if (opcode > BINARY || (opcode === CONTINUATION && !this.inMessage)) {
      if (this.#apart === NONE) this.#apart = this.#options.payloads.take();
      this.#current = this.#apart;
      this.#apart.begin(opcode, frame.firstPacket);
      this.#apart.readable = opcode >= CLOSE && opcode <= PONG && frame.length <= CONTROL_LIMIT;
    } else {
      if (opcode !== CONTINUATION) this.#beginMessage(frame);
      this.#current = this.#message;
      this.inMessage = true;
    }
    const current = this.#current;
    current.frames++;
    current.wireLength += frame.length;
    if (current === this.#message && !current.compressed) this.#withholdTooLarge(current.wireLength);
    this.#touch(frame.headerOrigin);
    if (this.#options.reportFrames) this.#sink.onFrame(frame);
  }

  /** Whether `onWhole` may take the next frame: no message is in progress, and no more is to be told of a frame. */
  get expectsWhole(): boolean {
    const { keepPayloads, messageLimit, reportFrames } = this.#options;
    if (this.inMessage || this.closed || this.#resumed || reportFrames) return false;
    return !keepPayloads || messageLimit >= LONGEST_WHOLE;
  }

  /** Only where `expectsWhole`; refuses what may break a row of `headerRules`. Hot: what the other calls do, without states. */
  onWhole(opcode: number, masked: boolean, key: number, buffer: Uint8Array, start: number, end: number): boolean {
    if (masked !== this.fromClient || (masked && key === 0)) return false;
    if (masked && !this.#keysWatched && end > start) this.#watchKey(key);
    const { whole, keepPayloads } = this.#options;
    whole.beWhole(opcode, buffer, start, end, key, this.#origin);
    this.frames++;
    if (opcode > BINARY) {
      whole.readable = true;
      this.#handOnControl(whole);
      return true;
    }
    whole.readable = keepPayloads;
    whole.index = this.messages++;
    this.lastMessagePacket = whole.firstPacket;
    if (keepPayloads && opcode === TEXT) whole.wellFormed = this.#textJudge.judgeWhole(whole);
    this.#sink.onMessage(whole);
    return true;
  }

  onPayload(frame: FrameParser, buffer: Uint8Array, start: number, end: number, phase: number): void {
    const current = this.#current;
    this.#touch(this.#origin);
    if (!current.readable && !current.compressed && !this.#textJudge.active) return;
    const isWhole = end - start === frame.length && current.frames === 1 && (frame.fin || current === this.#apart);
    if (current.compressed) this.#inflater?.take(buffer, start, end, frame.key, phase, isWhole);
    else if (isWhole && current.readable) current.lieAt(buffer, start, end, frame.key);
    else {
      const { messageLimit } = this.#options;
      this.#keepPiece(buffer, start, end, frame.key, phase, frame.fin ? current.wireLength : messageLimit);
    }
  }

  /** Inflated octets of the message in progress. */
  onApplicationData(buffer: Uint8Array, start: number, end: number, whole: boolean): void {
    const message = this.#message;
    this.#withholdTooLarge(this.#inflater?.inflated ?? 0);
    if (whole && message.readable) message.lieAt(buffer, start, end, 0);
    else if (message.readable || this.#textJudge.active) {
      this.#keepPiece(buffer, start, end, 0, 0, this.#options.messageLimit);
    }
  }

  /** Behind a close only that something is there is told (RFC 6455 §5.5.1): nobody reads it, and it need be no frames. */
  onFinding(code: WebSocketRuleCode, detail: string): void {
    if (!this.closed || code === 'data-after-close') this.#sink.onFinding(code, detail);
  }

  onFrameEnd(frame: FrameParser): void {
    if (this.#current === this.#apart) {
      this.#endApart();
      this.#current = this.#message;
    } else if (frame.fin) {
      this.#endMessage();
    }
  }

  /** `length` octets of the frame in progress were not captured. */
  onHole(length: number): void {
    this.#current.skip(length);
    if (this.#current === this.#message) this.#textJudge.active = false;
  }

  /** The next frame cannot be read, so a message in fragments will not end, and what is missed may be referred to. */
  abandon(): void {
    if (this.inMessage) this.#sink.onIncomplete(this.#message);
    this.#endPayloads();
    this.#inflater?.lose();
    this.inMessage = false;
  }

  /**
   * Frames are read again, from somewhere in the stream: the first may continue a message whose beginning is not there.
   * @param isFirst whether it most likely is the first frame that this direction sent
   */
  resume(isFirst: boolean): void {
    this.#resumed = true;
    this.#current = this.#message;
    const { deflate } = this.#extensions;
    if (deflate === null) return;
    // Also where no message was compressed so far: one that was passed over may have been.
    if (isFirst) this.#inflaterFor(deflate).suspectLoss();
    else this.#inflaterFor(deflate).lose();
  }

  /** The stream ended: what is unfinished is told. `unread` octets of a frame were read. */
  end(unread: number): void {
    if (this.inMessage || unread > 0) {
      const announced = `${certainCount(this.#message.wireLength)} octets of message announced`;
      this.onFinding('message-unfinished', this.inMessage ? announced : `${unread} octets`);
    }
    this.#endPayloads();
    this.inMessage = false;
    this.#inflater?.release();
  }

  #watchKey(key: number): void {
    this.#frameJudge.watchKey(key);
    this.#keysWatched = this.#frameJudge.hasWatchedKeys;
  }

  #endPayloads(): void {
    if (this.#message !== NONE) this.#giveBack(this.#message);
    if (this.#apart !== NONE) this.#giveBack(this.#apart);
    this.#message = NONE;
    this.#apart = NONE;
    this.#current = NONE;
  }

  #giveBack(payload: Payload): void {
    payload.trim();
    this.#options.payloads.giveBack(payload);
  }

  #beginMessage(frame: FrameParser): void {
    if (this.#message === NONE) this.#message = this.#options.payloads.take();
    const message = this.#message;
    const { keepPayloads } = this.#options;
    // One that was compressed and did not end takes the context with it.
    if (this.inMessage && message.compressed) this.#inflater?.lose();
    message.begin(frame.opcode, frame.firstPacket);
    message.readable = keepPayloads;
    this.#textJudge.begin(keepPayloads && frame.opcode === TEXT);
    if (frame.rsv === 0) return;
    const { deflate, unknown } = this.#extensions;
    message.opaque = unknown && (deflate === null || frame.rsv !== RSV1);
    if (message.opaque) this.#textJudge.active = false;
    message.compressed = deflate !== null && (frame.rsv & RSV1) !== 0 && !message.opaque;
    if (deflate === null || !message.compressed) return;
    this.#inflaterFor(deflate).begin();
  }

  #inflaterFor(deflate: DeflateAgreement): MessageInflater {
    const { inflaters, allowance } = this.#options;
    this.#inflater ??= new MessageInflater(this, deflate, inflaters, allowance);
    return this.#inflater;
  }

  #withholdTooLarge(length: number): void {
    const message = this.#message;
    if (message.readable && length > this.#options.messageLimit) message.withhold('message-too-large');
  }

  /** Keeps a piece of the message in progress where it is wanted, and judges it where it is text. */
  #keepPiece(buffer: Uint8Array, start: number, end: number, key: number, phase: number, whole: number): void {
    const current = this.#current;
    const before = current.stored;
    const kept = current.readable && current.append(buffer, start, end, key, phase, whole);
    const judge = this.#textJudge;
    if (!judge.active || current !== this.#message) return;
    if (kept) judge.take(current.store, before, current.stored);
    else judge.takeMasked(buffer, start, end, key, phase);
  }

  #onFirstData(opcode: number, firstPacket: number): void {
    this.#resumed = false;
    if (opcode !== CONTINUATION) return;
    if (this.#message === NONE) this.#message = this.#options.payloads.take();
    this.#message.begin(CONTINUATION, firstPacket);
    this.#message.headless = true;
    this.#message.readable = this.#options.keepPayloads && !this.compression;
    this.#textJudge.begin(false);
    this.inMessage = true;
  }

  #touch(origin: Origin): void {
    if (origin.number > this.#current.origin.number) this.#current.origin.copyFrom(origin);
  }

  #endMessage(): void {
    const message = this.#message;
    this.inMessage = false;
    if (message.missing > 0 || message.headless) {
      this.#sink.onIncomplete(message);
      if (message.compressed) this.#inflater?.lose();
    } else {
      this.#handOn(message);
    }
    this.#message = NONE;
    this.#current = NONE;
    this.#giveBack(message);
  }

  #handOn(message: Payload): void {
    message.index = this.messages++;
    this.lastMessagePacket = message.origin.number;
    message.length = message.wireLength;
    if (message.compressed) {
      message.length = (this.#inflater as MessageInflater).finish();
      if (message.length < 0) message.withhold(null);
    }
    if (message.withheld !== null) this.#reportWithheld(message.withheld, message);
    if (message.opaque) message.wellFormed = false;
    else if (this.#textJudge.active && message.length >= 0) message.wellFormed = this.#textJudge.end(message);
    this.#sink.onMessage(message);
  }

  #reportWithheld(reason: Withheld, payload: Payload): void {
    const { messageLimit, allowance } = this.#options;
    const limit = reason === 'message-too-large' ? messageLimit : allowance.limit;
    this.#sink.onFinding(reason, `${payload.length} octets, the limit is ${limit}`);
  }

  #endApart(): void {
    const control = this.#apart;
    control.length = control.wireLength;
    if (control.missing > 0) {
      this.#sink.onIncomplete(control);
    } else if (control.opcode >= CLOSE && control.opcode <= PONG) {
      if (control.withheld !== null) this.#reportWithheld(control.withheld, control);
      this.#handOnControl(control);
    }
    this.#apart = NONE;
    this.#giveBack(control);
  }

  #handOnControl(control: Payload): void {
    this.controls++;
    if (control.opcode === CLOSE) {
      control.read();
      judgeCloseBody(control, this);
      this.closed = true;
    }
    this.#sink.onControl(control);
  }
}
