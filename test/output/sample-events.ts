// Hand-made events of small conversations, and a sink that keeps what it is given. Knows nothing of captures.

import type {
  ControlEvent,
  DiagnosticEvent,
  EndEvent,
  HandshakeEvent,
  IncompletePayload,
  Located,
  MessageEvent,
  SummaryEvent,
  WsdissectEvent,
} from '../../src/dissect/events.ts';
import type { EventOutput, TextSink } from '../../src/output/text-sink.ts';

export class TextRecord implements TextSink {
  text = '';

  write(text: string): void {
    this.text += text;
  }

  get lines(): string[] {
    return this.text.split('\n');
  }
}

export function feed(output: EventOutput, events: WsdissectEvent[]): void {
  for (const event of events) output.onEvent(event);
  output.finish();
}

export function at(packet: number, connection = 0): Located {
  const microseconds = packet * 1000;
  const time = `2026-11-24T03:44:00.${String(microseconds).padStart(6, '0')}Z`;
  return { connection, packet, time, elapsed: microseconds / 1e6 };
}

export function base64(text: string | number[]): string {
  return Buffer.from(text as string).toString('base64');
}

/** A message with holes, of which these pieces are there. */
export function incomplete(packet: number, fields: Partial<IncompletePayload>): DiagnosticEvent {
  return {
    type: 'diagnostic',
    ...at(packet),
    code: 'message-incomplete',
    severity: 'warning',
    direction: 'c2s',
    message: 'octets were not captured',
    reference: 'docs/limits.md',
    incomplete: {
      opcode: 'text',
      wireLength: 20,
      captured: 10,
      frames: 1,
      compressed: false,
      firstPacket: packet,
      pieces: [],
      ...fields,
    },
  };
}

export function handshake(packet: number, fields: Partial<HandshakeEvent> = {}): HandshakeEvent {
  return {
    type: 'handshake',
    ...at(packet, fields.connection),
    client: { address: '10.7.0.2', port: 41001 + (fields.connection ?? 0) },
    server: { address: '10.7.0.1', port: 8888 },
    request: { method: 'GET', target: '/connect', headers: [] },
    response: { status: 101, reason: 'Switching Protocols', headers: [], body: '' },
    upgraded: true,
    accept: 'ok',
    subprotocol: null,
    extensions: null,
    ...fields,
  };
}

export function message(packet: number, fields: Partial<MessageEvent> = {}): MessageEvent {
  return {
    type: 'message',
    ...at(packet, fields.connection),
    direction: 'c2s',
    index: 0,
    opcode: 'text',
    length: 5,
    wireLength: 5,
    frames: 1,
    compressed: false,
    firstPacket: packet,
    ...fields,
  };
}

export function text(packet: number, said: string, fields: Partial<MessageEvent> = {}): MessageEvent {
  const length = Buffer.byteLength(said);
  return message(packet, { length, wireLength: length, text: said, ...fields });
}

export function binary(packet: number, octets: number[], fields: Partial<MessageEvent> = {}): MessageEvent {
  const length = octets.length;
  return message(packet, { opcode: 'binary', length, wireLength: length, data: base64(octets), ...fields });
}

export function close(packet: number, fields: Partial<ControlEvent> = {}): ControlEvent {
  return {
    type: 'control',
    ...at(packet, fields.connection),
    direction: 'c2s',
    opcode: 'close',
    length: 5,
    data: base64([0x03, 0xe8, 0x62, 0x79, 0x65]),
    code: 1000,
    name: 'normal closure',
    reason: 'bye',
    ...fields,
  };
}

export function ping(packet: number, payload: string | number[], fields: Partial<ControlEvent> = {}): ControlEvent {
  const data = base64(payload);
  return {
    type: 'control',
    ...at(packet, fields.connection),
    direction: 'c2s',
    opcode: 'ping',
    length: Buffer.from(data, 'base64').length,
    data,
    ...fields,
  };
}

export function end(packet: number, fields: Partial<EndEvent> = {}): EndEvent {
  return {
    type: 'end',
    ...at(packet, fields.connection),
    how: 'close',
    c2s: { messages: 1, controls: 1, frames: 2, octets: 210 },
    s2c: { messages: 1, controls: 1, frames: 2, octets: 148 },
    ...fields,
  };
}

export function summary(fields: Partial<SummaryEvent> = {}): SummaryEvent {
  return {
    type: 'summary',
    packets: 16,
    octets: 1694,
    tcpConnections: 1,
    webSocketConnections: 1,
    messages: 2,
    otherConnections: [],
    skipped: {},
    complete: true,
    ...fields,
  };
}

/** The article's conversation, decoded. */
export const article: WsdissectEvent[] = [
  handshake(6),
  binary(8, [0, 1, 8, 0x96, 1], { decoded: { id: 1, type: 'pb.Ping', value: { seq: 150 } } }),
  binary(
    9,
    Array.from({ length: 13 }, () => 0),
    {
      direction: 's2c',
      decoded: { id: 2, type: 'pb.Pong', value: { seq: 150, note: '收到' } },
    },
  ),
  close(11),
  close(12, { direction: 's2c', length: 2, reason: '' }),
  end(15),
  summary(),
];
