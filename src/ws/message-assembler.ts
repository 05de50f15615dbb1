// One direction's frames into messages and control frames. Payloads stay where they lie, masked, until somebody asks; only
// what must wait for its end is copied. It is where application data is made of payload, so where inflating belongs.

import { isUtf8 } from 'node:buffer';
import { NOWHERE, Origin } from '../capture/packet.ts';
import { mayBeSent } from './close-codes.ts';
import type { FrameParser, FrameSink } from './frame-parser.ts';
import { type BrokenRuleSink, type FrameContext, judgeHeader, RSV1 } from './frame-rules.ts';
import { unmask } from './masking.ts';
import { BINARY, CLOSE, CONTINUATION, PONG, TEXT } from './opcodes.ts';
import type { WebSocketRuleCode } from './rules.ts';

/** Takes what one direction says. Views are valid during the call. */
export interface MessageSink {
  onFrame(frame: FrameParser): void;
  onMessage(message: Payload): void;
  onControl(control: Payload): void;
  /** `detail` completes the rule's words; empty where they say all. */
  onFinding(code: WebSocketRuleCode, detail: string): void;
}

export interface AssemblerOptions {
  fromClient: boolean;
  /** Whether permessage-deflate was agreed upon. */
  compression: boolean;
  /** Whether payloads of messages will be asked for; if not, they are counted and never held. */
  keepPayloads: boolean;
  /** Whether `onFrame` is wanted. */
  reportFrames: boolean;
  /** Octets of a message that are held; a larger one is counted, and its payload not shown. */
  messageLimit: number;
}

/** Control frames are held up to this many octets; RFC 6455 §5.5 allows 125. */
const CONTROL_LIMIT = 4096;
/** Memory kept for the next message in pieces. */
const KEPT_CAPACITY = 64 * 1024;

const NOTHING = new Uint8Array(0);

/** One for all, as what it holds is valid during one call only: a buffer a payload would cost each short connection 1 µs. */
let scratch = new Uint8Array(64 * 1024);

/** A message or control frame: what it says of itself, and its application data once `read()` was called. */
export class Payload {
  opcode = 0;
  index = 0;
  /** Octets of application data, -1 where it could not be had from compressed payload. */
  length = 0;
  wireLength = 0;
  frames = 0;
  compressed = false;
  firstPacket = 0;
  /** Packet that carried the octet of it captured last. */
  readonly origin = new Origin();
  readable = true;
  /** False where a text message is not UTF-8, RFC 6455 §8.1. */
  wellFormed = true;
  octets: Uint8Array = NOTHING;
  start = 0;
  end = 0;
  /** Octets of it were not captured. */
  holed = false;
  /** Key of the octets at `octets[start, end)` where they lie masked in the capture. */
  #key = 0;
  /** Copied pieces, unmasked. */
  #store: Uint8Array = NOTHING;
  #stored = 0;
  #inPlace = false;

  begin(opcode: number, firstPacket: number): void {
    this.opcode = opcode;
    this.length = 0;
    this.wireLength = 0;
    this.frames = 0;
    this.compressed = false;
    this.firstPacket = firstPacket;
    this.origin.number = 0;
    this.readable = true;
    this.wellFormed = true;
    this.holed = false;
    this.start = 0;
    this.end = 0;
    this.#key = 0;
    this.#stored = 0;
    this.#inPlace = false;
  }

