// Counts what the dissector finds, by connection and by type, without an object a message. Payloads are not unmasked but
// for their ids, and those only where a registry names types.

import type { Origin } from '../../capture/packet.ts';
import type { PayloadCodec } from '../../codec/codec.ts';
import type { CaptureClock } from '../../dissect/clock.ts';
import type { SummaryEvent } from '../../dissect/events.ts';
import type {
  ControlView,
  ConversationView,
  DissectionSink,
  HandshakeView,
  MessageView,
  RareEvent,
  SinkNeeds,
} from '../../dissect/sink.ts';
import { AnswerTimes, Outstanding } from './answer-times.ts';
import { type Distribution, Histogram } from './histogram.ts';
import { PingTimes } from './ping-times.ts';
import type { AnswerReport, ConnectionReport, DirectionReport, StatsReport, TypeReport } from './report.ts';

const PING = 9;
const PONG = 10;
const TEXT = 1;

/** Connections listed by default. */
const CONNECTIONS_LISTED = 200;
/** Types told apart; a registry has 65,535 ids at most, strangers are one type. */
const UNNAMED = ['binary', 'text', 'binary (compressed)', 'text (compressed)'];

export interface StatsOptions {
  /** Names the types of binary messages by their ids. */
  codec: PayloadCodec | null;
  /** Connections listed; the others are in the totals. */
  listed?: number | undefined;
}

class DirectionCounts {
  messages = 0;
  octets = 0;
  controls = 0;
  readonly sizes = new Histogram();
}

class TypeCounts {
  readonly sizes = [new Histogram(), new Histogram()];
  readonly octets = [0, 0];
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

class ConnectionCounts {
  readonly conversation: ConversationView;
  target = '';
  status: number | null = null;
  /** Units of the clock's resolution. */
  handshake = -1;
  first = 0;
  last = 0;
  readonly directions = [new DirectionCounts(), new DirectionCounts()];
  readonly outstanding = new Outstanding();
  pingTimes: PingTimes | null = null;
  pings: Histogram | null = null;

  constructor(conversation: ConversationView) {
    this.conversation = conversation;
  }
}

export class StatsSink implements DissectionSink {
  readonly needs: SinkNeeds;
  readonly #codec: PayloadCodec | null;
  readonly #clock: CaptureClock;
  readonly #listed: number;
  readonly #open = new Map<number, ConnectionCounts>();
  readonly #ended: ConnectionReport[] = [];
  #notListed = 0;
  readonly #types: TypeCounts[] = UNNAMED.map((name) => new TypeCounts(name));
  readonly #typeNumbers = new Map<string, number>();
  readonly #answers = new AnswerTimes();
  readonly #handshakes = new Histogram();
  readonly #pings = new Histogram();
  readonly #diagnostics = new Map<string, number>();
  #lastTime = 0;
  #summary: SummaryEvent | null = null;

  constructor(options: StatsOptions, clock: CaptureClock) {
    this.#codec = options.codec;
    this.#clock = clock;
    this.#listed = options.listed ?? CONNECTIONS_LISTED;
    this.needs = { handshakeDiagnostics: false, frames: false, payloads: options.codec !== null };
  }

  onEvent(event: RareEvent): void {
    if (event.type === 'diagnostic') {
      this.#diagnostics.set(event.code, (this.#diagnostics.get(event.code) ?? 0) + 1);
    } else if (event.type === 'end') {
      this.#end(event.connection, event.how);
    } else if (event.type === 'summary') {
      this.#summary = event;
    }
  }

