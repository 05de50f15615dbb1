// What is counted of one connection. Of the first connections of a capture it has a row of its own in the report; of
// the others it only carries what must be remembered between messages.

import type { EndEvent, Endpoint } from '../../dissect/events.ts';
import type { ControlView, ConversationView, DirectionIndex } from '../../dissect/sink.ts';
import { oppositeOf } from '../../ws/direction-index.ts';
import { PING } from '../../ws/opcodes.ts';
import { ExchangeClock } from './exchange-clock.ts';
import { Histogram } from './histogram.ts';
import { PingClock } from './ping-clock.ts';
import { NANOSECONDS, type TransportReport } from './report.ts';

/** What only a connection with a row of its own keeps. */
export class ConnectionDetail {
  readonly client: Endpoint;
  readonly server: Endpoint;
  readonly roundTrips = new Histogram();

  constructor({ client, server }: ConversationView) {
    this.client = client;
    this.server = server;
  }
}

export class ConnectionStatistics {
  connection = -1;
  detail: ConnectionDetail | null = null;
  /** Number of its row among the sizes of messages; -1 where it has none. Not in `detail`: every message counts there. */
  row = -1;
  readonly exchange = new ExchangeClock();
  /** Elapsed seconds of the capture at which it was upgraded or first seen, and at which it ended; NaN where not known. */
  start = Number.NaN;
  end = Number.NaN;
  how: EndEvent['how'] | null = null;
  /** Seconds from the upgrade request to its answer; NaN where not known. */
  handshake = Number.NaN;
  /** What TCP did; known when it has ended. */
  transport: TransportReport | null = null;
  pings = 0;
  answered = 0;
  #clientPings: PingClock | null = null;
  #serverPings: PingClock | null = null;

  /** Begins a connection, and sets every field: those without a row are used again. */
  begin(conversation: ConversationView, row: number): void {
    this.connection = conversation.connection;
    this.detail = row >= 0 ? new ConnectionDetail(conversation) : null;
    this.row = row;
    this.exchange.begin();
    this.start = Number.NaN;
    this.end = Number.NaN;
    this.how = null;
    this.handshake = Number.NaN;
    this.transport = null;
    this.pings = 0;
    this.answered = 0;
    this.#clientPings = null;
    this.#serverPings = null;
  }

  /** Nanoseconds from a ping to its pong, known with the later; NaN where there is none, fewer than 0 where times are out of order. */
  onPingOrPong({ opcode, direction, octets, start, end, origin }: ControlView): number {
    const isPing = opcode === PING;
    const pings = this.#pingsOf(isPing ? direction : oppositeOf(direction));
    if (isPing) this.pings++;
    const nanoseconds = isPing ? pings.onPing(octets, start, end, origin) : pings.onPong(octets, start, end, origin);
    if (!Number.isNaN(nanoseconds)) this.answered++;
    if (nanoseconds >= 0) this.detail?.roundTrips.record(nanoseconds);
    return nanoseconds;
  }

  /** Made for the first ping: most connections have none. */
  #pingsOf(direction: DirectionIndex): PingClock {
    if (direction === 0) {
      this.#clientPings ??= new PingClock();
      return this.#clientPings;
    }
    this.#serverPings ??= new PingClock();
    return this.#serverPings;
  }

  /** Seconds that it was open; null where the capture does not say. */
  get duration(): number | null {
    const seconds = this.end - this.start;
    // A difference of seconds has noise behind the nanoseconds that a capture can tell.
    return Number.isNaN(seconds) ? null : Math.round(seconds * NANOSECONDS) / NANOSECONDS;
  }
}
