// The two ends of every output: where events come in and where text goes out. Neither knows of files, flags or
// terminals.

import type { EventSink } from '../dissect/event-maker.ts';

/** Takes the text of an output, in order. Line ends are part of the text. */
export interface TextSink {
  write(text: string): void;
}

/** An output of owned events, which it takes in the order of the dissector. */
export interface EventOutput extends EventSink {
  /** Writes what waits for no more than a better place, as the capture goes on and somebody looks. */
  show?(): void;
  /** No event will follow: writes what was held back. */
  finish(): void;
}
