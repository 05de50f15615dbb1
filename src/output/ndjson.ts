// Events as NDJSON, written straight to octets: the frequent ones from their views, field for field as `EventMaker` makes
// them (a test holds the two together), the rare ones by `jsonText`. No string is made a message; that is what brings
// it to millions a second (bench/README.md).

import type { PayloadCodec } from '../codec/codec.ts';
import { ConstantText } from '../codec/constant-text.ts';
import { jsonText } from '../codec/json-text.ts';
import { OctetWriter } from '../codec/octet-writer.ts';
import type { CaptureClock } from '../dissect/clock.ts';
import { type EventOptions, needsOf } from '../dissect/event-maker.ts';
import type { Counts, MidstreamEvent } from '../dissect/events.ts';
import type { PayloadOption } from '../dissect/payload-option.ts';
import {
  CLIENT_TO_SERVER,
  type ControlView,
  type DissectionSink,
  type EndView,
  type FrameView,
  type HandshakeView,
  type MessageView,
  type MidstreamView,
  type RareEvent,
  SERVER_TO_CLIENT,
  type SinkNeeds,
} from '../dissect/sink.ts';
import { closeCodeName } from '../ws/close-codes.ts';
import { BINARY, CLOSE, opcodeName, TEXT } from '../ws/opcodes.ts';
import { isContinuation } from '../ws/utf8-sequence.ts';
import { writeHandshake } from './ndjson-handshake.ts';
import { LocationWriter } from './ndjson-location.ts';

/** Octets gathered before they are written out. */
const CHUNK = 256 * 1024;
/** Octets of a payload written at a time, whole groups of base64: a long text of controls is six times as large in JSON. */
const PIECE = 192 * 1024;

// Constant parts are as long as they can be.
const MESSAGE = new ConstantText('{"type":"message","connection":');
const CONTROL = new ConstantText('{"type":"control","connection":');
const FRAME = new ConstantText('{"type":"frame","connection":');
const HANDSHAKE = new ConstantText('{"type":"handshake","connection":');
const ENDED = new ConstantText('{"type":"end","connection":');
const HOW = new ConstantText(',"how":"');
const FROM_CLIENT = new ConstantText('","c2s":{"messages":');
const FROM_SERVER = new ConstantText('},"s2c":{"messages":');
const CONTROLS = new ConstantText(',"controls":');
const OCTETS = new ConstantText(',"octets":');
const DIRECTION_OPCODE = [
  new ConstantText(',"direction":"c2s","opcode":"'),
  new ConstantText(',"direction":"s2c","opcode":"'),
];
const DIRECTION_INDEX = [
  new ConstantText(',"direction":"c2s","index":'),
  new ConstantText(',"direction":"s2c","index":'),
];
const TEXT_LENGTH = new ConstantText(',"opcode":"text","length":');
const BINARY_LENGTH = new ConstantText(',"opcode":"binary","length":');
const OPCODE_TEXT = new ConstantText(',"opcode":"text"');
const OPCODE_BINARY = new ConstantText(',"opcode":"binary"');
const LENGTH = new ConstantText('","length":');
const WIRE_LENGTH = new ConstantText(',"wireLength":');
const ONE_PLAIN_FRAME = new ConstantText(',"frames":1,"compressed":false,"firstPacket":');
const FRAMES = new ConstantText(',"frames":');
const COMPRESSED = new ConstantText(',"compressed":true');
const NOT_COMPRESSED = new ConstantText(',"compressed":false');
const NOT_INFLATED = new ConstantText(',"inflated":false');
const FIRST_PACKET = new ConstantText(',"firstPacket":');
const TEXT_FIELD = new ConstantText(',"text":');
const DATA_FIELD = new ConstantText(',"data":"');
const DECODED = new ConstantText(',"decoded":');
const END = new ConstantText('}\n');
const utf8 = new TextEncoder();
const QUOTE = 0x22;
const RIGHT_BRACE = 0x7d;

