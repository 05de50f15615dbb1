// Counts what the dissector finds. Reads views and numbers only, so that millions of messages a second pass: payloads
// are neither unmasked nor held, but where they are compressed, or a registry must name their types. How it is shown is
// `report-text.ts`.

import type { Origin } from '../../capture/packet.ts';
import type { PayloadCodec } from '../../codec/codec.ts';
import type { CaptureClock } from '../../dissect/clock.ts';
import type { Severity, SummaryEvent } from '../../dissect/events.ts';
import {
  CLIENT_TO_SERVER,
  type ControlView,
  type ConversationView,
  type DissectionSink,
  type EndView,
  type HandshakeView,
  type MessageView,
  type MidstreamView,
  type RareEvent,
  SERVER_TO_CLIENT,
  type SinkNeeds,
} from '../../dissect/sink.ts';
import { SWITCHING_PROTOCOLS } from '../../http/status-codes.ts';
import type { DirectionFacts } from '../../tcp/transport-facts.ts';
import { PING, PONG, TEXT } from '../../ws/opcodes.ts';
import { ConnectionStatistics } from './connection-statistics.ts';
import { ExchangePairs } from './exchange-clock.ts';
import { Histogram } from './histogram.ts';
import { type MessageType, MessageTypes } from './message-types.ts';
import { nanosecondsBetween } from './nanoseconds.ts';
import {
  type ConnectionReport,
  distributionOf,
  type ExchangeReport,
  type FlowReport,
  flowOf,
  NANOSECONDS,
  pingsOf,
  type StatsReport,
  type TransportFlow,
  type TypeReport,
} from './report.ts';
import { RowSizes } from './row-sizes.ts';

export interface StatsOptions {
  /** Names the types of binary messages; null without a registry. */
  codec: PayloadCodec | null;
  /** Connections that have rows of their own; default 200. The others are in the totals. */
  connectionRows?: number;
  /** Whether all that connections say is handed on; default true. */
  isWhole?: boolean;
}

const CONNECTION_ROWS = 200;
const NOT_REGISTERED = 'binary, not in the registry';
const NOT_AT_HAND = 'binary, payload not at hand';

function ratePerSecond(count: number, seconds: number | null): number | null {
  return seconds !== null && seconds > 0 ? count / seconds : null;
}

export class StatsOutput implements DissectionSink {
  readonly needs: SinkNeeds;
  readonly #codec: PayloadCodec | null;
  readonly #clock: CaptureClock;
  readonly #rowLimit: number;
  readonly #isWhole: boolean;
  readonly #rows: ConnectionStatistics[] = [];
  readonly #sizes = new RowSizes();
  /** Connections by the places of their conversations, which others take when they have ended. */
  readonly #open: ConnectionStatistics[] = [];
  /** The connection that ended last: what TCP did in it comes next. */
  #ended: ConnectionStatistics | null = null;
  readonly #clientTypes = new MessageTypes();
  readonly #serverTypes = new MessageTypes();
  readonly #pairs = new ExchangePairs();
  readonly #handshakes = new Histogram();
  readonly #roundTrips = new Histogram();
  readonly #diagnostics = new Map<string, { severity: Severity; count: number }>();
  #connections = 0;
  #refused = 0;
  #unanswered = 0;
  #unreadAnswers = 0;
  #controls = 0;
  #pings = 0;
  #answered = 0;
  #notInflated = 0;
  /** Seconds of the capture from the first upgrade to the last end. */
  #firstStart = Number.POSITIVE_INFINITY;
  #lastEnd = 0;
  #summary: SummaryEvent | null = null;

  constructor(options: StatsOptions, clock: CaptureClock) {
    this.#codec = options.codec;
    this.#clock = clock;
    this.#isWhole = options.isWhole ?? true;
    this.#rowLimit = options.connectionRows ?? CONNECTION_ROWS;
    // Judging a handshake costs more than all else of a short connection.
    this.needs = { connectionDiagnostics: false, heads: false, frames: false, payloads: options.codec !== null };
  }

