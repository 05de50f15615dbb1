// Between the readers of HTTP and an opening: what each direction's reader hands on, to the method that takes it.

import type { HttpHead, RequestHead, ResponseHead } from '../http/head.ts';
import type { Flow, HttpSink } from '../http/http-sink.ts';

/** Takes what both directions say. */
export interface OpeningHeads {
  onRequest(head: RequestHead): Flow;
  onRequestEnd(): Flow;
  onResponse(head: ResponseHead): Flow;
  onResponseBody(buffer: Uint8Array, start: number, end: number): void;
  onResponseEnd(): Flow;
}

export class RequestSink implements HttpSink {
  readonly #opening: OpeningHeads;

  constructor(opening: OpeningHeads) {
    this.#opening = opening;
  }

  onHead(head: HttpHead): Flow {
    return head.kind === 'request' ? this.#opening.onRequest(head) : 'go-on';
  }

  onBody(): void {}

  onMessageEnd(): Flow {
    return this.#opening.onRequestEnd();
  }
}

export class ResponseSink implements HttpSink {
  readonly #opening: OpeningHeads;

  constructor(opening: OpeningHeads) {
    this.#opening = opening;
  }

  onHead(head: HttpHead): Flow {
    return head.kind === 'response' ? this.#opening.onResponse(head) : 'go-on';
  }

  onBody(buffer: Uint8Array, start: number, end: number): void {
    this.#opening.onResponseBody(buffer, start, end);
  }

  onMessageEnd(): Flow {
    return this.#opening.onResponseEnd();
  }
}