export class NdjsonWriter implements DissectionSink {
  readonly needs: SinkNeeds;
  readonly #write: (octets: Uint8Array) => void;
  readonly #payload: PayloadOption;
  readonly #codec: PayloadCodec | null;
  readonly #out = new OctetWriter(CHUNK + 64 * 1024);
  readonly #location: LocationWriter;
  /** What is written of the close code that came last: most are the same. */
  #closeCode: number | null = null;
  #closeText = new ConstantText(',"code":null,"name":null,"reason":');

  /** @param write takes lines; the octets are read over once it returns */
  constructor(write: (octets: Uint8Array) => void, options: EventOptions, clock: CaptureClock) {
    this.#write = write;
    this.#payload = options.payload;
    this.#codec = options.codec;
    this.#location = new LocationWriter(clock);
    this.needs = needsOf(options);
  }

  /** Writes out what is gathered. */
  flush(): void {
    if (this.#out.position === 0) return;
    this.#write(this.#out.buffer.subarray(0, this.#out.position));
    this.#out.position = 0;
  }

  onHandshake(handshake: HandshakeView): void {
    const out = this.#out;
    out.constant(HANDSHAKE);
    this.#location.write(out, handshake.conversation.connection, handshake.origin);
    writeHandshake(out, handshake);
    out.constant(END);
    this.#flushIfFull();
  }

  onMidstream(midstream: MidstreamView): void {
    this.onEvent(midstream.event());
  }

  onEnd(end: EndView): void {
    const out = this.#out;
    out.constant(ENDED);
    this.#location.write(out, end.conversation.connection, end.origin);
    out.constant(HOW);
    out.ascii(end.how);
    out.constant(FROM_CLIENT);
    this.#writeCounts(end.counts(CLIENT_TO_SERVER));
    out.constant(FROM_SERVER);
    this.#writeCounts(end.counts(SERVER_TO_CLIENT));
    out.octet(RIGHT_BRACE);
    out.constant(END);
    this.#flushIfFull();
  }

  onEvent(event: RareEvent | MidstreamEvent): void {
    const line = utf8.encode(jsonText(event));
    this.#out.range(line, 0, line.length);
    this.#out.octet(0x0a);
    this.#flushIfFull();
  }

  onFrame(frame: FrameView): void {
    const out = this.#out;
    out.constant(FRAME);
    this.#location.write(out, frame.conversation.connection, frame.origin);
    out.constant(DIRECTION_OPCODE[frame.direction]);
    out.ascii(`${opcodeName(frame.opcode)}","fin":${frame.fin},"rsv":${frame.rsv},"masked":${frame.masked}`);
    const key = frame.masked ? `"${(frame.key >>> 0).toString(16).padStart(8, '0')}"` : 'null';
    out.ascii(`,"key":${key},"length":${frame.length},"headerLength":${frame.headerLength},"offset":${frame.offset}`);
    out.constant(END);
    this.#flushIfFull();
  }

  onMessage(message: MessageView): void {
    const out = this.#out;
    out.constant(MESSAGE);
    this.#location.write(out, message.conversation.connection, message.origin);
    out.constant(DIRECTION_INDEX[message.direction]);
    out.integer(message.index);
    if (message.length < 0) {
      out.constant(message.opcode === TEXT ? OPCODE_TEXT : OPCODE_BINARY);
    } else {
      out.constant(message.opcode === TEXT ? TEXT_LENGTH : BINARY_LENGTH);
      out.integer(message.length);
    }
    out.constant(WIRE_LENGTH);
    out.integer(message.wireLength);
    if (message.frames === 1 && !message.compressed) {
      out.constant(ONE_PLAIN_FRAME);
    } else {
      out.constant(FRAMES);
      out.integer(message.frames);
      out.constant(message.compressed ? COMPRESSED : NOT_COMPRESSED);
      if (message.length < 0) out.constant(NOT_INFLATED);
      out.constant(FIRST_PACKET);
    }
    out.integer(message.firstPacket);
    if (message.readable) this.#writePayload(message);
    out.constant(END);
    this.#flushIfFull();
  }

  onControl(control: ControlView): void {
    control.read();
    const { octets, start, end } = control;
    const out = this.#out;
    out.constant(CONTROL);
    this.#location.write(out, control.conversation.connection, control.origin);
    out.constant(DIRECTION_OPCODE[control.direction]);
    out.ascii(opcodeName(control.opcode));
    out.constant(LENGTH);
    out.integer(control.length);
    this.#writeData(octets, start, end);
    if (control.opcode === CLOSE) this.#writeClose(octets, start, end);
    out.constant(END);
    this.#flushIfFull();
  }

  #writeCounts({ messages, controls, frames, octets }: Counts): void {
    const out = this.#out;
    out.integer(messages);
    out.constant(CONTROLS);
    out.integer(controls);
    out.constant(FRAMES);
    out.integer(frames);
    out.constant(OCTETS);
    out.integer(octets);
  }

