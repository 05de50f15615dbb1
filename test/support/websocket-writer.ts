// WebSocket octets as tests write them: upgrade request and response by the RFC, and frames of any shape by the project's
// own writer, which test/ws/frame-writer.test.ts holds to RFC 6455's examples and to the `ws` package.

import { createHash } from 'node:crypto';
import { type FrameForm, writeFrame } from '../../src/ws/frame-writer.ts';

export { closePayload } from '../../src/ws/frame-writer.ts';
export { BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT } from '../../src/ws/opcodes.ts';
export type FrameOptions = FrameForm;

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

/** One frame; text is given as UTF-8. */
export function frame(opcode: number, payload: Uint8Array | string = '', form: FrameForm = {}): Uint8Array {
  return writeFrame(opcode, typeof payload === 'string' ? utf8(payload) : payload, form);
}

/** A client's frame: masked with `KEY`. */
export function clientFrame(opcode: number, payload: Uint8Array | string = '', options: FrameOptions = {}): Uint8Array {
  return frame(opcode, payload, { key: KEY, ...options });
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
