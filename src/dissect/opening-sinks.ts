// Between the readers of HTTP and an opening: what each direction's reader hands on, to the method that takes it.

import type { HttpHead, RequestHead, ResponseHead } from '../http/head.ts';
import type { HttpSink } from '../http/message-reader.ts';

/** Takes what both directions say. */
export interface OpeningHeads {
  onRequest(head: RequestHead): 'go-on' | 'stop';
  onRequestEnd(): 'go-on' | 'stop';
  onResponse(head: ResponseHead): 'go-on' | 'stop';
  onResponseBody(buffer: Uint8Array, start: number, end: number): void;
  onResponseEnd(): 'go-on' | 'stop';
}

export class RequestSink implements HttpSink {
  readonly #opening: OpeningHeads;

  constructor(opening: OpeningHeads) {
    this.#opening = opening;
  }

  onHead(head: HttpHead): 'go-on' | 'stop' {
    return head.kind === 'request' ? this.#opening.onRequest(head) : 'go-on';
  }

  onBody(): void {}

  onMessageEnd(): 'go-on' | 'stop' {
    return this.#opening.onRequestEnd();
  }
}

export class ResponseSink implements HttpSink {
  readonly #opening: OpeningHeads;

  constructor(opening: OpeningHeads) {
    this.#opening = opening;
  }

  onHead(head: HttpHead): 'go-on' | 'stop' {
    return head.kind === 'response' ? this.#opening.onResponse(head) : 'go-on';
  }

  onBody(buffer: Uint8Array, start: number, end: number): void {
    this.#opening.onResponseBody(buffer, start, end);
  }

  onMessageEnd(): 'go-on' | 'stop' {
    return this.#opening.onResponseEnd();
  }
}