  #writeClose(octets: Uint8Array, start: number, end: number): void {
    const out = this.#out;
    const code = end - start < 2 ? null : (octets[start] << 8) | octets[start + 1];
    if (code !== this.#closeCode) {
      const name = JSON.stringify(code === null ? null : closeCodeName(code));
      this.#closeCode = code;
      this.#closeText = new ConstantText(`,"code":${code},"name":${name},"reason":`);
    }
    out.constant(this.#closeText);
    out.jsonText(octets, code === null ? end : start + 2, end);
  }

  /** `text` or `data`, then `decoded` or `decodeError`, as `EventMaker` orders them. */
  #writePayload(message: MessageView): void {
    const codec = this.#codec;
    const decodes = codec !== null && message.opcode === BINARY && !message.opaque;
    if (!decodes && this.#payload === 'never') return;
    message.read();
    if (!decodes) {
      this.#writeOctets(message);
    } else if (this.#payload === 'always') {
      this.#writeOctets(message);
      this.#writeDecoded(codec, message);
    } else {
      this.#writeDecodedElseOctets(codec, message);
    }
  }

  #writeDecoded(codec: PayloadCodec, message: MessageView): void {
    const out = this.#out;
    const before = out.position;
    out.constant(DECODED);
    const failure = codec.write(message.octets, message.start, message.end, out);
    if (failure === null) return;
    out.position = before;
    out.ascii(',"decodeError":{"code":');
    out.jsonString(failure.code);
    out.ascii(',"message":');
    out.jsonString(failure.message);
    out.octet(RIGHT_BRACE);
  }

  /** The octets stand before the failure, which is known only afterwards; failures are rare, so they are decoded twice. */
  #writeDecodedElseOctets(codec: PayloadCodec, message: MessageView): void {
    const out = this.#out;
    const before = out.position;
    out.constant(DECODED);
    if (codec.write(message.octets, message.start, message.end, out) === null) return;
    out.position = before;
    if (this.#payload === 'undecoded') this.#writeOctets(message);
    this.#writeDecoded(codec, message);
  }

  #writeOctets(message: MessageView): void {
    const { octets, start, end } = message;
    if (message.opcode === TEXT && message.wellFormed) {
      this.#out.constant(TEXT_FIELD);
      this.#writeText(octets, start, end);
    } else {
      this.#writeData(octets, start, end);
    }
  }

  /** Of UTF-8. */
  #writeText(octets: Uint8Array, start: number, end: number): void {
    this.#out.octet(QUOTE);
    for (let at = start, next = 0; at < end; at = next) {
      next = Math.min(end, at + PIECE);
      while (next < end && isContinuation(octets[next])) next--;
      this.#out.jsonTextPiece(octets, at, next);
      this.#flushIfFull();
    }
    this.#out.octet(QUOTE);
  }

  #writeData(octets: Uint8Array, start: number, end: number): void {
    this.#out.constant(DATA_FIELD);
    for (let at = start; at < end; at += PIECE) {
      this.#out.base64(octets, at, Math.min(end, at + PIECE));
      this.#flushIfFull();
    }
    this.#out.octet(QUOTE);
  }

  #flushIfFull(): void {
    if (this.#out.position >= CHUNK) this.flush();
  }
}
