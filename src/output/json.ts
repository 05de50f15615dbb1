// Events as one JSON array, an event a line: for tools that read a document whole. Whoever can read line by line takes
// NDJSON. Knows nothing of what the events mean.

import { jsonPieces } from '../codec/json-text.ts';
import type { WsdissectEvent } from '../dissect/events.ts';
import { namedEvent } from './named-event.ts';
import type { EventOutput, TextSink } from './text-sink.ts';

export class JsonOutput implements EventOutput {
  readonly #out: TextSink;
  readonly #file: string | undefined;
  #events = 0;

  /** @param file as `namedEvent` takes it */
  constructor(out: TextSink, file?: string) {
    this.#out = out;
    this.#file = file;
  }

  onEvent(event: WsdissectEvent): void {
    this.#out.write(this.#events++ === 0 ? '[\n' : ',\n');
    for (const piece of jsonPieces(namedEvent(event, this.#file))) this.#out.write(piece);
  }

  finish(): void {
    this.#out.write(this.#events === 0 ? '[]\n' : '\n]\n');
  }
}
