// How long answers take, where types pair up: the n-th message of the side that speaks first is taken to be answered by the
// n-th of the other. A pair of types is told only where, in the whole capture, one type was answered by one other alone
// and that one answered nothing else: otherwise messages do not come in pairs, and a time would mean nothing.

import { Histogram } from './histogram.ts';

/** Requests without an answer that are remembered in a connection. */
const OUTSTANDING = 1024;

/** The requests of one connection that wait for their answers: times and types in a ring that grows as it must. */
export class Outstanding {
  /** Direction of the connection's first message; -1 before it. */
  requestDirection = -1;
  #times = new Float64Array(0);
  #types = new Int32Array(0);
  #first = 0;
  #length = 0;
  /** Set by `shift`. */
  time = 0;
  type = 0;
  #overflowed = false;

  get length(): number {
    return this.#length;
  }

  /** False where too many wait, so that the n-th is no more the n-th. */
  push(time: number, type: number): boolean {
    this.#overflowed ||= this.#length === OUTSTANDING;
    if (this.#overflowed) return false;
    if (this.#length === this.#times.length) this.#grow();
    const at = (this.#first + this.#length++) & (this.#times.length - 1);
    this.#times[at] = time;
    this.#types[at] = type;
    return true;
  }

  /** Whether a request waits; `time` and `type` are the oldest one's, which waits no more. */
  shift(): boolean {
    if (this.#length === 0 || this.#overflowed) return false;
    this.time = this.#times[this.#first];
    this.type = this.#types[this.#first];
    this.#first = (this.#first + 1) & (this.#times.length - 1);
    this.#length--;
    return true;
  }

  #grow(): void {
    const capacity = Math.max(4, this.#times.length * 2);
    const times = new Float64Array(capacity);
    const types = new Int32Array(capacity);
    for (let index = 0; index < this.#length; index++) {
      const at = (this.#first + index) & (this.#times.length - 1);
      times[index] = this.#times[at];
      types[index] = this.#types[at];
    }
    this.#times = times;
    this.#types = types;
    this.#first = 0;
  }
}

/** A type of request, by direction, and the type that answers it. */
export interface AnsweredPair {
  request: number;
  answer: number;
  times: Histogram;
}

/** All pairs of types seen, and which of them pair up. */
export class AnswerTimes {
  readonly #pairs = new Map<number, AnsweredPair>();
  /** Answers that nothing had asked for, by type. */
  readonly #unasked = new Set<number>();
  /** Requests that went without an answer, by type. */
  readonly #unanswered = new Set<number>();

  add(request: number, answer: number, time: number): void {
    const key = request * 65_536 + answer;
    let pair = this.#pairs.get(key);
    if (pair === undefined) {
      pair = { request, answer, times: new Histogram() };
      this.#pairs.set(key, pair);
    }
    pair.times.add(Math.max(0, time));
  }

  addUnasked(answer: number): void {
    this.#unasked.add(answer);
  }

  addUnanswered(request: number): void {
    this.#unanswered.add(request);
  }

  pairs(): AnsweredPair[] {
    const all = [...this.#pairs.values()];
    return all.filter(
      (pair) =>
        !this.#unasked.has(pair.answer) &&
        !this.#unanswered.has(pair.request) &&
        all.every((other) => other === pair || (other.request !== pair.request && other.answer !== pair.answer)),
    );
  }
}
