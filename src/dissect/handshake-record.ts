// An opening handshake as the sink sees it: judged when somebody asks, and only once.

import type { Origin } from '../capture/packet.ts';
import type { RequestHead, ResponseHead } from '../http/head.ts';
import { judgeUpgrade, type UpgradeVerdict } from '../http/upgrade.ts';
import type { HandshakeEvent, Located } from './events.ts';
import type { ConversationView, HandshakeView } from './sink.ts';

export class HandshakeRecord implements HandshakeView {
  readonly conversation: ConversationView;
  readonly requestOrigin: Origin;
  readonly origin: Origin;
  readonly #request: RequestHead;
  readonly #response: ResponseHead | null;
  readonly #body: string;
  readonly #locate: (origin: Origin) => Located;
  #verdict: UpgradeVerdict | null = null;

  constructor(
    conversation: ConversationView,
    request: RequestHead,
    requestOrigin: Origin,
    response: ResponseHead | null,
    body: string,
    origin: Origin,
    locate: (origin: Origin) => Located,
  ) {
    this.conversation = conversation;
    this.#request = request;
    this.requestOrigin = requestOrigin;
    this.#response = response;
    this.#body = body;
    this.origin = origin;
    this.#locate = locate;
  }

  get target(): string {
    return this.#request.target;
  }

  get status(): number | null {
    return this.#response?.status ?? null;
  }

  get verdict(): UpgradeVerdict {
    this.#verdict ??= judgeUpgrade(this.#request, this.#response);
    return this.#verdict;
  }

  event(): HandshakeEvent {
    const request = this.#request;
    const response = this.#response;
    const { upgraded, accept, subprotocol, extensions } = this.verdict;
    return {
      type: 'handshake',
      ...this.#locate(this.origin),
      client: this.conversation.client,
      server: this.conversation.server,
      request: { method: request.method, target: request.target, headers: request.headers },
      response: response && {
        status: response.status,
        reason: response.reason,
        headers: response.headers,
        body: this.#body,
      },
      upgraded,
      accept,
      subprotocol,
      extensions,
    };
  }
}
