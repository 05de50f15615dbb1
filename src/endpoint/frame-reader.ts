// Reads what the other end sends as gorilla's reader does: messages and control frames, or a complaint in its words, after
// which nothing more is read. Knows one direction and no sockets.

import { OctetWriter } from '../codec/octet-writer.ts';
import { MESSAGE_TOO_BIG, mayBeSent, NO_STATUS, PROTOCOL_ERROR } from '../ws/close-codes.ts';
import { FrameParser, type FrameSink } from '../ws/frame-parser.ts';
import { type FrameContext, type FrameHeader, judgeHeader, RSV1 } from '../ws/frame-rules.ts';
import { unmask } from '../ws/masking.ts';
import { BINARY, CLOSE, CONTINUATION, isControl, PING, PONG, type TEXT } from '../ws/opcodes.ts';
import { type WebSocketRuleCode, webSocketRules } from '../ws/rules.ts';

/** A data message as it was sent. */
export interface ReceivedFrames {
  opcode: typeof TEXT | typeof BINARY;
  /** Unmasked; still deflated where `compressed`. */
  payload: Uint8Array;
  compressed: boolean;
  frames: number;
}

export interface FrameReaderSink {
  onMessage(message: ReceivedFrames): void;
  /** Ping or pong. */
  onControl(opcode: typeof PING | typeof PONG, payload: Uint8Array): void;
  /** @param code 1005 where the close frame had none */
  onClose(code: number, reason: string): void;
  /** The connection cannot go on. `closeCode` is what the other end is to be told; null where it is told nothing. */
  onComplaint(closeCode: number | null, words: string): void;
}

export interface FrameReaderOptions {
  fromClient: boolean;
  /** Whether permessage-deflate was agreed upon. */
  compression: boolean;
  /** Octets of payload that a message may have on the wire. */
  readLimit: number;
}

/** Octets kept for the next message; more is let go. */
const LARGEST_KEPT = 64 * 1024;
const SMALLEST = 64;
/** In the second octet, where the length stands in the next two, or eight, octets. */
const LENGTH_OF_16_BITS = 126;
const LENGTH_OF_64_BITS = 127;
export const READ_LIMIT_WORDS = 'read limit exceeded';

