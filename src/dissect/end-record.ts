// The end of a conversation as the sink sees it: one view for all, made an event when somebody asks.

import { NOWHERE, type Origin } from '../capture/packet.ts';
import type { CaptureClock } from './clock.ts';
import type { Counts, EndEvent } from './events.ts';
import { notBegun } from './not-begun.ts';
import {
  CLIENT_TO_SERVER,
  type ConversationView,
  type DirectionIndex,
  type EndView,
  SERVER_TO_CLIENT,
} from './sink.ts';

/** A conversation that can say what its directions amounted to. */
export interface CountedConversation extends ConversationView {
  countsOf(direction: DirectionIndex): Counts;
}

export class EndRecord implements EndView {
  conversation = notBegun<CountedConversation>();
  origin: Origin = NOWHERE;
  how: EndEvent['how'] = 'fin';
  readonly #clock: CaptureClock;

  constructor(clock: CaptureClock) {
    this.#clock = clock;
  }

  /** Sets every field. */
  begin(conversation: CountedConversation, how: EndEvent['how'], origin: Origin): void {
    this.conversation = conversation;
    this.how = how;
    this.origin = origin;
  }

  counts(direction: DirectionIndex): Counts {
    return this.conversation.countsOf(direction);
  }

  event(): EndEvent {
    return {
      type: 'end',
      ...this.#clock.locate(this.conversation.connection, this.origin),
      how: this.how,
      c2s: this.counts(CLIENT_TO_SERVER),
      s2c: this.counts(SERVER_TO_CLIENT),
    };
  }
}
