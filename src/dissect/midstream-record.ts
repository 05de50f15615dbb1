// The beginning of a conversation without its handshake as the sink sees it: one view for all, made an event when somebody asks.

import { NOWHERE, type Origin } from '../capture/packet.ts';
import type { ResponseHead } from '../http/head.ts';
import type { CaptureClock } from './clock.ts';
import type { MidstreamEvent } from './events.ts';
import { responseEvent } from './handshake-record.ts';
import { notBegun } from './not-begun.ts';
import type { ConversationView, MidstreamView } from './sink.ts';

export class MidstreamRecord implements MidstreamView {
  conversation = notBegun<ConversationView>();
  origin: Origin = NOWHERE;
  readonly #clock: CaptureClock;
  #confidence = 1;
  #response: ResponseHead | null = null;
  #unreadRequest = false;

  constructor(clock: CaptureClock) {
    this.#clock = clock;
  }

  /**
   * Sets every field.
   * @param confidence 0…1
   * @param response the answer 101, where it was captured
   * @param unreadRequest whether its request was too large to be read
   */
  begin(
    conversation: ConversationView,
    origin: Origin,
    confidence: number,
    response: ResponseHead | null,
    unreadRequest: boolean,
  ): void {
    this.conversation = conversation;
    this.origin = origin;
    this.#confidence = confidence;
    this.#response = response;
    this.#unreadRequest = unreadRequest;
  }

  event(): MidstreamEvent {
    const { connection, client, server } = this.conversation;
    const located = this.#clock.locate(connection, this.origin);
    const told = this.#response === null ? {} : { response: responseEvent(this.#response, '') };
    const unread = this.#unreadRequest ? { unreadRequest: true as const } : {};
    return { type: 'midstream', ...located, client, server, confidence: this.#confidence, ...told, ...unread };
  }
}
