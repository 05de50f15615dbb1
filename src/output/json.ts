// Events as one JSON array, an event a line: for tools that read a document whole. Whoever can read line by line takes
// NDJSON. Knows nothing of what the events mean.

import { jsonPieces } from '../codec/json-text.ts';
import type { WsdissectEvent } from '../dissect/events.ts';
import type { EventOutput, TextSink } from './text-sink.ts';

export class JsonOutput implements EventOutput {
  readonly #out: TextSink;
  #events = 0;

  constructor(out: TextSink) {
    this.#out = out;
  }

  onEvent(event: WsdissectEvent): void {
    this.#out.write(this.#events++ === 0 ? '[\n' : ',\n');
    for (const piece of jsonPieces(event)) this.#out.write(piece);
  }

  finish(): void {
    this.#out.write(this.#events === 0 ? '[]\n' : '\n]\n');
  }
}
