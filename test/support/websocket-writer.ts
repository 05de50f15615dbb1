// WebSocket octets as a sender writes them: upgrade request and response, frames with any bits, mask and form of length.
// Written against RFC 6455, not against src/, so that it can stand as a witness.

import { createHash } from 'node:crypto';

export const CONTINUATION = 0;
export const TEXT = 1;
export const BINARY = 2;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

export interface FrameOptions {
  /** Default true. */
  fin?: boolean;
  /** RSV1, RSV2, RSV3 as the bits 4, 2, 1. */
  rsv?: number;
  /** The masking key; unmasked without. */
  key?: Uint8Array;
  /** Bits of the length field, also where it is not minimal. */
  lengthBits?: 7 | 16 | 64;
  /** What the length field says, where it shall not be the payload's length. */
  statedLength?: number;
}

/** The key that tests mask with where its value does not matter. */
export const KEY = Uint8Array.of(0x37, 0xfa, 0x21, 0x3d);

/** The key of RFC 6455 §1.3. */
const SAMPLE_KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function lengthField(length: number, bits: 7 | 16 | 64): number[] {
  if (bits === 7) return [length];
  if (bits === 16) return [126, length >> 8, length & 0xff];
  const field = new DataView(new ArrayBuffer(8));
  field.setBigUint64(0, BigInt(length));
  return [127, ...new Uint8Array(field.buffer)];
}

/** One frame, RFC 6455 §5.2; text is given as UTF-8. */
export function frame(opcode: number, payload: Uint8Array | string = '', options: FrameOptions = {}): Uint8Array {
  const data = typeof payload === 'string' ? utf8(payload) : payload;
  const length = options.statedLength ?? data.length;
  const bits = options.lengthBits ?? (length < 126 ? 7 : length < 0x10000 ? 16 : 64);
  const [first = 0, ...rest] = lengthField(length, bits);
  const key = options.key;
  const header = [
    (options.fin === false ? 0 : 0x80) | ((options.rsv ?? 0) << 4) | opcode,
    (key ? 0x80 : 0) | first,
    ...rest,
    ...(key ?? []),
  ];
  const octets = new Uint8Array(header.length + data.length);
  octets.set(header);
  octets.set(data, header.length);
  if (key) for (let i = 0; i < data.length; i++) (octets[header.length + i] as number) ^= key[i % 4] as number;
  return octets;
}

/** A client's frame: masked with `KEY`. */
export function clientFrame(opcode: number, payload: Uint8Array | string = '', options: FrameOptions = {}): Uint8Array {
  return frame(opcode, payload, { key: KEY, ...options });
}

/** The payload of a close frame. */
export function closePayload(code: number, reason = ''): Uint8Array {
  return concat(Uint8Array.of(code >> 8, code & 0xff), utf8(reason));
}

export type Fields = readonly (readonly [name: string, value: string])[];

/** A head of HTTP/1.1: first line, fields, empty line. */
export function head(firstLine: string, fields: Fields): Uint8Array {
  return utf8(`${firstLine}\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
}

/** RFC 6455 §4.2.2. */
export function acceptValue(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

export interface UpgradeOptions {
  target?: string;
  key?: string;
  /** Further fields, after the required ones. */
  fields?: Fields;
}

export function upgradeRequest(options: UpgradeOptions = {}): Uint8Array {
  return head(`GET ${options.target ?? '/connect'} HTTP/1.1`, [
    ['Host', 'localhost:8888'],
    ['Upgrade', 'websocket'],
    ['Connection', 'Upgrade'],
    ['Sec-WebSocket-Key', options.key ?? SAMPLE_KEY],
    ['Sec-WebSocket-Version', '13'],
    ...(options.fields ?? []),
  ]);
}

export function upgradeResponse(options: Omit<UpgradeOptions, 'target'> = {}): Uint8Array {
  return head('HTTP/1.1 101 Switching Protocols', [
    ['Upgrade', 'websocket'],
    ['Connection', 'Upgrade'],
    ['Sec-WebSocket-Accept', acceptValue(options.key ?? SAMPLE_KEY)],
    ...(options.fields ?? []),
  ]);
}
