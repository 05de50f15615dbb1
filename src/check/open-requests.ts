// Requests that wait for an answer, and which of them an answer goes to: the oldest that fits. Where the condition compares
// something of both, only those are asked of which that is the same. Knows nothing of what is expected of the pairs.

import type { SaidEvent } from '../dissect/said-event.ts';
import { type Condition, type Facts, madeOnce } from './condition.ts';
import { LinkedList } from './linked-list.ts';
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
}

export class OpenRequests {
  readonly #match: Condition | null;
  readonly #onAsked: (times: number) => void;
  /** By what the condition compares, from the oldest to the newest. */
  readonly #queues = new Map<string, LinkedList<Waiting>>();
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
    const queue = this.#queues.get(key) ?? new LinkedList();
    queue.add({ said, facts: null });
    this.#queues.set(key, queue);
  }

  /** The request that this answers, which waits no more; null where there is none. */
  take(answer: SaidEvent): SaidEvent | null {
    const facts = madeOnce(factsByRole({ answer }));
    const key = this.#match === null ? '' : this.#match.keyOf('answer', facts);
    const queue = key === null ? undefined : this.#queues.get(key);
    if (key === null || queue === undefined) return null;
    for (const link of queue.links()) {
      const { item } = link;
      if (!this.#fits(item, facts)) continue;
      queue.remove(link);
      if (queue.isEmpty) this.#queues.delete(key);
      if (item.facts !== null) this.#room += memorySize(item.said);
      return item.said;
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