  onEvent(event: RareEvent): void {
    switch (event.type) {
      case 'diagnostic': {
        const known = this.#diagnostics.get(event.code);
        if (known === undefined) this.#diagnostics.set(event.code, { severity: event.severity, count: 1 });
        else known.count++;
        break;
      }
      case 'summary':
        this.#summary = event;
        break;
    }
  }

  onTransport(connection: number, c2s: DirectionFacts, s2c: DirectionFacts, roundTrip: number): void {
    const ended = this.#ended;
    this.#ended = null;
    if (ended === null || ended.connection !== connection) return;
    const handshakeRoundTrip = roundTrip < 0 ? null : roundTrip / NANOSECONDS;
    ended.transport = { handshakeRoundTrip, c2s: transportFlow(c2s), s2c: transportFlow(s2c) };
  }

  onHandshake(handshake: HandshakeView): void {
    if (handshake.status !== SWITCHING_PROTOCOLS) {
      if (handshake.status === null) this.#unanswered++;
      else this.#refused++;
      if (handshake.unreadAnswer !== null) this.#unreadAnswers++;
      return;
    }
    const { origin, requestOrigin } = handshake;
    const connection = this.#connectionOf(handshake.conversation, origin);
    const nanoseconds = nanosecondsBetween(requestOrigin.seconds, requestOrigin.nanoseconds, origin);
    // A 101 may be captured before its request; that is no time.
    if (nanoseconds < 0) return;
    connection.handshake = nanoseconds / NANOSECONDS;
    this.#handshakes.record(nanoseconds);
  }

  onMidstream({ conversation, origin }: MidstreamView): void {
    this.#connectionOf(conversation, origin);
  }

  /** Frames are not asked for. */
  onFrame(): void {}