/** What gorilla objects to, by the codes that `judgeHeader` finds. */
const COMPLAINTS: ReadonlyMap<WebSocketRuleCode, string> = new Map(
  webSocketRules.flatMap((rule) => ('peerWords' in rule ? [[rule.code, rule.peerWords] as const] : [])),
);

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class FrameReader implements FrameSink, FrameContext {
  readonly fromClient: boolean;
  readonly compression: boolean;
  readonly closed = false;
  readonly unknownExtension = false;
  inMessage = false;

  readonly #sink: FrameReaderSink;
  readonly #readLimit: number;
  readonly #parser: FrameParser;
  #stopped = false;
  #opcode: typeof TEXT | typeof BINARY = BINARY;
  #compressed = false;
  #frames = 0;
  #length = 0;
  #message = new OctetWriter(SMALLEST);
  /** The payload of the control frame in progress. */
  readonly #control = new OctetWriter(SMALLEST);

  constructor(sink: FrameReaderSink, { fromClient, compression, readLimit }: FrameReaderOptions) {
    this.#sink = sink;
    this.fromClient = fromClient;
    this.compression = compression;
    this.#readLimit = readLimit;
    this.#parser = new FrameParser(this);
  }

  /** Reads the next octets of the stream; what follows a close frame or a complaint is ignored. */
  feed(octets: Uint8Array): void {
    if (!this.#stopped) this.#parser.feed(octets, 0, octets.length);
  }

  onHeaderBegun(octets: Uint8Array, length: number): void {
    const [first, second, highest] = octets;
    const form = second & 0x7f;
    this.#judge({ fin: first > 0x7f, rsv: (first >> 4) & 7, opcode: first & 0x0f, masked: second > 0x7f }, form);
    if (form === LENGTH_OF_64_BITS && length >= 10 && highest > 0x7f) this.#complain(null, READ_LIMIT_WORDS);
  }

  onHeader(frame: FrameParser): void {
    const isShort = frame.headerLength === (frame.masked ? 6 : 2);
    this.#judge(frame, isShort ? frame.length : LENGTH_OF_16_BITS);
    if (frame.lengthTopBit) this.#complain(null, READ_LIMIT_WORDS);
    if (this.#stopped) return;
    if (isControl(frame.opcode)) {
      this.#control.position = 0;
    } else {
      if (frame.opcode !== CONTINUATION) this.#beginMessage(frame);
      this.inMessage = true;
      this.#frames++;
      this.#length += frame.length;
      if (this.#length > this.#readLimit) this.#complain(MESSAGE_TOO_BIG, READ_LIMIT_WORDS);
    }
  }

  onPayload(frame: FrameParser, buffer: Uint8Array, start: number, end: number, phase: number): void {
    if (this.#stopped) return;
    // One growing buffer: a million fragments of one octet must not become a million objects.
    const store = isControl(frame.opcode) ? this.#control : this.#message;
    store.reserve(end - start);
    unmask(buffer, start, end, frame.key, phase, store.buffer, store.position);
    store.position += end - start;
  }

  onFrameEnd(frame: FrameParser): void {
    if (this.#stopped) return;
    if (isControl(frame.opcode)) this.#endControl(frame.opcode, contentOf(this.#control));
    else if (frame.fin) this.#endMessage();
  }

  /**
   * Complains of what gorilla finds in the first two octets, before it reads on.
   *
   * @param form the length in the second octet, of which 126 and 127 are too long for a control frame whatever follows
   */
  #judge({ fin, rsv, opcode, masked }: Pick<FrameHeader, 'fin' | 'rsv' | 'opcode' | 'masked'>, form: number): void {
    const complaints: string[] = [];
    // Where compression was agreed upon, RSV1 is right to it on any frame.
    const bits = this.compression ? rsv & ~RSV1 : rsv;
    const start = {
      fin,
      rsv: bits,
      opcode,
      masked,
      length: form,
      key: 1,
      lengthNotMinimal: false,
      lengthTopBit: false,
    };
    judgeHeader(start, this, {
      onBrokenRule: (code) => {
        const words = COMPLAINTS.get(code);
        if (words !== undefined) complaints.push(words.replace('{opcode}', String(opcode)));
      },
    });
    if (complaints.length > 0) this.#complain(PROTOCOL_ERROR, complaints.join(', '));
  }

  #beginMessage(frame: FrameParser): void {
    this.#opcode = frame.opcode as typeof TEXT | typeof BINARY;
    this.#compressed = (frame.rsv & RSV1) !== 0;
    this.#frames = 0;
    this.#length = 0;
    this.#message.position = 0;
  }

  #endMessage(): void {
    const payload = contentOf(this.#message);
    this.inMessage = false;
    if (payload.length > LARGEST_KEPT) this.#message = new OctetWriter(SMALLEST);
    this.#sink.onMessage({ opcode: this.#opcode, payload, compressed: this.#compressed, frames: this.#frames });
  }

  #endControl(opcode: number, payload: Uint8Array): void {
    if (opcode === PING || opcode === PONG) this.#sink.onControl(opcode, payload);
    if (opcode !== CLOSE) return;
    // gorilla takes a body of one octet for an empty one.
    if (payload.length < 2) {
      this.#stop();
      this.#sink.onClose(NO_STATUS, '');
      return;
    }
    const code = (payload[0] << 8) | payload[1];
    const reason = textOf(payload.subarray(2));
    if (!mayBeSent(code)) this.#complain(PROTOCOL_ERROR, `bad close code ${code}`);
    else if (reason === null) this.#complain(PROTOCOL_ERROR, 'invalid utf8 payload in close frame');
    else {
      this.#stop();
      this.#sink.onClose(code, reason);
    }
  }

  #complain(closeCode: number | null, words: string): void {
    if (this.#stopped) return;
    this.#stop();
    this.#sink.onComplaint(closeCode, words);
  }

  #stop(): void {
    this.#stopped = true;
    this.#message = new OctetWriter(SMALLEST);
  }
}

function contentOf(store: OctetWriter): Uint8Array {
  return store.buffer.slice(0, store.position);
}

function textOf(octets: Uint8Array): string | null {
  try {
    return utf8.decode(octets);
  } catch {
    return null;
  }
}
