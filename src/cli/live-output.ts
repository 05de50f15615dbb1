// What `connect` prints while it talks: lines for people, or NDJSON. Knows what a message is, not how it came; every text of
// the other end is escaped before it reaches a terminal.

import { jsonText } from '../codec/json-text.ts';
import type { Direction } from '../dissect/events.ts';
import { type ConnectionEnd, describeEnd } from '../endpoint/index.ts';
import { formatSeconds } from '../output/amounts.ts';
import { arrowOf } from '../output/direction-arrow.ts';
import { truncate } from '../output/display-width.ts';
import { makePalette, type Palette } from '../output/palette.ts';
import { formatMessage } from '../output/payload-text.ts';
import { escapeText } from '../output/terminal-text.ts';
import { decodedOf, type LiveMessage, saidOf, type Unmarshal } from './live-message.ts';

export interface LiveOutput {
  connected(facts: { url: string; address: string; subprotocol: string | null; compression: boolean }): void;
  sent(message: LiveMessage): void;
  /** @param roundTrip seconds since what it seems to answer was sent; null where it answers nothing */
  received(message: LiveMessage, roundTrip: number | null): void;
  control(direction: Direction, opcode: 'ping' | 'pong', payload: Uint8Array, roundTrip: number | null): void;
  ended(end: ConnectionEnd, counts: { sent: number; received: number; roundTrips: readonly number[] }): void;
}

/** Columns of a message where there is no terminal to fit. */
const WIDE = 10_000;

export class LiveText implements LiveOutput {
  readonly #print: (line: string) => void;
  readonly #unmarshal: Unmarshal;
  readonly #width: number;
  readonly #palette: Palette;

  constructor(
    print: (line: string) => void,
    unmarshal: Unmarshal,
    { colour, width }: { colour: boolean; width: number | null },
  ) {
    this.#print = print;
    this.#unmarshal = unmarshal;
    this.#width = width ?? WIDE;
    this.#palette = makePalette({ colour });
  }

  connected({ url, subprotocol, compression }: Parameters<LiveOutput['connected']>[0]): void {
    const facts = [
      `connected to ${escapeText(url)}`,
      ...(subprotocol === null ? [] : [`subprotocol ${escapeText(subprotocol)}`]),
      ...(compression ? ['compressed'] : []),
    ];
    this.#print(this.#palette.heading(facts.join(', ')));
  }

  sent(message: LiveMessage): void {
    this.#print(`${this.#palette.client(arrowOf('c2s'))} ${this.#describe(message, 0)}`);
  }

  received(message: LiveMessage, roundTrip: number | null): void {
    const time = roundTrip === null ? '' : `  ${formatSeconds(roundTrip)}`;
    const said = this.#describe(message, time.length);
    this.#print(`${this.#palette.server(arrowOf('s2c'))} ${said}${this.#palette.faint(time)}`);
  }

  control(direction: Direction, opcode: 'ping' | 'pong', payload: Uint8Array, roundTrip: number | null): void {
    const paint = direction === 'c2s' ? this.#palette.client : this.#palette.server;
    const text = payload.length === 0 ? '' : ` ${formatMessage(saidOf('text', payload), this.#width)}`;
    const time = roundTrip === null ? '' : this.#palette.faint(`  ${formatSeconds(roundTrip)}`);
    this.#print(`${paint(arrowOf(direction))} ${opcode}${text}${time}`);
  }

  ended(end: ConnectionEnd, { sent, received, roundTrips }: Parameters<LiveOutput['ended']>[1]): void {
    const palette = this.#palette;
    const how = escapeText(describeEnd(end));
    const why = end.error === null ? '' : palette.error(`; ${escapeText(end.error)}`);
    this.#print(palette.heading(how) + why);
    const times = roundTrips.length === 0 ? '' : `; round trip ${formatSpread(roundTrips)}`;
    this.#print(`${sent} sent, ${received} received${times}`);
  }

  #describe(message: LiveMessage, taken: number): string {
    const room = Math.max(40, this.#width - taken - 2);
    const said = formatMessage(decodedOf(message, this.#unmarshal), room);
    return truncate(said, room);
  }
}

export class LiveNdjson implements LiveOutput {
  readonly #print: (line: string) => void;
  readonly #unmarshal: Unmarshal;

  constructor(print: (line: string) => void, unmarshal: Unmarshal) {
    this.#print = print;
    this.#unmarshal = unmarshal;
  }

  connected(facts: Parameters<LiveOutput['connected']>[0]): void {
    this.#write({ type: 'connected', ...facts });
  }

  sent(message: LiveMessage): void {
    this.#write({ ...this.#messageOf(message, 'c2s') });
  }

  received(message: LiveMessage, roundTrip: number | null): void {
    this.#write({ ...this.#messageOf(message, 's2c'), ...(roundTrip === null ? {} : { roundTrip }) });
  }

  control(direction: Direction, opcode: 'ping' | 'pong', payload: Uint8Array, roundTrip: number | null): void {
    const data = Buffer.from(payload).toString('base64');
    const time = roundTrip === null ? {} : { roundTrip };
    this.#write({ type: 'control', direction, opcode, length: payload.length, data, ...time });
  }

  ended(end: ConnectionEnd, { sent, received }: Parameters<LiveOutput['ended']>[1]): void {
    const { code, reason, sent: closeSent, error } = end;
    this.#write({ type: 'end', code, reason, closeSent, error, messagesSent: sent, messagesReceived: received });
  }

  #messageOf(message: LiveMessage, direction: Direction): object {
    const { opcode, data, frames, compressed } = message;
    const { text, data: base64, decoded, decodeError } = decodedOf(message, this.#unmarshal);
    const payload = decoded === undefined ? { text, data: base64 } : {};
    return {
      type: 'message',
      direction,
      opcode,
      length: data.length,
      frames,
      compressed,
      ...payload,
      decoded,
      decodeError,
    };
  }

  #write({ type, ...fields }: { type?: string; [name: string]: unknown }): void {
    this.#print(jsonText({ type, time: new Date().toISOString(), ...fields }));
  }
}

function formatSpread(times: readonly number[]): string {
  if (times.length === 1) return formatSeconds(times[0]);
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  const least = times.reduce((one, other) => Math.min(one, other));
  const most = times.reduce((one, other) => Math.max(one, other));
  return `${formatSeconds(least)} to ${formatSeconds(most)}, mean ${formatSeconds(mean)}`;
}