  onMessage(message: MessageView): void {
    const { direction, origin } = message;
    const connection = this.#connectionOf(message.conversation, origin);
    const type = this.#typeOf(direction === CLIENT_TO_SERVER ? this.#clientTypes : this.#serverTypes, message);
    let size = message.length;
    if (size < 0) {
      this.#notInflated++;
      size = message.wireLength;
    }
    type.record(size, origin);
    if (connection.row >= 0) this.#sizes.record(connection.row, direction, size);
    if (direction === CLIENT_TO_SERVER) connection.exchange.onClientMessage(type, origin);
    else connection.exchange.onServerMessage(type, origin, this.#pairs);
  }

  onControl(control: ControlView): void {
    this.#controls++;
    if (control.opcode !== PING && control.opcode !== PONG) return;
    const connection = this.#connectionOf(control.conversation, control.origin);
    control.read();
    if (control.opcode === PING) this.#pings++;
    const nanoseconds = connection.onPingOrPong(control);
    if (!Number.isNaN(nanoseconds)) this.#answered++;
    if (nanoseconds >= 0) this.#roundTrips.record(nanoseconds);
  }

  onEnd({ conversation, origin, how }: EndView): void {
    const connection = this.#open[conversation.place];
    if (connection?.connection !== conversation.connection) return;
    const elapsed = this.#clock.elapsed(origin);
    connection.end = elapsed;
    connection.how = how;
    this.#lastEnd = Math.max(this.#lastEnd, elapsed);
    if (connection.detail !== null) this.#ended = connection;
  }

  /** What was counted so far. */
  report(): StatsReport {
    const seconds = this.#connections > 0 ? this.#lastEnd - this.#firstStart : null;
    const clientTypes = this.#clientTypes.list();
    const serverTypes = this.#serverTypes.list();
    return {
      type: 'statistics',
      summary: this.#summary,
      webSocketConnections: this.#connections,
      refusedHandshakes: this.#refused,
      unansweredHandshakes: this.#unanswered,
      unreadAnswers: this.#unreadAnswers,
      controls: this.#controls,
      notInflated: this.#notInflated,
      connections: this.#rows
        .map((row) => this.#reportRow(row))
        .sort((one, other) => one.connection - other.connection),
      connectionsOmitted: this.#connections - this.#rows.length,
      total: {
        c2s: flowOfAll(clientTypes, seconds),
        s2c: flowOfAll(serverTypes, seconds),
        pings: pingsOf(this.#pings, this.#answered, this.#roundTrips, this.#isWhole),
        handshake: distributionOf(this.#handshakes, NANOSECONDS),
      },
      types: [
        ...clientTypes.map((type) => reportType('c2s', type)),
        ...serverTypes.map((type) => reportType('s2c', type)),
      ],
      exchanges: clientTypes.flatMap(reportExchanges),
      exchangesOmitted: this.#pairs.omitted,
      diagnostics: [...this.#diagnostics].map(([code, { severity, count }]) => ({ code, severity, count })),
    };
  }

  #typeOf(types: MessageTypes, message: MessageView): MessageType {
    if (message.opcode === TEXT) return types.text;
    if (this.#codec === null) return types.binary;
    if (!message.readable || message.opaque) return types.get(NOT_AT_HAND);
    message.read();
    return types.get(this.#codec.typeOf(message.octets, message.start, message.end) ?? NOT_REGISTERED);
  }

  /** @param origin of what makes it one of WebSocket: its upgrade, or, where that was not captured, what is said first */
  #connectionOf(conversation: ConversationView, origin: Origin): ConnectionStatistics {
    const known = this.#open[conversation.place];
    // Compared in this order, as a comparison with what may be undefined is no comparison of numbers for V8.
    if (known !== undefined && known.connection === conversation.connection) return known;
    return this.#begin(conversation, origin, known);
  }

  /** @param before the connection that had this one's place, whose object is used again unless it has a row */
  #begin(
    conversation: ConversationView,
    origin: Origin,
    before: ConnectionStatistics | undefined,
  ): ConnectionStatistics {
    this.#connections++;
    const hasRow = this.#rows.length < this.#rowLimit;
    const begun = before === undefined || before.detail !== null ? new ConnectionStatistics() : before;
    begun.begin(conversation, hasRow ? this.#sizes.add() : -1);
    begun.start = this.#clock.elapsed(origin);
    this.#firstStart = Math.min(this.#firstStart, begun.start);
    if (hasRow) this.#rows.push(begun);
    this.#open[conversation.place] = begun;
    return begun;
  }

  #reportRow(statistics: ConnectionStatistics): ConnectionReport {
    const { connection, row, how, duration, pings, answered, transport } = statistics;
    const { client, server, roundTrips } = statistics.detail!;
    return {
      connection,
      client,
      server,
      how,
      duration,
      handshake: Number.isNaN(statistics.handshake) ? null : statistics.handshake,
      c2s: flowOfSizes(this.#sizes.histogram(row, CLIENT_TO_SERVER), duration),
      s2c: flowOfSizes(this.#sizes.histogram(row, SERVER_TO_CLIENT), duration),
      pings: pingsOf(pings, answered, roundTrips, this.#isWhole),
      tcp: transport,
    };
  }
}

function flowOfAll(types: MessageType[], seconds: number | null): FlowReport {
  const sizes = new Histogram();
  for (const type of types) sizes.add(type.sizes);
  return flowOfSizes(sizes, seconds);
}

function flowOfSizes(sizes: Histogram, seconds: number | null): FlowReport {
  return flowOf(sizes, ratePerSecond(sizes.count, seconds));
}

function transportFlow({ retransmissions, outOfOrder, lost, zeroWindows }: DirectionFacts): TransportFlow {
  return { retransmissions, outOfOrder, lost, zeroWindows };
}

function reportType(direction: TypeReport['direction'], type: MessageType): TypeReport {
  return { direction, name: type.name, ...flowOf(type.sizes, type.rate) };
}

function reportExchanges(asked: MessageType): ExchangeReport[] {
  return [...asked.answers].map(([answered, times]) => ({
    asked: asked.name,
    answered: answered.name,
    count: times.count,
    time: distributionOf(times, NANOSECONDS)!,
  }));
}
