// One direction's frames into messages and control frames. It is where application data is made of payload, so where
// inflating belongs. Knows no connection, and of packets only which one is being read.

import { isUtf8 } from 'node:buffer';
import { NOWHERE, type Origin } from '../capture/packet.ts';
import type { Allowance } from './allowance.ts';
import { mayBeSent } from './close-codes.ts';
import type { FrameParser, FrameSink } from './frame-parser.ts';
import { type BrokenRuleSink, type FrameContext, judgeHeader, RSV1 } from './frame-rules.ts';
import { BINARY, CLOSE, CONTINUATION, opcodeName, PONG, TEXT } from './opcodes.ts';
import { Payload, type Withheld } from './payload.ts';
import type { WebSocketRuleCode } from './rules.ts';

/** Takes what one direction says. Views are valid during the call. */
export interface MessageSink {
  onFrame(frame: FrameParser): void;
  onMessage(message: Payload): void;
  onControl(control: Payload): void;
  /** `detail` completes the rule's words; empty where they say all. */
  onFinding(code: WebSocketRuleCode, detail: string): void;
}

/** What holds for all directions. */
export interface AssemblerOptions {
  /** Whether payloads of messages will be asked for; if not, they are counted and never held. */
  keepPayloads: boolean;
  /** Whether `onFrame` is wanted. */
  reportFrames: boolean;
  /** Octets of a message that are held; a larger one is counted, and its payload not shown. */
  messageLimit: number;
  /** What all messages in pieces may hold together. */
  allowance: Allowance;
}

/** Control frames are held up to this many octets; RFC 6455 §5.5 allows 125. */
const CONTROL_LIMIT = 4096;
export class MessageAssembler implements FrameSink, FrameContext, BrokenRuleSink {
  fromClient = false;
  /** Whether permessage-deflate was agreed upon. */
  compression = false;
  inMessage = false;
  closed = false;
  /** Data messages completed, so the index of the next. */
  messages = 0;
  controls = 0;
  frames = 0;

  readonly #sink: MessageSink;
  readonly #options: AssemblerOptions;
  readonly #message: Payload;
  /** Frames that stand apart from messages: control frames, and those that break the rules. */
  readonly #apart: Payload;
  #origin: Origin = NOWHERE;
  #current: Payload;
  #reportedAfterClose = false;

  constructor(sink: MessageSink, options: AssemblerOptions) {
    this.#sink = sink;
    this.#options = options;
    this.#message = new Payload(options.allowance);
    this.#apart = new Payload(options.allowance);
    this.#current = this.#message;
  }

  /** Begins a direction, and sets every field: assemblers are used again for other connections. */
  begin(fromClient: boolean, compression: boolean): void {
    this.fromClient = fromClient;
    this.compression = compression;
    this.inMessage = false;
    this.closed = false;
    this.messages = 0;
    this.controls = 0;
    this.frames = 0;
    this.#message.begin(0, 0);
    this.#apart.begin(0, 0);
    this.#current = this.#message;
    this.#origin = NOWHERE;
    this.#reportedAfterClose = false;
  }

  /** Packet of the octets that are fed next; read during `feed` only. */
  set origin(origin: Origin) {
    this.#origin = origin;
  }