  onHandshake(handshake: HandshakeView): void {
    const counts = this.#countsOf(handshake.conversation);
    const time = this.#time(handshake.origin);
    counts.target = handshake.target;
    counts.status = handshake.status;
    counts.first = time;
    counts.last = time;
    if (handshake.status === null) return;
    counts.handshake = Math.max(0, time - this.#time(handshake.requestOrigin));
    this.#handshakes.add(counts.handshake);
  }

  onFrame(): void {}

  onMessage(message: MessageView): void {
    const counts = this.#countsOf(message.conversation);
    const time = this.#time(message.origin);
    const { direction } = message;
    const length = message.length < 0 ? message.wireLength : message.length;
    counts.last = time;
    const directionCounts = counts.directions[direction];
    directionCounts.messages++;
    directionCounts.octets += length;
    directionCounts.sizes.add(length);

    const type = this.#typeOf(message);
    const typeCounts = this.#types[type];
    typeCounts.sizes[direction].add(length);
    typeCounts.octets[direction] += length;
    this.#pairUp(counts.outstanding, direction, type, time);
  }

  onControl(control: ControlView): void {
    const counts = this.#countsOf(control.conversation);
    counts.last = this.#time(control.origin);
    counts.directions[control.direction].controls++;
    if (control.opcode === PING || control.opcode === PONG) this.#pingOrPong(counts, control);
  }

  report(): StatsReport {
    for (const connection of [...this.#open.keys()]) this.#end(connection, 'capture-end');
    return {
      connections: this.#ended.sort((one, other) => one.connection - other.connection),
      connectionsNotListed: this.#notListed,
      types: this.#typeReports(),
      answers: this.#answerReports(),
      handshakes: this.#seconds(this.#handshakes),
      pings: this.#seconds(this.#pings),
      diagnostics: Object.fromEntries(this.#diagnostics),
      summary: this.#summary,
    };
  }

  #countsOf(conversation: ConversationView): ConnectionCounts {
    let counts = this.#open.get(conversation.connection);
    if (counts === undefined) {
      counts = new ConnectionCounts(conversation);
      this.#open.set(conversation.connection, counts);
    }
    return counts;
  }

  #time(origin: Origin): number {
    const time = this.#clock.elapsedUnits(origin);
    if (time > this.#lastTime) this.#lastTime = time;
    return time;
  }

  /** Index in `#types`. */
  #typeOf(message: MessageView): number {
    if (message.opcode === TEXT) return message.length < 0 ? 3 : 1;
    if (message.length < 0) return 2;
    if (this.#codec === null || !message.readable) return 0;
    message.read();
    const name = this.#codec.typeOf(message.octets, message.start, message.end);
    if (name === null) return 0;
    let number = this.#typeNumbers.get(name);
    if (number === undefined) {
      number = this.#types.push(new TypeCounts(name)) - 1;
      this.#typeNumbers.set(name, number);
    }
    return number;
  }

  #pairUp(outstanding: Outstanding, direction: number, type: number, time: number): void {
    if (outstanding.requestDirection === -1) outstanding.requestDirection = direction;
    if (direction === outstanding.requestDirection) {
      const request = type * 2 + direction;
      if (!outstanding.push(time, request)) this.#answers.addUnanswered(request);
    } else if (outstanding.shift()) {
      this.#answers.add(outstanding.type, type * 2 + direction, time - outstanding.time);
    } else {
      this.#answers.addUnasked(type * 2 + direction);
    }
  }

  #pingOrPong(counts: ConnectionCounts, control: ControlView): void {
    control.read();
    const payload = Buffer.from(control.octets.subarray(control.start, control.end)).toString('latin1');
    counts.pingTimes ??= new PingTimes();
    const time = this.#time(control.origin);
    if (control.opcode === PING) {
      counts.pingTimes.onPing(control.direction, payload, time);
      return;
    }
    const roundTrip = counts.pingTimes.onPong(control.direction, payload, time);
    if (roundTrip === null) return;
    counts.pings ??= new Histogram();
    counts.pings.add(roundTrip);
    this.#pings.add(roundTrip);
  }

  #end(connection: number, how: string): void {
    const counts = this.#open.get(connection);
    if (counts === undefined) return;
    this.#open.delete(connection);
    // The end of the capture may cut off one answer; more were never given.
    for (let left = counts.outstanding.length; left > 1 && counts.outstanding.shift(); left--) {
      this.#answers.addUnanswered(counts.outstanding.type);
    }
    if (this.#ended.length >= this.#listed) this.#notListed++;
    else this.#ended.push(this.#connectionReport(counts, how));
  }

  #connectionReport(counts: ConnectionCounts, how: string): ConnectionReport {
    const { connection, client, server } = counts.conversation;
    const [c2s, s2c] = counts.directions.map(directionReport);
    const seconds = this.#toSeconds(Math.max(0, counts.last - counts.first));
    return {
      connection,
      client,
      server,
      target: counts.target,
      status: counts.status,
      handshakeSeconds: counts.handshake < 0 ? null : this.#toSeconds(counts.handshake),
      seconds,
      messagesPerSecond: seconds === 0 ? null : (c2s.messages + s2c.messages) / seconds,
      octetsPerSecond: seconds === 0 ? null : (c2s.octets + s2c.octets) / seconds,
      c2s,
      s2c,
      pings: counts.pings === null ? null : this.#seconds(counts.pings),
      how,
    };
  }

  #typeReports(): TypeReport[] {
    const seconds = this.#toSeconds(this.#lastTime);
    const reports: TypeReport[] = [];
    for (const { name, sizes, octets } of this.#types) {
      for (const direction of [0, 1] as const) {
        const { count } = sizes[direction];
        if (count === 0) continue;
        reports.push({
          direction: direction === 0 ? 'c2s' : 's2c',
          type: name,
          messages: count,
          octets: octets[direction],
          messagesPerSecond: seconds === 0 ? null : count / seconds,
          sizes: sizes[direction].distribution(),
        });
      }
    }
    return reports;
  }

  #answerReports(): AnswerReport[] {
    return this.#answers.pairs().map(({ request, answer, times }) => ({
      direction: request % 2 === 0 ? 'c2s' : 's2c',
      request: this.#types[request >> 1].name,
      answer: this.#types[answer >> 1].name,
      times: this.#seconds(times) as Distribution,
    }));
  }

  #toSeconds(units: number): number {
    return units / (this.#clock.resolution === 6 ? 1e6 : 1e9);
  }

  #seconds(histogram: Histogram): Distribution | null {
    const units = histogram.distribution();
    if (units === null) return null;
    return {
      count: units.count,
      min: this.#toSeconds(units.min),
      median: this.#toSeconds(units.median),
      p95: this.#toSeconds(units.p95),
      max: this.#toSeconds(units.max),
    };
  }
}

function directionReport(counts: DirectionCounts): DirectionReport {
  return {
    messages: counts.messages,
    octets: counts.octets,
    controls: counts.controls,
    sizes: counts.sizes.distribution(),
  };
}
