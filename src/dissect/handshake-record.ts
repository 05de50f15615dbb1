// An opening handshake as the sink sees it: one view for all, judged when somebody asks.

import { NOWHERE, type Origin } from '../capture/packet.ts';
import type { RequestHead, ResponseHead } from '../http/head.ts';
import { judgeUpgrade, type UpgradeVerdict } from '../http/upgrade.ts';
import type { CaptureClock } from './clock.ts';
import type { HandshakeEvent, HandshakeResponse, Protocol } from './events.ts';
import { notBegun } from './not-begun.ts';
import type { ConversationView, HandshakeView } from './sink.ts';

export class HandshakeRecord implements HandshakeView {
  conversation = notBegun<ConversationView>();
  requestOrigin: Origin = NOWHERE;
  origin: Origin = NOWHERE;
  request = notBegun<RequestHead>();
  response: ResponseHead | null = null;
  body = '';
  unreadAnswer: Protocol | null = null;
  readonly #clock: CaptureClock;
  #verdict: UpgradeVerdict | null = null;

  constructor(clock: CaptureClock) {
    this.#clock = clock;
  }

  /** Sets every field. Called for each handshake, so it takes single values and no record. */
  begin(
    conversation: ConversationView,
    request: RequestHead,
    requestOrigin: Origin,
    response: ResponseHead | null,
    body: string,
    origin: Origin,
    unreadAnswer: Protocol | null,
  ): void {
    this.conversation = conversation;
    this.request = request;
    this.requestOrigin = requestOrigin;
    this.response = response;
    this.body = body;
    this.origin = origin;
    this.unreadAnswer = unreadAnswer;
    this.#verdict = null;
  }

  get target(): string {
    return this.request.target;
  }

  get status(): number | null {
    return this.response?.status ?? null;
  }

  get verdict(): UpgradeVerdict {
    this.#verdict ??= judgeUpgrade(this.request, this.response);
    return this.#verdict;
  }

  event(): HandshakeEvent {
    const { request, response, unreadAnswer } = this;
    const { upgraded, accept, subprotocol, extensions } = this.verdict;
    return {
      type: 'handshake',
      ...this.#clock.locate(this.conversation.connection, this.origin),
      client: this.conversation.client,
      server: this.conversation.server,
      request: { method: request.method, target: request.target, headers: request.headers },
      response: response && responseEvent(response, this.body),
      ...(unreadAnswer === null ? {} : { unreadAnswer }),
      upgraded,
      accept,
      subprotocol,
      extensions,
    };
  }
}

/** An answer as events show it. */
export function responseEvent({ status, reason, headers }: ResponseHead, body: string): HandshakeResponse {
  return { status, reason, headers, body };
}
