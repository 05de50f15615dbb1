// Compares what is found in a recorded capture with what the programs that spoke had logged of it. Knows the truth files
// (their README stands beside them) and the events, nothing in between.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  ControlEvent,
  HandshakeEvent,
  MessageEvent,
  MidstreamEvent,
  WsdissectEvent,
} from '../../src/dissect/events.ts';
import { sharedCaptures } from '../support/shared-captures.ts';
import { INCIDENTAL } from './dissection.ts';

interface Entry {
  direction: 'c2s' | 's2c';
  opcode: string;
  lost?: true;
  sha256?: string;
}

interface TrueMessage extends Entry {
  length: number;
  frames?: number;
  decoded?: unknown;
}

interface TrueControl extends Entry {
  code?: number | null;
  reason?: string;
}

export interface TrueConnection {
  client_port: number;
  server_port: number;
  handshake?: { method: string; target: string; status: number; subprotocol: string | null; extensions: string | null };
  messages: TrueMessage[];
  controls: TrueControl[];
  what: string;
  /** The words in which a reader objected; `accepted` where it did not mind. */
  ends?: string | null;
  may_miss?: number;
}

export interface Truth {
  name: string;
  /** Absolute paths. */
  capture: string;
  registry: string | null;
  exit: number;
  connections: TrueConnection[];
}

/** The truths of a folder of the recorded captures; none where these are not there. */
export function truthsOf(folder: string): Truth[] {
  if (sharedCaptures === null) return [];
  const path = join(sharedCaptures, folder);
  return readdirSync(path)
    .filter((name) => name.endsWith('.truth.json'))
    .map((name) => {
      const truth = JSON.parse(readFileSync(join(path, name), 'utf8'));
      return {
        name: name.replace('.truth.json', ''),
        capture: join(path, truth.capture),
        registry: truth.registry ? join(path, truth.registry) : null,
        exit: truth.exit ?? 0,
        connections: truth.connections,
      };
    });
}

/** What was found of one connection. */
export interface Found {
  opening: HandshakeEvent | MidstreamEvent;
  messages: MessageEvent[];
  controls: ControlEvent[];
  codes: string[];
  /** What a reader like gorilla's would say. */
  peerWords: string[];
}

export function foundIn(events: readonly WsdissectEvent[]): Found[] {
  const found = new Map<number, Found>();
  for (const event of events) {
    if (event.type === 'handshake' || event.type === 'midstream') {
      const known = found.get(event.connection);
      if (known === undefined)
        found.set(event.connection, { opening: event, messages: [], controls: [], codes: [], peerWords: [] });
    }
    if (!('connection' in event) || event.type === 'comment') continue;
    const held = found.get(event.connection);
    if (event.type === 'message') held?.messages.push(event);
    if (event.type === 'control') held?.controls.push(event);
    if (event.type !== 'diagnostic' || INCIDENTAL.has(event.code)) continue;
    held?.codes.push(event.code);
    if (event.peerWords !== undefined) held?.peerWords.push(event.peerWords);
  }
  return [...found.values()];
}

export function findConnection(found: readonly Found[], connection: TrueConnection, use: number): Found | undefined {
  const same = found.filter(
    ({ opening }) => opening.client.port === connection.client_port && opening.server.port === connection.server_port,
  );
  return same[use];
}

function octetsOf(event: { data?: string; text?: string }): Uint8Array {
  return event.data === undefined ? Buffer.from(event.text ?? '', 'utf8') : Buffer.from(event.data, 'base64');
}

/** SHA-256 of the application data, in hex. */
export function digestOf(event: { data?: string; text?: string }): string {
  return createHash('sha256').update(octetsOf(event)).digest('hex');
}

/** As the truth writes it, so that the two can be compared whole. */
export function describeMessage(message: MessageEvent, expected: TrueMessage | undefined): unknown {
  return {
    opcode: message.opcode,
    length: message.length,
    ...(expected?.sha256 === undefined ? {} : { sha256: digestOf(message) }),
    ...(expected?.frames === undefined ? {} : { frames: message.frames }),
    ...(expected?.decoded === undefined ? {} : { decoded: message.decoded }),
  };
}

export function describeControl(control: ControlEvent, expected: TrueControl | undefined): unknown {
  if (control.opcode !== 'close') {
    return { opcode: control.opcode, ...(expected?.sha256 === undefined ? {} : { sha256: digestOf(control) }) };
  }
  return {
    opcode: 'close',
    code: control.code,
    ...(expected?.reason === undefined ? {} : { reason: control.reason }),
  };
}

export function expectedMessage({ opcode, length, sha256, frames, decoded }: TrueMessage): unknown {
  return {
    opcode,
    length,
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(frames === undefined ? {} : { frames }),
    ...(decoded === undefined ? {} : { decoded }),
  };
}

export function expectedControl({ opcode, code, reason, sha256 }: TrueControl): unknown {
  if (opcode !== 'close') return { opcode, ...(sha256 === undefined ? {} : { sha256 }) };
  return { opcode, code: code ?? null, ...(reason === undefined ? {} : { reason }) };
}
