// A request that asks for the upgrade, on its way to its answer: accepted, refused with a body that is kept in part, or never
// answered. Tells of it once. Knows no octets on the wire, and not whether the answer may be read yet.

import { Origin } from '../capture/packet.ts';
import { acceptKey } from '../http/accept-key.ts';
import { agreesToDraft, asksForDraft } from '../http/draft-handshake.ts';
import type { RequestHead, ResponseHead } from '../http/head.ts';
import type { Side } from '../tcp/connection.ts';
import type { AgreedExtensions } from '../ws/extensions.ts';
import type { Protocol } from './events.ts';
import { possibleExtensions } from './handshake-extensions.ts';

export interface AttemptListener {
  /**
   * The answer to an upgrade request is read; null where it never came, or could not be read.
   * @param unreadAnswer what one that could not be read looks like
   */
  onHandshake(
    request: RequestHead,
    requestOrigin: Origin,
    response: ResponseHead | null,
    body: string,
    client: Side,
    origin: Origin,
    unreadAnswer: Protocol | null,
  ): void;
}

/** Octets of a refusal's body that are kept. */
const BODY_LIMIT = 4096;

const NO_BODY: number[] = [];

export class UpgradeAttempt {
  /** Null where none is made, or the last one is answered. */
  request: RequestHead | null = null;
  /** The answer that refuses it, until that is told. */
  refusal: ResponseHead | null = null;
  /** What an answer looks like that could not be read; null where there is none. */
  unreadAnswer: Protocol | null = null;
  /** Whether an attempt was refused. */
  wasRefused = false;
  /** Whether what was accepted last is the protocol of a draft, of which no frames are read. */
  isOfDraft = false;
  readonly #keepsHeads: boolean;
  readonly #origin = new Origin();
  /** Packet of the refusal, where there is one. */
  readonly refusalOrigin = new Origin();
  #body = NO_BODY;
  #hasText = false;
  #asksForDraft = false;

  /** @param keepsHeads whether what heads say will be asked for; their kind, numbers and bits are known either way */
  constructor(keepsHeads: boolean) {
    this.#keepsHeads = keepsHeads;
  }

  /** Whether one is made, and its answer was not read yet. */
  get isUnanswered(): boolean {
    return this.request !== null && this.refusal === null;
  }

  /** What its answer may agree to; null where none is made. */
  get asked(): AgreedExtensions | null {
    return this.request && possibleExtensions(this.request);
  }

  /** Begins a connection: attempts are used again, as openings are. */
  begin(): void {
    this.request = null;
    this.refusal = null;
    this.unreadAnswer = null;
    this.wasRefused = false;
    this.isOfDraft = false;
    this.#body = NO_BODY;
  }

  /** @param isPaired whether it is known without its key which answer it gets */
  ask(request: RequestHead, origin: Origin, isPaired: boolean): void {
    this.#hasText = this.#keepsHeads || !isPaired;
    if (this.#hasText) request.text.keep();
    this.request = request;
    this.#asksForDraft = asksForDraft(request);
    this.#origin.copyFrom(origin);
  }

  /** Whether a Sec-WebSocket-Accept fits its key (RFC 6455 §4.2.2), or may fit, as the key was not kept. */
  isAcceptedBy(accept: string | null): boolean {
    if (this.request === null) return false;
    return !this.#hasText || accept === acceptKey(this.request.field('Sec-WebSocket-Key') ?? '');
  }

  /** Whether it was captured before a packet. */
  precedes(origin: Origin): boolean {
    return this.#origin.number < origin.number;
  }

  accept(response: ResponseHead, listener: AttemptListener, client: Side, origin: Origin): void {
    const request = this.request as RequestHead;
    this.isOfDraft = this.#asksForDraft && agreesToDraft(response);
    this.request = null;
    this.refusal = null;
    listener.onHandshake(request, this.#origin, response, '', client, origin, null);
  }

  /** Its body follows. */
  refuse(response: ResponseHead, origin: Origin): void {
    if (this.#keepsHeads) response.text.keep();
    this.refusal = response;
    this.refusalOrigin.copyFrom(origin);
    this.#body = [];
  }

  appendBody(buffer: Uint8Array, start: number, end: number): void {
    const stop = Math.min(end, start + BODY_LIMIT - this.#body.length);
    for (let at = start; at < stop; at++) this.#body.push(buffer[at]);
  }

  /** Tells of an attempt that is refused, to whatever end its body came, or not answered; of none where there is none. */
  tell(listener: AttemptListener, client: Side): void {
    const { request, refusal } = this;
    if (request === null) return;
    this.request = null;
    this.refusal = null;
    if (refusal === null) {
      listener.onHandshake(request, this.#origin, null, '', client, this.#origin, this.unreadAnswer);
      this.unreadAnswer = null;
      return;
    }
    this.wasRefused = true;
    const body = new TextDecoder().decode(new Uint8Array(this.#body));
    listener.onHandshake(request, this.#origin, refusal, body, client, this.refusalOrigin, null);
  }
}
