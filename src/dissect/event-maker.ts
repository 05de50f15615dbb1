// Turns the reused views of the dissector into events that belong to whoever receives them. The one place where an event
// that comes often is put together as an object; `src/output/ndjson.ts` writes the same fields straight to octets.

import type { PayloadCodec } from '../codec/codec.ts';
import { OctetWriter } from '../codec/octet-writer.ts';
import { closeCodeName } from '../ws/close-codes.ts';
import { BINARY, CLOSE, opcodeName, TEXT } from '../ws/opcodes.ts';
import type { CaptureClock } from './clock.ts';
import { directionName } from './direction.ts';
import type { ControlEvent, Decoded, FrameEvent, MessageEvent, OpcodeName, WsdissectEvent } from './events.ts';
import type { PayloadOption } from './payload-option.ts';
import type {
  ControlView,
  DissectionSink,
  EndView,
  FrameView,
  HandshakeView,
  MessageView,
  MidstreamView,
  RareEvent,
  SinkNeeds,
} from './sink.ts';

export interface EventOptions {
  /** Whether there are `frame` events. */
  frames: boolean;
  payload: PayloadOption;
  codec: PayloadCodec | null;
}

/** Takes events; they are its own. */
export interface EventSink {
  onEvent(event: WsdissectEvent): void;
}

/** What a sink of events with these options needs. */
export function needsOf(options: EventOptions): SinkNeeds {
  return {
    connectionDiagnostics: true,
    heads: true,
    frames: options.frames,
    payloads: options.payload !== 'never' || options.codec !== null,
  };
}

export class EventMaker implements DissectionSink {
  readonly needs: SinkNeeds;
  readonly #events: EventSink;
  readonly #options: EventOptions;
  readonly #clock: CaptureClock;
  readonly #decoded = new OctetWriter();
  readonly #text = new TextDecoder('utf-8', { ignoreBOM: true });

  constructor(events: EventSink, options: EventOptions, clock: CaptureClock) {
    this.#events = events;
    this.#options = options;
    this.#clock = clock;
    this.needs = needsOf(options);
  }

  onEvent(event: RareEvent): void {
    this.#events.onEvent(event);
  }

  onHandshake(handshake: HandshakeView): void {
    this.#events.onEvent(handshake.event());
  }

  onMidstream(midstream: MidstreamView): void {
    this.#events.onEvent(midstream.event());
  }

  onFrame(frame: FrameView): void {
    const event: FrameEvent = {
      type: 'frame',
      ...this.#clock.locate(frame.conversation.connection, frame.origin),
      direction: directionName(frame.direction),
      opcode: opcodeName(frame.opcode) as OpcodeName,
      fin: frame.fin,
      rsv: frame.rsv,
      masked: frame.masked,
      key: frame.masked ? (frame.key >>> 0).toString(16).padStart(8, '0') : null,
      length: frame.length,
      headerLength: frame.headerLength,
      offset: frame.offset,
    };
    this.#events.onEvent(event);
  }

  onMessage(message: MessageView): void {
    const event: MessageEvent = {
      type: 'message',
      ...this.#clock.locate(message.conversation.connection, message.origin),
      direction: directionName(message.direction),
      index: message.index,
      opcode: message.opcode === TEXT ? 'text' : 'binary',
      ...(message.length < 0 ? {} : { length: message.length }),
      wireLength: message.wireLength,
      frames: message.frames,
      compressed: message.compressed,
      ...(message.length < 0 ? { inflated: false as const } : {}),
      firstPacket: message.firstPacket,
    };
    if (message.readable) this.#addPayload(event, message);
    this.#events.onEvent(event);
  }

  onControl(control: ControlView): void {
    control.read();
    const { octets, start, end } = control;
    const event: ControlEvent = {
      type: 'control',
      ...this.#clock.locate(control.conversation.connection, control.origin),
      direction: directionName(control.direction),
      opcode: opcodeName(control.opcode) as ControlEvent['opcode'],
      length: control.length,
      data: base64Of(octets, start, end),
    };
    if (control.opcode === CLOSE) {
      const code = end - start < 2 ? null : (octets[start] << 8) | octets[start + 1];
      event.code = code;
      event.name = code === null ? null : closeCodeName(code);
      event.reason = code === null ? '' : this.#text.decode(octets.subarray(start + 2, end));
    }
    this.#events.onEvent(event);
  }

  onEnd(end: EndView): void {
    this.#events.onEvent(end.event());
  }

  #addPayload(event: MessageEvent, message: MessageView): void {
    const { codec, payload } = this.#options;
    const decodes = codec !== null && message.opcode === BINARY && !message.opaque;
    if (payload === 'never' && !decodes) return;
    message.read();
    const { octets, start, end } = message;
    const decoded: Pick<MessageEvent, 'decoded' | 'decodeError'> = {};
    if (decodes) {
      const writer = this.#decoded;
      writer.position = 0;
      const failure = codec.write(octets, start, end, writer);
      if (failure === null) decoded.decoded = decodedOf(writer);
      else decoded.decodeError = { code: failure.code, message: failure.message };
    }
    if (payload === 'always' || (payload === 'undecoded' && decoded.decoded === undefined)) {
      // Text that is not UTF-8 stands as its octets: wrong text is worse than none.
      if (message.opcode === TEXT && message.wellFormed) event.text = this.#text.decode(octets.subarray(start, end));
      else event.data = base64Of(octets, start, end);
    }
    Object.assign(event, decoded);
  }
}

/** Characters that are shown of what is no JSON. */
const SHOWN_OF_FAULTY = 80;

/** @throws {TypeError} what a program's own codec wrote need not be JSON */
function decodedOf(writer: OctetWriter): Decoded {
  const text = writer.text();
  try {
    return JSON.parse(text);
  } catch (cause) {
    const found = text === '' ? 'nothing' : text.slice(0, SHOWN_OF_FAULTY);
    throw new TypeError(`a codec's write() has to write JSON or to return a failure; it wrote ${found}`, { cause });
  }
}

function base64Of(octets: Uint8Array, start: number, end: number): string {
  return Buffer.from(octets.buffer, octets.byteOffset + start, end - start).toString('base64');
}
