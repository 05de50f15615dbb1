// The two ends of every output: where events come in and where text goes out. Neither knows of files, flags or
// terminals.

import type { WsdissectEvent } from '../dissect/events.ts';

/** Takes the text of an output, in order. Line ends are part of the text. */
export interface TextSink {
  write(text: string): void;
}

/** Takes owned events in the order of the dissector. */
export interface EventSink {
  onEvent(event: WsdissectEvent): void;
  /** No event will follow: writes what was held back. */
  finish(): void;
}
