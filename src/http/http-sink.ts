// Who takes the HTTP messages of one direction, and may stop their reader. Knows nothing of how they are read.

import type { BodySink } from './chunked-body.ts';
import type { HttpHead } from './head.ts';

/** Whether the reader goes on behind what it has handed on. */
export type Flow = 'go-on' | 'stop';

export interface HttpSink extends BodySink {
  /**
   * `stop` makes `feed` return right after the head; a later `feed` goes on with the body, if any. The head is valid during
   * the call; one whose text is kept, until the next head is read.
   */
  onHead(head: HttpHead): Flow;
  /**
   * The message that `onHead` began is whole. A response 101 ends at once: what follows is not HTTP. `stop` makes `feed`
   * return before the next message.
   */
  onMessageEnd(): Flow;
}
