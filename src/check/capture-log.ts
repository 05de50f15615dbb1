// What expectations are held against: the events of one capture, sorted by connection. Keeps them all, up to a limit, as a
// verdict may depend on any two of them. Knows no expectations.

import type { EventSink } from '../dissect/event-maker.ts';
import type {
  DiagnosticEvent,
  EndEvent,
  GapEvent,
  HandshakeEvent,
  MidstreamEvent,
  SummaryEvent,
  WsdissectEvent,
} from '../dissect/events.ts';
import type { SaidEvent } from '../dissect/said-event.ts';
import { memorySize } from './memory-size.ts';

export interface ConnectionLog {
  /** Number of the TCP connection. */
  readonly connection: number;
  /** Each attempt to upgrade, the last of which may have been granted. */
  readonly handshakes: HandshakeEvent[];
  midstream: MidstreamEvent | null;
  /** In the order in which it became known. */
  readonly said: SaidEvent[];
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

/** What is kept of one capture. */
export interface KeptLimits {
  events: number;
  /** Octets of events that take more than most do, as by payloads. */
  octets: number;
}

export type GivenLimits = { [Limit in keyof KeptLimits]?: KeptLimits[Limit] | undefined };

const DEFAULT_LIMITS: KeptLimits = { events: 1_000_000, octets: 512 * 1024 * 1024 };
/** Octets of memory up to which an event counts by its number alone. */
const USUAL_EVENT = 1024;

/** More than may be kept: a verdict on a part of it would be none. */
export class TooMuchToKeep extends Error {
  override readonly name = 'TooMuchToKeep';
  readonly limit: keyof KeptLimits;

  constructor(limit: keyof KeptLimits, what: string) {
    super(`the capture has more than ${what}, which are all kept`);
    this.limit = limit;
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

/** Whether the upgrade was asked for, and the answer is not in the capture, not whole, or could not be read. */
export function isUnanswered(log: ConnectionLog): boolean {
  return !isUpgraded(log) && handshakeOf(log)?.response == null;
}

/**
 * Whether of a message no more is known than its lengths, as it was compressed and could not be inflated, or is longer than
 * messages are kept.
 */
export function isUnread(said: SaidEvent): boolean {
  if (said.type !== 'message') return false;
  return said.decoded === undefined && said.text === undefined && said.data === undefined;
}

/** How many diagnostics of each code there are. */
export function countsByCode(log: ConnectionLog): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { code } of log.diagnostics) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

/** Octets of what base64 says. */
export function dataLengthOf(base64: string): number {
  return Buffer.byteLength(base64, 'base64');
}

export class CaptureLogger implements EventSink {
  readonly #capture: string;
  readonly #limits: KeptLimits;
  readonly #connections = new Map<number, ConnectionLog>();
  #summary: SummaryEvent | null = null;
  #events = 0;
  #octets = 0;

  /** @param limits that are undefined keep their defaults */
  constructor(capture: string, limits: GivenLimits = {}) {
    this.#capture = capture;
    this.#limits = { events: limits.events ?? DEFAULT_LIMITS.events, octets: limits.octets ?? DEFAULT_LIMITS.octets };
  }

  /** @throws {TooMuchToKeep} */
  onEvent(event: WsdissectEvent): void {
    switch (event.type) {
      case 'handshake':
        this.#keep(event).handshakes.push(event);
        break;
      case 'midstream':
        this.#keep(event).midstream = event;
        break;
      case 'message':
      case 'control':
        this.#keep(event).said.push(event);
        break;
      case 'gap':
        this.#keep(event).gaps.push(event);
        break;
      case 'diagnostic':
        this.#keep(event).diagnostics.push(event);
        break;
      case 'end':
        this.#keep(event).end = event;
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

  #keep(event: WsdissectEvent & { connection: number }): ConnectionLog {
    const { events, octets } = this.#limits;
    if (++this.#events > events) throw new TooMuchToKeep('events', `${events} messages and other events`);
    const size = memorySize(event);
    if (size > USUAL_EVENT) this.#octets += size;
    if (this.#octets > octets) throw new TooMuchToKeep('octets', `${octets} octets of payloads and heads`);
    const { connection } = event;
    let log = this.#connections.get(connection);
    if (log === undefined) {
      log = { connection, handshakes: [], midstream: null, said: [], gaps: [], diagnostics: [], end: null };
      this.#connections.set(connection, log);
    }
    return log;
  }
}
