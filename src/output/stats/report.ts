// The statistics of a capture as a plain object: what `--format json` gives (docs/json.md) and the tables are drawn from. Knows
// nothing of how it was counted, nor how it is shown.

import type { Direction, EndEvent, Endpoint, Severity, SummaryEvent } from '../../dissect/events.ts';
import type { Histogram } from './histogram.ts';

/** Exact but for median and p95, which are within 0.4 % from 1,024 on (octets, or nanoseconds of a time). */
export interface Distribution {
  min: number;
  median: number;
  p95: number;
  max: number;
}

/** What went in one direction. */
export interface FlowReport {
  messages: number;
  /** Octets of application data; of messages that were not inflated, their octets on the wire. */
  octets: number;
  /** Messages a second, null where no time is known. */
  rate: number | null;
  /** Octets a message; null where there is none. */
  sizes: Distribution | null;
}

export interface PingReport {
  sent: number;
  /** Null where not all that was said is selected, so that answers may be hidden. */
  answered: number | null;
  /** Seconds from ping to pong. */
  roundTrip: Distribution | null;
}

/** What TCP did in one direction. */
export interface TransportFlow {
  /** Segments sent again; copies that the capture made do not count. */
  retransmissions: number;
  /** Segments captured behind later ones. */
  outOfOrder: number;
  /** Octets that were not captured. */
  lost: number;
  /** How often this end closed its window. */
  zeroWindows: number;
}

export interface TransportReport {
  /** Seconds from the SYN to the ACK of its answer; null where they were not captured. */
  handshakeRoundTrip: number | null;
  c2s: TransportFlow;
  s2c: TransportFlow;
}

export interface ConnectionReport {
  connection: number;
  client: Endpoint;
  server: Endpoint;
  how: EndEvent['how'] | null;
  /** Seconds from the upgrade, or from where it was first seen, to its end. */
  duration: number | null;
  /** Seconds from the upgrade request to its answer. */
  handshake: number | null;
  c2s: FlowReport;
  s2c: FlowReport;
  pings: PingReport;
  /** Null while it is open. */
  tcp: TransportReport | null;
}

export interface TypeReport extends FlowReport {
  direction: Direction;
  /** The registry's name, or `text` or `binary`. */
  name: string;
}

/** A client's message and the server's next. */
export interface ExchangeReport {
  asked: string;
  answered: string;
  count: number;
  /** Seconds from one to the other. */
  time: Distribution;
}

export interface DiagnosticCount {
  code: string;
  severity: Severity;
  count: number;
}

export interface StatsReport {
  type: 'statistics';
  /** The dissector's own account of the capture; null where it was interrupted. */
  summary: SummaryEvent | null;
  /** WebSocket connections, each in its own row of `connections` or only in `total`. */
  webSocketConnections: number;
  /** Upgrade requests that got another answer than 101. */
  refusedHandshakes: number;
  /** Upgrade requests whose answer is not in the capture, or not whole, or could not be read. */
  unansweredHandshakes: number;
  /** Of these, those that were answered with no HTTP that could be read. */
  unreadAnswers: number;
  controls: number;
  /** Messages that were not inflated. */
  notInflated: number;
  connections: ConnectionReport[];
  connectionsOmitted: number;
  total: { c2s: FlowReport; s2c: FlowReport; pings: PingReport; handshake: Distribution | null };
  types: TypeReport[];
  exchanges: ExchangeReport[];
  exchangesOmitted: number;
  diagnostics: DiagnosticCount[];
}

/** @param unit what one of the result is in the histogram's values: 1e9 for seconds of nanoseconds */
export function distributionOf(histogram: Histogram, unit = 1): Distribution | null {
  if (histogram.count === 0) return null;
  return {
    min: histogram.min / unit,
    median: histogram.quantile(0.5) / unit,
    p95: histogram.quantile(0.95) / unit,
    max: histogram.max / unit,
  };
}

export function flowOf(sizes: Histogram, rate: number | null): FlowReport {
  return { messages: sizes.count, octets: sizes.sum, rate, sizes: distributionOf(sizes) };
}

export const NANOSECONDS = 1e9;

export function pingsOf(sent: number, answered: number, roundTrips: Histogram, isWhole: boolean): PingReport {
  return { sent, answered: isWhole ? answered : null, roundTrip: distributionOf(roundTrips, NANOSECONDS) };
}
