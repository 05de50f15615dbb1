// What expectations are held against: the events of one capture, sorted by connection. Keeps them all, up to a limit, as a
// verdict may depend on any two of them. Knows no expectations.

import type { EventSink } from '../dissect/event-maker.ts';
import type {
  ControlEvent,
  DiagnosticEvent,
  EndEvent,
  GapEvent,
  HandshakeEvent,
  MessageEvent,
  MidstreamEvent,
  SummaryEvent,
  WsdissectEvent,
} from '../dissect/events.ts';

/** What one side said to the other. */
export type Said = MessageEvent | ControlEvent;

export interface ConnectionLog {
  /** Number of the TCP connection. */
  readonly connection: number;
  /** Each attempt to upgrade, the last of which may have been granted. */
  readonly handshakes: HandshakeEvent[];
  midstream: MidstreamEvent | null;
  /** In the order in which it became known. */
  readonly said: Said[];
  readonly gaps: GapEvent[];
  readonly diagnostics: DiagnosticEvent[];
  end: EndEvent | null;
}

export interface CaptureLog {
  /** Name of the capture as it was given. */
  readonly capture: string;
  /** Those that asked for WebSocket or speak it, in the order of their numbers. */
  readonly connections: readonly ConnectionLog[];
  readonly summary: SummaryEvent | null;
}

/** Events kept of one capture. */
const DEFAULT_KEPT_EVENTS = 1_000_000;

/** More events than may be kept: a verdict on a part of them would be none. */
export class TooManyEvents extends Error {
  override readonly name = 'TooManyEvents';

  constructor(limit: number) {
    super(`the capture has more than ${limit} messages and control frames, which are all kept`);
  }
}

/** Whether the two speak WebSocket. */
export function isUpgraded(log: ConnectionLog): boolean {
  return log.midstream !== null || log.handshakes.some((handshake) => handshake.upgraded);
}

/** The handshake that counts: the one that was granted, else the last attempt. */
export function handshakeOf(log: ConnectionLog): HandshakeEvent | null {
  return log.handshakes.find((handshake) => handshake.upgraded) ?? log.handshakes.at(-1) ?? null;
}

/** Octets of what base64 says. */
export function dataLengthOf(base64: string): number {
  return Buffer.byteLength(base64, 'base64');
}

export class CaptureLogger implements EventSink {
  readonly #capture: string;
  readonly #limit: number;
  readonly #connections = new Map<number, ConnectionLog>();
  #summary: SummaryEvent | null = null;
  #kept = 0;

  constructor(capture: string, limit = DEFAULT_KEPT_EVENTS) {
    this.#capture = capture;
    this.#limit = limit;
  }

  /** @throws {TooManyEvents} */
  onEvent(event: WsdissectEvent): void {
    switch (event.type) {
      case 'handshake':
        this.#keep(event.connection).handshakes.push(event);
        break;
      case 'midstream':
        this.#keep(event.connection).midstream = event;
        break;
      case 'message':
      case 'control':
        this.#keep(event.connection).said.push(event);
        break;
      case 'gap':
        this.#keep(event.connection).gaps.push(event);
        break;
      case 'diagnostic':
        this.#keep(event.connection).diagnostics.push(event);
        break;
      case 'end':
        this.#keep(event.connection).end = event;
        break;
      case 'summary':
        this.#summary = event;
        break;
    }
  }

  log(): CaptureLog {
    const asking = [...this.#connections.values()].filter((log) => log.handshakes.length > 0 || log.midstream !== null);
    asking.sort((one, other) => one.connection - other.connection);
    return { capture: this.#capture, connections: asking, summary: this.#summary };
  }

  #keep(connection: number): ConnectionLog {
    if (++this.#kept > this.#limit) throw new TooManyEvents(this.#limit);
    let log = this.#connections.get(connection);
    if (log === undefined) {
      log = { connection, handshakes: [], midstream: null, said: [], gaps: [], diagnostics: [], end: null };
      this.#connections.set(connection, log);
    }
    return log;
  }
}
