// What is counted of one connection. Of the first connections of a capture it has a row of its own in the report; of
// the others it only carries what must be remembered between messages.

import type { EndEvent, Endpoint } from '../../dissect/events.ts';
import type { ConversationView, DirectionIndex } from '../../dissect/sink.ts';
import { Histogram } from './histogram.ts';
import { ExchangeClock } from './message-types.ts';
import { PingClock } from './ping-clock.ts';
import type { TransportReport } from './report.ts';

/** What only a connection with a row of its own keeps. */
export class ConnectionDetail {
  readonly client: Endpoint;
  readonly server: Endpoint;
  readonly sizes: readonly [Histogram, Histogram] = [new Histogram(), new Histogram()];
  readonly roundTrips = new Histogram();

  constructor({ client, server }: ConversationView) {
    this.client = client;
    this.server = server;
  }
}

export class ConnectionStatistics {
  readonly connection: number;
  readonly detail: ConnectionDetail | null;
  readonly exchange = new ExchangeClock();
  /** Elapsed seconds of the capture at which it was upgraded or first seen, and at which it ended. */
  start: number | null = null;
  end: number | null = null;
  how: EndEvent['how'] | null = null;
  /** Seconds from the upgrade request to its answer. */
  handshake: number | null = null;
  /** What TCP did; known when it has ended. */
  transport: TransportReport | null = null;
  pings = 0;
  #clientPings: PingClock | null = null;
  #serverPings: PingClock | null = null;

  constructor(conversation: ConversationView, detailed: boolean) {
    this.connection = conversation.connection;
    this.detail = detailed ? new ConnectionDetail(conversation) : null;
  }

  /** Made for the first ping: most connections have none. */
  pingsOf(direction: DirectionIndex): PingClock {
    if (direction === 0) {
      this.#clientPings ??= new PingClock();
      return this.#clientPings;
    }
    this.#serverPings ??= new PingClock();
    return this.#serverPings;
  }

  /** Seconds that it was open; null where the capture does not say. */
  get duration(): number | null {
    return this.start === null || this.end === null ? null : this.end - this.start;
  }
}
