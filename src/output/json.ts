// Events as one JSON array, an event a line: for tools that read a document whole. Whoever can read line by line takes
// NDJSON. Knows nothing of what the events mean.

import type { WsdissectEvent } from '../dissect/events.ts';
import type { EventOutput, TextSink } from './text-sink.ts';

/** What JSON.stringify leaves as it is, though a terminal obeys it: DEL, C1 controls, bidi controls, separators. */
const TERMINAL_CONTROLS = /[\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** The same JSON value, safe to show. */
function escapeJson(json: string): string {
  return json.replace(TERMINAL_CONTROLS, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

export class JsonOutput implements EventOutput {
  readonly #out: TextSink;
  #events = 0;

  constructor(out: TextSink) {
    this.#out = out;
  }

  onEvent(event: WsdissectEvent): void {
    this.#out.write(`${this.#events++ === 0 ? '[\n' : ',\n'}${escapeJson(JSON.stringify(event))}`);
  }

  finish(): void {
    this.#out.write(this.#events === 0 ? '[]\n' : '\n]\n');
  }
}
