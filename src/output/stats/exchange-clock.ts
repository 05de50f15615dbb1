// Times from a client's message to the server's next, counted of each pair of types. Knows nothing of what messages say.

import type { Origin } from '../../capture/packet.ts';
import { Histogram } from './histogram.ts';
import type { MessageType } from './message-types.ts';
import { nanosecondsBetween } from './nanoseconds.ts';

/** Pairs that are told apart. */
const MAX_PAIRS = 200;

/**
 * The open question of one connection. A client's message opens an exchange where none is open, the server's next
 * message closes it; client's messages between them belong to no exchange. So the time of an exchange is that of the
 * first answer, whatever the two send after.
 */
export class ExchangeClock {
  #asked: MessageType | null = null;
  #seconds = 0;
  #nanoseconds = 0;

  /** Begins a connection. */
  begin(): void {
    this.#asked = null;
  }

  onClientMessage(type: MessageType, origin: Origin): void {
    if (this.#asked !== null) return;
    this.#asked = type;
    this.#seconds = origin.seconds;
    this.#nanoseconds = origin.nanoseconds;
  }

  onServerMessage(type: MessageType, origin: Origin, pairs: ExchangePairs): void {
    if (this.#asked === null) return;
    const nanoseconds = nanosecondsBetween(this.#seconds, this.#nanoseconds, origin);
    if (nanoseconds >= 0) pairs.record(this.#asked, type, nanoseconds);
    this.#asked = null;
  }
}

/** Bounds the pairs that are told apart. */
export class ExchangePairs {
  #pairs = 0;
  /** The pair of the exchange before, which most are of too. */
  #asked: MessageType | null = null;
  #answered: MessageType | null = null;
  #times: Histogram | null = null;
  /** Exchanges of pairs that came too late to be told apart. */
  omitted = 0;

  record(asked: MessageType, answered: MessageType, nanoseconds: number): void {
    if (this.#times === null || asked !== this.#asked || answered !== this.#answered) {
      this.#times = this.#timesOf(asked, answered);
      this.#asked = asked;
      this.#answered = answered;
    }
    if (this.#times === null) this.omitted++;
    else this.#times.record(nanoseconds);
  }

  /** Null where there are too many pairs. */
  #timesOf(asked: MessageType, answered: MessageType): Histogram | null {
    let times = asked.answers.get(answered);
    if (times === undefined) {
      if (this.#pairs >= MAX_PAIRS) return null;
      this.#pairs++;
      times = new Histogram();
      asked.answers.set(answered, times);
    }
    return times;
  }
}