  /** Makes the application data available at `octets[start, end)`. */
  read(): void {
    if (!this.#inPlace) {
      this.octets = this.#store;
      this.start = 0;
      this.end = this.#stored;
      return;
    }
    if (this.#key === 0) return;
    const length = this.end - this.start;
    if (scratch.length < length) scratch = new Uint8Array(length * 2);
    unmask(this.octets, this.start, this.end, this.#key, 0, scratch, 0);
    this.octets = scratch;
    this.start = 0;
    this.end = length;
    this.#key = 0;
  }

  /** The whole payload lies in the buffer: nothing is copied. */
  lieAt(buffer: Uint8Array, start: number, end: number, key: number): void {
    this.octets = buffer;
    this.start = start;
    this.end = end;
    this.#key = key;
    this.#inPlace = true;
  }

  /** Copies a piece, as what it belongs to is not complete. */
  append(buffer: Uint8Array, start: number, end: number, key: number, phase: number): void {
    const needed = this.#stored + (end - start);
    if (needed > this.#store.length) {
      const larger = new Uint8Array(Math.max(1024, needed, this.#store.length * 2));
      larger.set(this.#store.subarray(0, this.#stored));
      this.#store = larger;
    }
    unmask(buffer, start, end, key, phase, this.#store, this.#stored);
    this.#stored = needed;
  }

  /** Lets large memory go once the message was handed on. */
  trim(): void {
    if (this.#store.length > KEPT_CAPACITY) this.#store = NOTHING;
    this.octets = this.#store;
    this.#inPlace = false;
  }
}

export class MessageAssembler implements FrameSink, FrameContext, BrokenRuleSink {
  readonly fromClient: boolean;
  readonly compression: boolean;
  inMessage = false;
  closed = false;
  /** Data messages completed, so the index of the next. */
  messages = 0;
  controls = 0;
  frames = 0;

  readonly #sink: MessageSink;
  readonly #options: AssemblerOptions;
  readonly #message = new Payload();
  /** Frames that stand apart from messages: control frames, and those that break the rules. */
  readonly #apart = new Payload();
  #origin: Origin = NOWHERE;
  #current: Payload = this.#message;
  #reportedAfterClose = false;

  constructor(sink: MessageSink, options: AssemblerOptions) {
    this.#sink = sink;
    this.#options = options;
    this.fromClient = options.fromClient;
    this.compression = options.compression;
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
      this.#apart.begin(opcode, this.#origin.number);
    } else {
      this.#current = this.#message;
      if (opcode !== CONTINUATION) {
        this.#message.begin(opcode, this.#origin.number);
        this.#message.compressed = this.compression && (frame.rsv & RSV1) !== 0;
      }
      this.inMessage = true;
    }
    this.#current.frames++;
    this.#current.wireLength += frame.length;
    this.#touch();
    if (this.#options.reportFrames) this.#sink.onFrame(frame);
  }

  onPayload(frame: FrameParser, buffer: Uint8Array, start: number, end: number, phase: number): void {
    const current = this.#current;
    this.#touch();
    if (current === this.#message) {
      if (!this.#options.keepPayloads || current.compressed || !current.readable) return;
      if (frame.fin && current.frames === 1 && end - start === frame.length) {
        current.lieAt(buffer, start, end, frame.key);
      } else if (current.wireLength > this.#options.messageLimit) {
        current.readable = false;
      } else {
        current.append(buffer, start, end, frame.key, phase);
      }
    } else if (frame.length <= CONTROL_LIMIT) {
      if (end - start === frame.length) current.lieAt(buffer, start, end, frame.key);
      else current.append(buffer, start, end, frame.key, phase);
    }
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

  /** The stream ended, or nothing further can be read of it: what is unfinished is told. */
  end(unread: number): void {
    if (!this.inMessage && unread === 0) return;
    this.#sink.onFinding(
      'message-unfinished',
      this.inMessage ? `${this.#message.wireLength} octets of message announced` : `${unread} octets`,
    );
    this.inMessage = false;
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
    if (message.compressed) {
      message.length = -1;
      message.readable = false;
    } else if (!message.readable) {
      this.#sink.onFinding(
        'message-too-large',
        `${message.wireLength} octets, the limit is ${this.#options.messageLimit}`,
      );
    } else if (!this.#options.keepPayloads) {
      message.readable = false;
    } else if (message.opcode === TEXT) {
      message.read();
      message.wellFormed = isUtf8(message.octets.subarray(message.start, message.end));
      if (!message.wellFormed) this.#sink.onFinding('invalid-utf8-text', '');
    }
    this.#sink.onMessage(message);
  }

  #endApart(): void {
    const control = this.#apart;
    control.length = control.wireLength;
    if (control.holed) {
      this.#sink.onFinding('message-incomplete', 'a control frame');
    } else if (control.opcode >= CLOSE && control.opcode <= PONG) {
      this.controls++;
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
