// Requests that wait for an answer, and which of them an answer goes to: the oldest that fits. Where the condition compares
// something of both, only those are asked of which that is the same. Knows nothing of what is expected of the pairs.

import type { SaidEvent } from '../dissect/said-event.ts';
import { type Condition, type Facts, madeOnce } from './condition.ts';
import { memorySize } from './memory-size.ts';
import { factsByRole } from './message-facts.ts';

/** Octets of requests of which the facts are kept, which take up to some sixteen times as many. */
const ROOM = 16 * 1024 * 1024;
const KIB = 1024;
/** How many times a condition is asked in the time in which the facts of a KiB are made. */
const ASKED_PER_KIB = 10;

interface Waiting {
  said: SaidEvent;
  /** Null where they are made when they are asked for. */
  facts: Facts | null;
  next: Waiting | null;
}

/** From the oldest to the newest. */
interface Queue {
  first: Waiting;
  last: Waiting;
}

export class OpenRequests {
  readonly #match: Condition | null;
  readonly #onAsked: (times: number) => void;
  /** By what the condition compares. */
  readonly #queues = new Map<string, Queue>();
  #room = ROOM;

  /**
   * @param match null where any answer fits any request
   * @param onAsked is told before each time that the condition is asked, as how many times that counts
   */
  constructor(match: Condition | null, onAsked: (times: number) => void) {
    this.#match = match;
    this.#onAsked = onAsked;
  }

  add(said: SaidEvent): void {
    const key = this.#match === null ? '' : this.#match.keyOf('request', factsByRole({ request: said }));
    if (key === null) return;
    const waiting: Waiting = { said, facts: null, next: null };
    const queue = this.#queues.get(key);
    if (queue === undefined) this.#queues.set(key, { first: waiting, last: waiting });
    else {
      queue.last.next = waiting;
      queue.last = waiting;
    }
  }

  /** The request that this answers, which waits no more; null where there is none. */
  take(answer: SaidEvent): SaidEvent | null {
    const facts = madeOnce(factsByRole({ answer }));
    const key = this.#match === null ? '' : this.#match.keyOf('answer', facts);
    const queue = key === null ? undefined : this.#queues.get(key);
    if (key === null || queue === undefined) return null;
    let before: Waiting | null = null;
    for (let each: Waiting | null = queue.first; each !== null; before = each, each = each.next) {
      if (!this.#fits(each, facts)) continue;
      if (before !== null) before.next = each.next;
      else if (each.next !== null) queue.first = each.next;
      else this.#queues.delete(key);
      if (queue.last === each && before !== null) queue.last = before;
      if (each.facts !== null) this.#room += memorySize(each.said);
      return each.said;
    }
    return null;
  }

  #fits(waiting: Waiting, answer: Facts): boolean {
    if (this.#match === null) return true;
    this.#onAsked(1);
    return this.#match.holds({ ...this.#factsOf(waiting), ...answer });
  }

  #factsOf(waiting: Waiting): Facts {
    if (waiting.facts !== null) return waiting.facts;
    const facts = madeOnce(factsByRole({ request: waiting.said }));
    const size = memorySize(waiting.said);
    if (size <= this.#room) {
      this.#room -= size;
      waiting.facts = facts;
    } else this.#onAsked(Math.ceil(size / KIB) * ASKED_PER_KIB);
    return facts;
  }
}
