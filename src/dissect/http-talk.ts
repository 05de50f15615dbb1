// What both directions of HTTP say before an upgrade: pairs answers with their requests, and finds the attempt and its answer.
// Knows no octets, and not which end is which.

import { NOWHERE, type Origin } from '../capture/packet.ts';
import type { RequestHead, ResponseHead } from '../http/head.ts';
import type { HttpReader } from '../http/message-reader.ts';
import { SWITCHING_PROTOCOLS } from '../http/status-codes.ts';
import { isUpgradeAttempt } from '../http/upgrade.ts';
import type { Exchanges } from './exchanges.ts';
import { type OpeningHeads, RequestSink, ResponseSink } from './opening-sinks.ts';
import type { UpgradeAttempt } from './upgrade-attempt.ts';

/** Whoever tells of an attempt. */
export interface AttemptOwner {
  onAccepted(head: ResponseHead, origin: Origin): void;
  /** Tells of the attempt, if there is one, and of its refusal. */
  tellAttempt(): void;
}

export class HttpTalk implements OpeningHeads {
  /** The packet whose octets are read. */
  origin: Origin = NOWHERE;
  readonly requestSink = new RequestSink(this);
  readonly responseSink = new ResponseSink(this);
  readonly #owner: AttemptOwner;
  readonly #attempt: UpgradeAttempt;
  readonly #exchanges: Exchanges;
  readonly #responses: HttpReader;

  constructor(owner: AttemptOwner, attempt: UpgradeAttempt, exchanges: Exchanges, responses: HttpReader) {
    this.#owner = owner;
    this.#attempt = attempt;
    this.#exchanges = exchanges;
    this.#responses = responses;
  }

  onRequest(head: RequestHead): 'go-on' | 'stop' {
    this.#exchanges.requests = head.number + 1;
    this.#responses.expect(head.method);
    if (!isUpgradeAttempt(head)) return 'go-on';
    this.#attempt.ask(head, this.origin);
    return 'stop';
  }

  /** What follows a request for an upgrade waits for its answer. */
  onRequestEnd(): 'go-on' | 'stop' {
    return this.#attempt.request === null ? 'go-on' : 'stop';
  }

  onResponse(head: ResponseHead): 'go-on' | 'stop' {
    if (head.status < 200 && head.status !== SWITCHING_PROTOCOLS) return 'go-on';
    const number = this.#exchanges.answer();
    if (number === null || this.#attempt.request?.number !== number) return 'go-on';
    if (head.status === SWITCHING_PROTOCOLS) {
      this.#owner.onAccepted(head, this.origin);
      return 'stop';
    }
    this.#attempt.refuse(head, this.origin);
    return 'go-on';
  }

  onResponseBody(buffer: Uint8Array, start: number, end: number): void {
    if (this.#attempt.refusal !== null) this.#attempt.appendBody(buffer, start, end);
  }

  /** An answer may be captured before its request, in one segment with the answer before: it waits then. */
  onResponseEnd(): 'go-on' | 'stop' {
    if (this.#attempt.refusal !== null) this.#owner.tellAttempt();
    return this.#exchanges.awaits ? 'go-on' : 'stop';
  }
}