  onHeader(frame: FrameParser): void {
    this.frames++;
    judgeHeader(frame, this, this);
    const opcode = frame.opcode;
    if (opcode > BINARY || (opcode === CONTINUATION && !this.inMessage)) {
      this.#current = this.#apart;
      this.#apart.begin(opcode, frame.firstPacket);
      this.#apart.readable = opcode >= CLOSE && opcode <= PONG && frame.length <= CONTROL_LIMIT;
    } else {
      this.#current = this.#message;
      if (opcode !== CONTINUATION) {
        this.#message.begin(opcode, frame.firstPacket);
        this.#message.compressed = this.compression && (frame.rsv & RSV1) !== 0;
        this.#message.readable = this.#options.keepPayloads && !this.#message.compressed;
      }
      this.inMessage = true;
    }
    this.#current.frames++;
    this.#current.wireLength += frame.length;
    if (this.#message.readable && this.#message.wireLength > this.#options.messageLimit) {
      this.#message.withhold('message-too-large');
    }
    this.#touch();
    if (this.#options.reportFrames) this.#sink.onFrame(frame);
  }

  onPayload(frame: FrameParser, buffer: Uint8Array, start: number, end: number, phase: number): void {
    const current = this.#current;
    this.#touch();
    if (!current.readable) return;
    const isWhole = end - start === frame.length && current.frames === 1 && (frame.fin || current === this.#apart);
    if (isWhole) current.lieAt(buffer, start, end, frame.key);
    else
      current.append(buffer, start, end, frame.key, phase, frame.fin ? current.wireLength : Number.POSITIVE_INFINITY);
  }

  onFrameEnd(frame: FrameParser): void {
    if (this.#current === this.#apart) {
      this.#endApart();
      if (this.inMessage) this.#current = this.#message;
    } else if (frame.fin) {
      this.#endMessage();
    }
  }

  /** Octets of the frame in progress were not captured. */
  onHole(): void {
    this.#current.holed = true;
  }

  /** No frame that follows can be read, so what is in progress will not end. */
  abandon(): void {
    this.#message.trim();
    this.#apart.trim();
    this.inMessage = false;
  }

  /** The stream ended: what is unfinished is told. `unread` octets of a frame were read. */
  end(unread: number): void {
    if (!this.inMessage && unread === 0) return;
    const what = this.inMessage ? `${this.#message.wireLength} octets of message announced` : `${unread} octets`;
    this.#sink.onFinding('message-unfinished', what);
    this.abandon();
  }

  #touch(): void {
    if (this.#origin.number > this.#current.origin.number) this.#current.origin.copyFrom(this.#origin);
  }

  #endMessage(): void {
    const message = this.#message;
    this.inMessage = false;
    if (message.holed) this.#sink.onFinding('message-incomplete', `${message.wireLength} octets`);
    else this.#handOn(message);
    message.trim();
  }

  #handOn(message: Payload): void {
    message.index = this.messages++;
    message.length = message.wireLength;
    if (message.compressed) message.length = -1;
    if (message.withheld !== null) this.#reportWithheld(message.withheld, message);
    if (message.readable && message.opcode === TEXT) {
      message.read();
      message.wellFormed = isUtf8(message.octets.subarray(message.start, message.end));
      if (!message.wellFormed) this.#sink.onFinding('invalid-utf8-text', '');
    }
    this.#sink.onMessage(message);
  }

  #reportWithheld(reason: Withheld, payload: Payload): void {
    const { messageLimit, allowance } = this.#options;
    const limit = reason === 'message-too-large' ? messageLimit : allowance.limit;
    this.#sink.onFinding(reason, `${payload.wireLength} octets, the limit is ${limit}`);
  }

  #endApart(): void {
    const control = this.#apart;
    control.length = control.wireLength;
    if (control.holed) {
      this.#sink.onFinding('message-incomplete', `the frame is ${opcodeName(control.opcode)}`);
    } else if (control.opcode >= CLOSE && control.opcode <= PONG) {
      this.controls++;
      if (control.withheld !== null) this.#reportWithheld(control.withheld, control);
      if (control.opcode === CLOSE) {
        control.read();
        this.closed = true;
        this.#judgeClose(control);
      }
      this.#sink.onControl(control);
    }
    control.trim();
  }

  #judgeClose(close: Payload): void {
    const { octets, start, end } = close;
    if (close.length === 1) this.#sink.onFinding('close-body-one-octet', '');
    if (end - start < 2) return;
    const code = (octets[start] << 8) | octets[start + 1];
    if (!mayBeSent(code)) this.#sink.onFinding('close-code-invalid', String(code));
    if (end - start > 2 && !isUtf8(octets.subarray(start + 2, end)))
      this.#sink.onFinding('invalid-utf8-close-reason', '');
  }

  onBrokenRule(code: WebSocketRuleCode, frame: FrameParser): void {
    if (code === 'data-after-close') {
      if (this.#reportedAfterClose) return;
      this.#reportedAfterClose = true;
    }
    this.#sink.onFinding(code, detailOf(code, frame));
  }
}

function detailOf(code: WebSocketRuleCode, frame: FrameParser): string {
  switch (code) {
    case 'reserved-opcode':
      return String(frame.opcode);
    case 'control-too-long':
    case 'length-not-minimal':
      return `${frame.length} octets`;
    default:
      return '';
  }
}
