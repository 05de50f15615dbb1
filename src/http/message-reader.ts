// Reads the HTTP/1.1 messages of one direction of a connection from octets that come in any pieces, in place where they
// are whole. It deliberately does not know the other direction, but for the methods of the requests it is told of, nor
// what a WebSocket is: the sink stops it where HTTP may end.

import { bodyLength, CHUNKED, UNCLEAR, UNTIL_CLOSE } from './body-length.ts';
import { ChunkedBody } from './chunked-body.ts';
import { type HttpHead, RequestHead, ResponseHead } from './head.ts';
import { startLineOffset } from './head-end.ts';
import { parseHead } from './head-parser.ts';
import { HeadScan } from './head-scan.ts';
import { HeldHead } from './held-head.ts';
import type { HttpSink } from './http-sink.ts';
import { DEFAULT_HTTP_LIMITS, type HttpLimits } from './limits.ts';
import { looksLikeRequest, looksLikeResponse } from './recognition.ts';
import { SWITCHING_PROTOCOLS } from './status-codes.ts';
import { beginningOf, NOTHING, type UnreadReason } from './unread.ts';

export type Role = HttpHead['kind'];

/**
 * `reading`: more octets are welcome. `switched`: a 101 came, nothing after it is HTTP. `not-http`: what came is none that can be
 * read. `lost`: a gap hid where the next message begins.
 */
export type ReaderState = 'reading' | 'switched' | 'not-http' | 'lost';

/** Octets; a longer head is held, and its end searched for there. */
const USUAL_HEAD = 4096;

const HEAD = 0;
const BODY = 1;
const BODY_IN_CHUNKS = 2;
const BODY_UNTIL_CLOSE = 3;
const SWITCHED = 4;
const NOT_HTTP = 5;
const LOST = 6;

const STATE_NAMES: readonly ReaderState[] = [
  'reading',
  'reading',
  'reading',
  'reading',
  'switched',
  'not-http',
  'lost',
];

/** Reused from head to head, of all readers. */
const scan = new HeadScan();

export class HttpReader {
  readonly #head: HttpHead;
  readonly #limits: HttpLimits;
  #state = HEAD;
  /** What there is of an unfinished head; null where none is under way. */
  #heldHead: HeldHead | null = null;
  /** Octets of the body still to come. */
  #remaining = 0;
  #chunks: ChunkedBody | null = null;
  /** Methods of requests without an answer: GETs are only counted, up to the first other method. */
  #outstandingGets = 0;
  #outstandingMethods: string[] | null = null;
  #number = 0;
  #stopped = false;
  /** Why the state is `not-http`; null where it is not. */
  unread: UnreadReason | null = null;
  /** Where what came is no head: what it begins with. */
  unreadBeginning: Uint8Array = NOTHING;

  constructor(role: Role, limits: HttpLimits = DEFAULT_HTTP_LIMITS) {
    this.#head = role === 'request' ? new RequestHead() : new ResponseHead();
    this.#limits = limits;
  }

