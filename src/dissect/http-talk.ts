// What both directions of HTTP say before an upgrade: pairs answers with their requests, and finds the attempt and its answer.
// Knows no octets, and not which end is which.

import { NOWHERE, type Origin } from '../capture/packet.ts';
import type { RequestHead, ResponseHead } from '../http/head.ts';
import type { Flow, HttpSink } from '../http/http-sink.ts';
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
  readonly #requestSink = new RequestSink(this);
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

  sinkOf(isClient: boolean): HttpSink {
    return isClient ? this.#requestSink : this.responseSink;
  }

  onRequest(head: RequestHead): Flow {
    if (this.#exchanges.ask(head.number)) head.mayBeCut();
    this.#responses.expect(head.method);
    if (!isUpgradeAttempt(head)) return 'go-on';
    this.#attempt.ask(head, this.origin, this.#exchanges.arePaired);
    return 'stop';
  }

  /** What follows a request for an upgrade waits for its answer. */
  onRequestEnd(): Flow {
    return this.#attempt.request === null ? 'go-on' : 'stop';
  }

  onResponse(head: ResponseHead): Flow {
    if (head.status < 200 && head.status !== SWITCHING_PROTOCOLS) return 'go-on';
    if (!this.#exchanges.answer(head.status)) return 'go-on';
    if (head.status === SWITCHING_PROTOCOLS) {
      this.#owner.onAccepted(head, this.origin);
      return 'stop';
    }
    if (this.#exchanges.arePaired || this.#attempt.precedes(this.origin)) this.#attempt.refuse(head, this.origin);
    return 'go-on';
  }

  onResponseBody(buffer: Uint8Array, start: number, end: number): void {
    if (this.#attempt.refusal !== null) this.#attempt.appendBody(buffer, start, end);
  }

  /**
   * An answer may be captured before its request, in one segment with the answer before: it waits then. Where heads were lost,
   * what refuses the attempt may answer a request before: it is told when it is clear that nothing else follows.
   */
  onResponseEnd(): Flow {
    if (!this.#exchanges.arePaired) return 'stop';
    if (this.#attempt.refusal !== null) this.#owner.tellAttempt();
    return this.#exchanges.awaits ? 'go-on' : 'stop';
  }
}