  get state(): ReaderState {
    return STATE_NAMES[this.#state];
  }

  /** True where no message is under way, so that an end of the stream cuts nothing off. */
  get betweenMessages(): boolean {
    return this.#state === HEAD && this.#heldHead === null;
  }

  /** True where some of a head was read, and not all of it. */
  get inHead(): boolean {
    return this.#state === HEAD && this.#heldHead !== null;
  }

  /** True where octets of a message's body are to come. */
  get inBody(): boolean {
    return this.#state === BODY || this.#state === BODY_IN_CHUNKS || this.#state === BODY_UNTIL_CLOSE;
  }

  /** Tells the reader of responses that a request of this method was sent; responses come in the order of requests. */
  expect(method: string): void {
    const waiting = this.#outstandingMethods?.length ?? 0;
    if (this.#outstandingGets + waiting >= this.#limits.outstandingRequests) return;
    if (method === 'GET' && waiting === 0) this.#outstandingGets++;
    else if (this.#outstandingMethods === null) this.#outstandingMethods = [method];
    else this.#outstandingMethods.push(method);
  }

  /**
   * Reads `buffer[start, end)` and returns the offset up to which it was consumed: less than `end` where the sink said `stop`, or where `state` is no more `reading`. Never throws but what the sink throws.
   */
  feed(buffer: Uint8Array, start: number, end: number, sink: HttpSink): number {
    let at = start;
    while (at < end) {
      switch (this.#state) {
        case HEAD:
          at = this.#feedHead(buffer, at, end, sink);
          break;
        case BODY:
          at = this.#feedBody(buffer, at, end, sink);
          break;
        case BODY_IN_CHUNKS:
          // This state is entered with the chunked body only.
          at = this.#feedChunks(this.#chunks!, buffer, at, end, sink);
          break;
        case BODY_UNTIL_CLOSE:
          sink.onBody(buffer, at, end);
          return end;
        default:
          return at;
      }
      if (this.#stopped) {
        this.#stopped = false;
        return at;
      }
    }
    return at;
  }

  /** Passes over octets of a body that nobody wants and that does not end with them; false, and nothing done, where they are none. */
  passBody(length: number): boolean {
    if (this.#state !== BODY || length >= this.#remaining) return false;
    this.#remaining -= length;
    return true;
  }

  /**
   * Passes over `length` octets that were never captured. True where the reader is still in step: inside a body they can
   * be counted off. Otherwise false, and the state is `lost` until `restart`.
   */
  skip(length: number, sink: HttpSink): boolean {
    if (this.#state === BODY_UNTIL_CLOSE) return true;
    if (this.#state === BODY && length <= this.#remaining) {
      this.#remaining -= length;
      if (this.#remaining === 0) this.#endMessage(sink);
      // There is nothing behind it at which to stop.
      this.#stopped = false;
      return true;
    }
    if (this.#state === BODY_IN_CHUNKS && this.#chunks?.skip(length)) return true;
    if (this.#state < SWITCHED) this.#state = LOST;
    return false;
  }

  /** Begins anew at a head, as message `number`; methods of requests told before are forgotten. */
  restart(number: number): void {
    this.unread = null;
    this.#number = number;
    this.#outstandingGets = 0;
    this.#outstandingMethods = null;
    this.#stopped = false;
    this.#awaitHead();
  }

  /** The stream has ended: a body that lasts until then is whole. Returns whether no message was cut off. */
  close(sink: HttpSink): boolean {
    if (this.#state === BODY_UNTIL_CLOSE) this.#endMessage(sink);
    return this.betweenMessages || this.#state === SWITCHED;
  }

  #feedHead(buffer: Uint8Array, start: number, end: number, sink: HttpSink): number {
    if (this.#heldHead !== null) return this.#feedHeldHead(this.#heldHead, buffer, start, end, sink);
    // Before any search for the head's end: octets of other protocols are refused here.
    if (!this.#isRecognised(buffer, start, end)) return start;
    const startLine = startLineOffset(buffer, start, end);
    const furthest = Math.min(end, start + this.#limits.headOctets, startLine + USUAL_HEAD);
    // A head is nearly always whole in its segment: one pass over its octets, and no copy.
    if (scan.read(buffer, startLine, furthest)) {
      const headEnd = scan.end;
      this.#readHead(buffer, startLine, sink);
      return headEnd;
    }
    this.#heldHead = new HeldHead();
    return this.#feedHeldHead(this.#heldHead, buffer, start, end, sink);
  }

  #feedHeldHead(held: HeldHead, buffer: Uint8Array, start: number, end: number, sink: HttpSink): number {
    const furthest = Math.min(end, start + this.#limits.headOctets - held.length);
    const headEnd = held.append(buffer, start, furthest);
    if (!this.#isRecognised(held.octets, 0, held.length)) return start;
    if (headEnd !== -1) {
      const startLine = startLineOffset(held.octets, 0, held.length);
      scan.read(held.octets, startLine, held.length);
      this.#readHead(held.octets, startLine, sink);
      return headEnd;
    }
    if (held.length === this.#limits.headOctets) this.#fail('head-octets');
    return furthest;
  }

  /** Of the head just scanned. The state is `not-http` where it is none. */
  #readHead(octets: Uint8Array, start: number, sink: HttpSink): void {
    if (scan.lines > this.#limits.headLines) {
      this.#fail('head-lines');
    } else if (!parseHead(this.#head, this.#number, octets, start, scan)) {
      this.#fail('start-line', beginningOf(octets, start, scan.startLineEnd));
    } else {
      this.#takeHead(sink);
      this.#head.text.release();
    }
  }

  #takeHead(sink: HttpSink): void {
    const head = this.#head;
    this.#awaitHead();
    const isInterim = head.kind === 'response' && head.status < 200 && head.status !== SWITCHING_PROTOCOLS;
    let requestMethod = 'GET';
    if (!isInterim) {
      this.#number++;
      requestMethod = this.#nextMethod();
    }
    this.#stopped = sink.onHead(head) === 'stop';
    if (head.kind === 'response' && head.status === SWITCHING_PROTOCOLS) {
      this.#state = SWITCHED;
      sink.onMessageEnd();
      return;
    }
    const length = bodyLength(head, requestMethod);
    if (length > 0) {
      this.#state = BODY;
      this.#remaining = length;
    } else if (length === 0) {
      this.#endMessage(sink);
    } else if (length === UNTIL_CLOSE) {
      this.#state = BODY_UNTIL_CLOSE;
    } else if (length === CHUNKED) {
      this.#state = BODY_IN_CHUNKS;
      this.#chunks = new ChunkedBody(this.#limits);
    } else if (length === UNCLEAR) {
      this.#fail('body-end');
    }
  }

  /** Method of the request that the next response answers; GET where no request is known. */
  #nextMethod(): string {
    if (this.#outstandingGets === 0) return this.#outstandingMethods?.shift() ?? 'GET';
    this.#outstandingGets--;
    return 'GET';
  }

  #feedBody(buffer: Uint8Array, start: number, end: number, sink: HttpSink): number {
    const bodyEnd = Math.min(end, start + this.#remaining);
    sink.onBody(buffer, start, bodyEnd);
    this.#remaining -= bodyEnd - start;
    if (this.#remaining === 0) this.#endMessage(sink);
    return bodyEnd;
  }

  #feedChunks(chunks: ChunkedBody, buffer: Uint8Array, start: number, end: number, sink: HttpSink): number {
    const bodyEnd = chunks.feed(buffer, start, end, sink);
    if (chunks.failed) this.#fail('body-end');
    else if (chunks.done) this.#endMessage(sink);
    return bodyEnd;
  }

  #endMessage(sink: HttpSink): void {
    this.#awaitHead();
    if (sink.onMessageEnd() === 'stop') this.#stopped = true;
  }

  #awaitHead(): void {
    this.#state = HEAD;
    this.#heldHead = null;
    this.#remaining = 0;
    this.#chunks = null;
  }

  /** False, and the state `not-http`, where the first octets of a head are not HTTP's. */
  #isRecognised(octets: Uint8Array, start: number, end: number): boolean {
    const likeness =
      this.#head.kind === 'request' ? looksLikeRequest(octets, start, end) : looksLikeResponse(octets, start, end);
    if (likeness !== 'no') return true;
    this.#fail('no-head', beginningOf(octets, start, end));
    return false;
  }

  #fail(reason: UnreadReason, beginning = NOTHING): void {
    this.#awaitHead();
    this.#state = NOT_HTTP;
    this.unread = reason;
    this.unreadBeginning = beginning;
  }
}
